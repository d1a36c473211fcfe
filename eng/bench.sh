#!/bin/sh
# Measures the product on this machine: a table, and out/bench.json.
# Usage: eng/bench.sh [run | diff | keep]   ROWS: rows of the samples together. ONLY: areas, separated by commas.
set -eu
cd "$(dirname "$0")/.."
exec dotnet run --project benchmarks/Benchmarks.csproj --configuration Release -- "$@"
