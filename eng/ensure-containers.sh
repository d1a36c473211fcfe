#!/bin/sh
# Makes sure that this machine has the programs that judge the container files: compose, the proxy, Redis and what they are tried with.
# As root on Debian or Ubuntu it installs what is missing; elsewhere it says so and exits 0, because only the tests of those files need them, and skip.
set -eu

missing=
for pair in docker-compose:docker-compose nginx:nginx-light redis-server:redis-server openssl:openssl unshare:util-linux setpriv:util-linux; do
    PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    printf 'Tests of the container files will be skipped: install%s to run them.\n' "$missing" >&2
    exit 0
fi

# Debian starts what it installs, unless this file says that it may not. One that is there says what its owner wants.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # names of packages, separated by blanks
apt-get install -y -q --no-install-recommends $missing
