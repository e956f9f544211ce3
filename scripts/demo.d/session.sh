#!/bin/sh
# A client of etcd's HTTP/JSON gateway, which knows nothing of mockrec: it is told by $ETCD_URL whom to ask.
# Usage: session.sh FILE, for what it sees.
set -eu
exec >"$1"

# ask PATH JSON: keys and values go in base64, as the gateway wants them.
ask() {
  printf '%s ' "$1"
  curl -sS --fail-with-body --noproxy '*' --max-time 10 -H 'Content-Type: application/json' -d "$2" "$ETCD_URL/v3/kv/$1"
  printf '\n'
}
b64() { printf '%s' "$1" | base64; }

mode=$(b64 shop/mode) limit=$(b64 shop/limit)

ask put '{"key": "'"$mode"'", "value": "'"$(b64 open)"'"}'
ask put '{"key": "'"$limit"'", "value": "'"$(b64 100)"'"}'
ask range '{"key": "'"$mode"'"}'
ask txn '{
  "compare": [{"key": "'"$mode"'", "target": "VALUE", "result": "EQUAL", "value": "'"$(b64 open)"'"}],
  "success": [{"requestPut": {"key": "'"$limit"'", "value": "'"$(b64 250)"'"}}],
  "failure": [{"requestRange": {"key": "'"$limit"'"}}]
}'
ask range '{"key": "'"$limit"'"}'
ask deleterange '{"key": "'"$(b64 shop/nothing)"'"}'
