#!/bin/sh
# Makes sure that this machine has Node.js, 18 or newer, and npm: a test asks Google's library what it says of numbers, and
# `make numbering` writes the table of regions. Silent and quick when they are there.
# As root on Debian or Ubuntu it installs them; elsewhere it prints the line to run and exits 3.
set -eu

oldest=18

node_is_there() {
    command -v npm >/dev/null 2>&1 || return 1
    major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
    [ "${major:-0}" -ge "$oldest" ]
}

refuse() {
    printf 'Node.js %s or newer is needed, with npm. Install it with:\n    %s\n' "$oldest" "$1" >&2
    exit 3
}

if node_is_there; then
    exit 0
fi

if [ "$(uname -s)" = Darwin ]; then
    refuse 'brew install node'
elif command -v apk >/dev/null; then
    refuse 'apk add nodejs npm'
elif command -v dnf >/dev/null; then
    refuse 'dnf install -y nodejs npm'
elif ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    refuse 'apt-get install -y nodejs npm'
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends nodejs npm

if ! node_is_there; then
    printf 'The packages of this machine have no Node.js %s or newer; see https://nodejs.org/en/download.\n' "$oldest" >&2
    exit 3
fi
