#!/bin/sh
# Kills initial loads at random moments, the program or its server, resumes them, and compares what they end as with a load that was left alone.
# SOAK_KILLS in all, spread over SOAK_ROUNDS loads of SOAK_ROWS rows. Usage: eng/soak.sh [CONFIGURATION]
set -eu
configuration=${1:-Release}
kills=${SOAK_KILLS:-50}
rounds=${SOAK_ROUNDS:-5}
PADRON_SOAK_KILLS=$(((kills + rounds - 1) / rounds))
PADRON_SOAK_ROWS=${SOAK_ROWS:-200000}
export PADRON_SOAK_KILLS PADRON_SOAK_ROWS

dotnet build tests/Integration.Tests --configuration "$configuration" --verbosity quiet
round=1
while [ "$round" -le "$rounds" ]; do
    echo "Round $round of $rounds: up to $PADRON_SOAK_KILLS kills of a load of $PADRON_SOAK_ROWS rows"
    dotnet test tests/Integration.Tests --configuration "$configuration" --no-build --logger 'console;verbosity=minimal' \
        --filter 'FullyQualifiedName~LoadCrashTests.Killed_at_random_moments'
    round=$((round + 1))
done
