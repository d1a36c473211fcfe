#!/bin/sh
# Makes the secret files that docker-compose.yml names: the database's password, the proxy's certificate and key, and a client.
# What exists stays: put your own certificate (with its chain) and key there before, or instead of, the ones made here for trying out.
# Usage: ops/make-secrets.sh [HOST]      HOST: the name clients call the machine by; PADRON_SECRETS: where the files go.
set -eu
cd "$(dirname "$0")/.."
directory=${PADRON_SECRETS:-ops/secrets}
host=${1:-localhost}

command -v openssl >/dev/null || {
    echo "openssl is not on this machine: install it (package openssl)." >&2
    exit 3
}

# The engine mounts each file as it is, and the containers' users are not yours: so they are readable, in a directory that only you may enter.
umask 022
mkdir -p "$directory"
chmod 700 "$directory"

if [ ! -e "$directory/database-password" ]; then
    openssl rand -hex 32 >"$directory/database-password"
    echo "Made $directory/database-password."
fi

if [ ! -e "$directory/tls-certificate" ] || [ ! -e "$directory/tls-key" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
        -keyout "$directory/tls-key" -out "$directory/tls-certificate" 2>/dev/null
    # openssl makes a key that only its owner may read.
    chmod 644 "$directory/tls-key"
    echo "Made $directory/tls-certificate and tls-key for $host: signed by itself, for trying out."
fi

if [ ! -e "$directory/clients" ]; then
    password=$(openssl rand -hex 16)
    printf 'padron:%s\n' "$(printf %s "$password" | openssl passwd -6 -stdin)" >"$directory/clients"
    echo "Made $directory/clients. Client padron, password $password: it is shown this once."
fi
