#!/bin/sh
# Makes register-before-marten.sql.gz and .json: a register as version 0.1.0 left it before it moved to Marten, and what it held.
# Usage: make-dump.sh CHECKOUT   a checkout of commit 830a6cd, with `dotnet build src/Api -c Release` done. It takes about a minute.
# Needs curl, jq, gzip, sqlite3, psql and pg_dump, and PostgreSQL's server programs. The register lives in a temporary directory and is
# removed.
set -eu
checkout=$(CDPATH= cd -- "$1" && pwd)
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
name=$here/register-before-marten
program=$checkout/src/Api/bin/Release/net10.0/padron.dll
[ -f "$program" ] || { echo "Build $checkout first: dotnet build src/Api -c Release" >&2; exit 2; }

work=$(mktemp -d /tmp/padron-dump-XXXXXX)
chmod 711 "$work" # as root, the server runs as another user
server=
stop() {
    [ -z "$server" ] || { kill -TERM "$server" && wait "$server" || true; }
    rm -rf "$work"
}
trap stop EXIT

unset PADRON_DATABASE
export PADRON_DATA_DIR="$work/data" PADRON_CONTACT_KEY_FILE="$work/contact.key"
export PADRON_RESERVE_DISK=64 PADRON_RESERVE_DISK_PERCENT=0 PADRON_RESERVE_MEMORY=0 PADRON_URLS=http://127.0.0.1:0
install -m 600 "$name.key" "$PADRON_CONTACT_KEY_FILE"
padron() { dotnet "$program" "$@" --as ana; }
json() { padron "$@" --json; }
query() { psql --no-psqlrc -h "$work/data/run" -U padron -d padron -qAt -v ON_ERROR_STOP=1 -c "$1"; }
cd "$work"

padron init
# It answers requests, holds the private server up, and leaves messages and read models alone.
dotnet "$program" serve --without worker,projections >serve.log &
server=$!
until grep -q 'Listening on' serve.log; do kill -0 "$server"; done
api=$(sed -n 's/^Listening on \([^;]*\);.*/\1/p' serve.log)/v1
post() {
    curl --silent --show-error --fail "$api$1" -H 'content-type: application/json' \
        -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" -d "$2"
}

# Imports: into the empty register, into one that holds contacts, and one that is taken back.
padron sample --contacts 600 --seed 11 --out first.db
padron numbering load first.plan.csv
padron import first.db --no-backup
padron sample --contacts 700 --seed 11 --out second.db # the same 600 and 100 more
sqlite3 second.db "update numeros set nombre = 'Berta Ruiz', direccion = 'Calle 9' where id <= 10"
padron numbering load second.plan.csv
padron import second.db --no-backup
padron sample --contacts 150 --seed 12 --out third.db
third=$(json import third.db --no-backup | jq -r .importId)
brought=$(query "select phone_e164 from read.contacts where id in
    (select stream_id from events.mt_events where data->>'importId' = '$third') order by phone_e164 limit 1")
padron contact opt-out "$brought" --reason BASTA # its opt-out outlives the import
padron imports rollback "$third"

# Contacts by hand, and a stranger's opt-out.
padron contact add 5598765401 --name "Ana Peña" --state CDMX --address "Calle 5"
padron contact verify 5598765401 --carrier TELCEL --evidence "called"
padron contact correct 5598765401 --city Coyoacán --address ""
padron contact sent 5598765401 --message m-1 --provider p-1
padron contact add 8187654302 --name "José Núñez" --state NL
padron contact invalidate 8187654302 --reason out_of_service
padron contact add 3312345603 --name "Luz Ávila" --state JAL
padron contact opt-out 3312345603 --reason ALTO
padron contact opt-in 3312345603 --evidence "form of 2026-01-05"
padron contact opt-out 5598765404 --reason ALTO

# Extractions: two delivered, one that gave its contacts back, one called off, one that waits in the queue.
padron extract --premium --amount 20 --format xlsx --out premium.xlsx
padron extract --state JAL --amount 5 --format txt --out jalisco.txt
padron projections pause contacts
left=$(json availability --by state --value NL | jq '.[0].available')
one=$(query "select phone_e164 from read.contacts where state_code = 'NL' and status = 'VERIFIED' order by phone_e164 limit 1")
padron contact opt-out "$one"
# One fewer is left than the read model says: it must fail.
PADRON_READ_PATIENCE=0 padron extract --state NL --amount "$left" --exact --format txt --out nl.txt || true
padron projections resume contacts
cancelled=$(post /extractions '{"kind":"state","value":"CDMX","amount":7,"format":"txt"}' | jq -r .id)
padron extractions cancel "$cancelled"
waiting=$(post /extractions '{"kind":"state","value":"CDMX","amount":6,"format":"txt"}' | jq -r .id)

# Segments and an audience.
padron segments create norte --state NL --state COAH --status verified
padron segments update norte --state NL --state COAH --state TAMPS --status verified
padron segments create jalisco --lada 33
padron segments create removed --lada 55
padron segments remove removed
padron audiences create norte

# Two contacts that the customer's work went through, beside those made by hand.
premium=$(query "select phone_e164 from read.contacts where status = 'EXTRACTED' order by phone_e164 limit 1")
changed=$(query "select c.phone_e164 from read.contacts c join events.mt_events e on e.stream_id = c.id
    where e.type = 'contact_details_changed' and c.phone_e164 <> '+525598765401' order by 1 limit 1")
released=$(query "select c.phone_e164 from read.contacts c join events.mt_events e on e.stream_id = c.id
    where e.type = 'contact_released' order by 1 limit 1")
[ -n "$changed" ] && [ -n "$released" ] || { echo "No contact was changed by an import, or none was given back." >&2; exit 1; }
availability=$(json availability) # folds what is left

left_behind=$(json projections status | jq '[.[] | select(.behind > 0 or .state != "running")] | length')
[ "$left_behind" -eq 0 ] || { padron projections status; exit 1; }
histories=$(for phone in +525598765401 +528187654302 +523312345603 +525598765404 "$brought" "$premium" "$changed" "$released"; do
    json contact history "$phone" | jq --arg phone "$phone" '{phone: $phone, history: .}'
done | jq --slurp .)
query "select json_build_object(
        'events', (select count(*) from events.mt_events),
        'streams', (select count(*) from events.mt_streams),
        'lastPosition', (select max(seq_id) from events.mt_events),
        'contacts', (select count(*) from read.contacts),
        'counts', (select json_agg(c order by state, status) from (
            select state_code as state, status, sum(contacts) as contacts from read.segment_counts
             group by 1, 2 having sum(contacts) > 0) c))" |
    jq --argjson availability "$availability" --argjson histories "$histories" --argjson imports "$(json imports list)" \
        --argjson extractions "$(json extractions list)" --argjson segments "$(json segments list)" \
        --argjson audiences "$(json audiences list)" \
        --arg waiting "$waiting" '. + {
            $availability,
            $histories,
            imports: $imports | map({id, fileName, status, startedBy, startedAt, endedAt}),
            extractions: $extractions | map({id, status, amount, obtained, fileName, fileSha256, requestedBy, requestedAt}),
            segments: $segments | map({name, filter, definedBy, definedAt}),
            audiences: $audiences | map({id, segment, contacts, madeBy}),
            waitingExtraction: $waiting
        }' >"$name.json"

# \restrict is new in the minor versions of August 2025: an older psql does not know it.
pg_dump -h "$work/data/run" -U padron -d padron --no-owner --no-privileges | grep -v -E '^\\(un)?restrict ' |
    gzip -9 --no-name >"$name.sql.gz"
ls -l "$name".*
