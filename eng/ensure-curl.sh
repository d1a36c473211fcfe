#!/bin/sh
# Makes sure that this machine has curl, with which the demo and the documentation's examples ask over HTTP.
# As root on Debian or Ubuntu it installs it; elsewhere it prints the line to run and exits 3.
set -eu
command -v curl >/dev/null 2>&1 && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q curl
else
    printf 'curl is needed. Install it with:\n    sudo apt-get install curl\n' >&2
    exit 3
fi
