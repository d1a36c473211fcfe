#!/bin/sh
# Shows the main job from end to end, on sample data and in a data directory of its own. Run it as often as you like: each time
# it imports another sample into the same register.
# Usage: eng/demo.sh [--clean]   ROWS: rows of the sample. SERVE=0: do not leave `padron serve` running at the end. PORT: where it listens.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
rows=${ROWS:-100000}
if [ "$(id -u)" -eq 0 ]; then data=/var/lib/padron-demo; else data=$root/.padron/demo; fi
out=$root/out/demo
unset PADRON_DATABASE PADRON_CONTACT_KEY_FILE
export PADRON_DATA_DIR="$data"

if [ "${1:-}" = --clean ]; then
    if [ -d "$data" ]; then rm -rf "$data"; fi
    exit 0
fi

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() {
    printf '$ padron'
    for word in "$@"; do
        case $word in *' '*) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
    "$root/padron" "$@"
}

mkdir -p "$out"
cd "$out"
stamp=$(date +%H%M%S)

say "1. Set up. Without a connection string, a private PostgreSQL runs in $data while a command needs it."
run init

# A register that was demonstrated before gets another sample, so that there is always enough to extract.
seed=$("$root/padron" imports list --json | grep -c '"fileSha256"' || true)
seed=$((seed + 1))
sample=sample-$rows-$seed

say "2. A file like the operator's numeros.db: $rows rows with the dirt of real ones, and a numbering plan that covers it."
run sample --contacts "$rows" --seed "$seed" --out "$sample.db" --force

say "3. The numbering plan tells mobile lines from landlines; only verified mobiles are ever handed out."
run numbering load "$sample.plan.csv"

say "4. The import: every row becomes events (imported; verified, not mobile or invalid), is a duplicate, or is rejected with its reason."
run import "$sample.db"

say "5. What can be extracted. The counts are a read model, folded from the events."
run availability
run availability --by premium

say "6. A premium extraction: contacts of the ten LADAs of highest income, as a workbook."
run extract --premium --amount $((rows / 100)) --format xlsx --out "premium-$stamp.xlsx"

say "7. Contacts of a state, as text."
run extract --state "Ciudad de México" --amount $((rows / 20)) --format txt --out "cdmx-$stamp.txt"
head -3 "cdmx-$stamp.txt"

say "8. The same again: other contacts, because no contact is ever handed out twice."
run extract --state CDMX --amount $((rows / 20)) --format txt --out "cdmx-again-$stamp.txt"
echo "Numbers that stand in both files: $(sort "cdmx-$stamp.txt" "cdmx-again-$stamp.txt" | uniq -d | wc -l)"

say "9. Somebody answers ALTO: no more messages, whatever happens."
phone=$(head -1 "cdmx-$stamp.txt")
run contact opt-out "$phone" --reason ALTO

say "10. The contact's history: every change is an event, and stays."
run contact history "$phone"

say "What was extracted so far:"
run extractions list

if [ "${SERVE:-1}" = 0 ]; then
    cat <<END

The files are in $out; \`make clean\` removes the demo's register.
Next: ./padron serve, ./padron --help, and docs/architecture.md for what happened inside.
END
    exit 0
fi

say "11. The same over HTTP: a process that answers, works off its queue and keeps the read models up to date."
url=http://127.0.0.1:${PORT:-8080}
echo "\$ padron serve --urls $url"
"$root/padron" serve --urls "$url" >"$out/serve.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true' EXIT
trap 'exit 0' INT TERM
tries=0
until curl -s -f -o /dev/null "$url/health/ready"; do
    tries=$((tries + 1))
    if ! kill -0 "$server" 2>/dev/null || [ "$tries" -gt 300 ]; then
        cat "$out/serve.log" >&2
        exit 1
    fi
    sleep 0.2
done
body='{"kind":"lada","value":"33","amount":100,"format":"txt"}'
echo "\$ curl $url/v1/extractions -H 'content-type: application/json' -d '$body'"
answer=$(curl -s "$url/v1/extractions" -H 'content-type: application/json' -H "Idempotency-Key: demo-$stamp-$$" -d "$body")
echo "$answer"
id=$(echo "$answer" | sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
echo "\$ curl -o lada-33-$stamp.txt $url/v1/extractions/$id/file"
until curl -s -f -o "lada-33-$stamp.txt" "$url/v1/extractions/$id/file"; do sleep 0.2; done
echo "$(wc -l <"lada-33-$stamp.txt") numbers, the first: $(head -1 "lada-33-$stamp.txt")"

cat <<END

Padrón is serving on $url; $url/docs shows what it answers. Ctrl-C stops it.
The files are in $out; \`make clean\` removes the demo's register.
Next: ./padron --help, docs/http.md, and docs/architecture.md for what happened inside.
END
wait "$server"
