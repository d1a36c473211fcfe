#!/bin/sh
# Writes the table of regions anew, from the version of libphonenumber-js that eng/numbering/package.json names.
set -eu
cd "$(dirname "$0")/numbering"
npm ci --silent
table=../../src/Domain/Numbering/Regions/regions.txt
node metadata.mjs >"$table.new"
mv "$table.new" "$table"
sed -n 's/^# package: //p' "$table"
