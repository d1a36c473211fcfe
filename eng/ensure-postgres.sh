#!/bin/sh
# Makes sure that this machine has PostgreSQL's server programs, 15 or newer; silent and quick when it has.
# As root on Debian or Ubuntu it installs them; elsewhere it prints the line to run and exits 3.
set -eu

oldest=15

# has_server DIRECTORY: whether it has the three programs, new enough.
has_server() {
    [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ] && [ -x "$1/postgres" ] || return 1
    major=$("$1/postgres" --version 2>/dev/null | sed -n 's/.*(PostgreSQL) \([0-9]*\).*/\1/p')
    [ "${major:-0}" -ge "$oldest" ]
}

# The same places as PostgresBinaries.cs looks in: PADRON_PG_BIN alone where it is set, else PATH and where packages put the server.
server_is_there() {
    if [ -n "${PADRON_PG_BIN:-}" ]; then
        has_server "$PADRON_PG_BIN"
        return
    fi
    for directory in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* \
        /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
        has_server "$directory" && return
    done
    (
        IFS=:
        set -f
        for directory in $PATH; do
            has_server "$directory" && exit
        done
        exit 1
    )
}

refuse() {
    # contrib has auto_explain, by which the tests see query plans.
    printf 'PostgreSQL %s or newer is needed, server included. Install it with:\n    %s\n' "$oldest" "$1" >&2
    exit 3
}

if server_is_there; then
    exit 0
fi

if [ -n "${PADRON_PG_BIN:-}" ]; then
    printf 'PADRON_PG_BIN is %s, which has no PostgreSQL server %s or newer: unset it, or set it to one that has.\n' "$PADRON_PG_BIN" "$oldest" >&2
    exit 3
fi

if [ "$(uname -s)" = Darwin ]; then
    refuse 'brew install postgresql@17'
elif command -v apk >/dev/null; then
    refuse 'apk add postgresql postgresql-contrib'
elif command -v dnf >/dev/null; then
    refuse 'dnf install -y postgresql-server postgresql-contrib'
elif ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    refuse 'apt-get install -y postgresql'
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update
# Debian makes and starts a cluster of its own when the server is installed. Padrón has no use for it: say so in between.
apt-get install -y --no-install-recommends postgresql-common
sed -i 's/^#create_main_cluster = true/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
apt-get install -y --no-install-recommends postgresql

if ! server_is_there; then
    printf 'The packages of this machine have no PostgreSQL %s or newer; see https://www.postgresql.org/download/.\n' "$oldest" >&2
    exit 3
fi
