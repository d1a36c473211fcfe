#!/bin/sh
# Measures the main job on this machine and prints a table. ROWS: rows of the sample.
set -eu
cd "$(dirname "$0")/.."
exec dotnet run --project benchmarks/Benchmarks.csproj --configuration Release -- "${ROWS:-100000}"
