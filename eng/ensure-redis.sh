#!/bin/sh
# Makes sure that this machine has Redis's programs: tests start servers of their own with them, stop and freeze them.
# As root on Debian or Ubuntu it installs them; elsewhere it says so and exits 0, because only the tests of the shared cache need them, and skip.
set -eu

if command -v redis-server >/dev/null 2>&1 && command -v redis-cli >/dev/null 2>&1; then
    exit 0
fi

if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    printf 'Tests of the shared cache will be skipped: install redis-server to run them.\n' >&2
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
apt-get install -y -q --no-install-recommends redis-server
