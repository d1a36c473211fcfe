#!/bin/sh
# Writes the plan of every query to docs/plans, and says which queries walk through a big table.
# Usage: eng/plans.sh [CONFIGURATION]
set -eu
cd "$(dirname "$0")/.."
export PADRON_WRITE_PLANS=1
dotnet test tests/Integration.Tests --configuration "${1:-Release}" --filter 'FullyQualifiedName~Padron.Integration.Tests.Plans' --logger 'console;verbosity=minimal'
git --no-pager diff --stat -- docs/plans
