#!/bin/sh
# Runs every test project and ends with one line of totals over all of them: "N passed, N failed".
# Usage: eng/test.sh [CONFIGURATION] [dotnet test arguments…]
set -u
configuration=${1:-Release}
[ $# -gt 0 ] && shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT

dotnet test Cqrs.sln --configuration "$configuration" --logger 'console;verbosity=minimal' "$@" 2>&1 | tee "$log"

# A project's summary: "Passed!  - Failed:     0, Passed:   364, Skipped:     0, Total: …"
awk '
    /Failed: *[0-9]+, Passed: *[0-9]+/ {
        line = $0
        sub(/.*Failed: */, "", line); failed += line + 0
        sub(/.*Passed: */, "", line); passed += line + 0
        sub(/.*Skipped: */, "", line); skipped += line + 0
        projects++
    }
    # A build that breaks or a host that crashes prints no summary.
    /error (CS|MSB|NU|NETSDK|CA|MA|RCS|IDE|RS)[0-9]*:|Test Run Aborted|The active test run was aborted/ { broken = 1 }
    END {
        if (broken || projects < EXPECTED) { failed++; print "A test project did not run to its end: see above." }
        if (skipped) print skipped " skipped"
        printf "%d passed, %d failed\n", passed, failed
        exit (failed > 0 || passed == 0)
    }
' EXPECTED="$(ls -d tests/*.Tests | wc -l)" "$log"
