#!/bin/sh
# Kills initial loads, and then rollbacks, at random moments, the program or its server, goes on with them, and compares what they end as with a load that was
# left alone: round after round of SOAK_ROWS rows until there were SOAK_KILLS kills of loads and SOAK_ROLLBACK_KILLS of rollbacks. Then kills and freezes
# SOAK_LEADERS leaders of projections: each is replaced within five seconds, and the read models are the fold of the streams.
# Usage: eng/soak.sh [CONFIGURATION]
set -eu
configuration=${1:-Release}
PADRON_SOAK_ROWS=${SOAK_ROWS:-200000}
PADRON_SOAK_KILLS=15 # a round at most
export PADRON_SOAK_ROWS PADRON_SOAK_KILLS

dotnet build tests/Integration.Tests --configuration "$configuration" --verbosity quiet
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# $1 the test class, $2 how many kills.
soak() {
    kills=0
    round=0
    while [ "$kills" -lt "$2" ]; do
        round=$((round + 1))
        if ! dotnet test tests/Integration.Tests --configuration "$configuration" --no-build --logger 'console;verbosity=detailed' \
            --filter "FullyQualifiedName~$1.Killed_at_random_moments" >"$log" 2>&1; then
            cat "$log"
            echo "$1 failed in round $round, after $kills kills." >&2
            exit 1
        fi
        told=$(grep -oE '[0-9]+ kills, seed -?[0-9]+' "$log")
        kills=$((kills + ${told%% *}))
        echo "$1, round $round, $PADRON_SOAK_ROWS rows: $told; $kills of $2"
    done
}

soak LoadCrashTests "${SOAK_KILLS:-50}"
soak RollbackCrashTests "${SOAK_ROLLBACK_KILLS:-20}"
soak LostLeadersTests "${SOAK_LEADERS:-30}"
dotnet test tests/Integration.Tests --configuration "$configuration" --no-build --filter FullyQualifiedName~LeaderWatchTests
