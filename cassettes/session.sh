#!/bin/sh
# A client of etcd and httpbin that knows nothing of mockrec: $ETCD_URL and $HTTPBIN_URL tell it whom to ask.
# It prints what it sees. Keys and values of etcd's HTTP gateway go in base64.
set -eu

ask() { curl -sS --noproxy '*' --max-time 10 "$@" && echo; }
kv() { ask -H 'Content-Type: application/json' -d "$2" "$ETCD_URL/v3/kv/$1"; }

ask "$ETCD_URL/version"
ask "$ETCD_URL/health"
kv put '{"key": "Y29sb3Vy", "value": "Ymx1ZQ=="}'
kv range '{"key": "Y29sb3Vy"}'
kv txn '{
  "compare": [{"key": "Y29sb3Vy", "target": "VALUE", "result": "EQUAL", "value": "Ymx1ZQ=="}],
  "success": [{"requestPut": {"key": "Y29sb3Vy", "value": "Z3JlZW4="}}],
  "failure": [{"requestRange": {"key": "Y29sb3Vy"}}]
}'
kv range '{"key": "Y29sb3Vy"}'
kv deleterange '{"key": "Y29sb3Vy"}'
kv range '{"key": "Y29sb3Vy"}'
kv range '{}'

ask "$HTTPBIN_URL/json"
ask -H 'Accept-Encoding: gzip' --compressed "$HTTPBIN_URL/gzip"
ask -o /dev/null -w '%{http_code} %{content_type} %{size_download}' "$HTTPBIN_URL/image/png"
ask -o /dev/null -w '%{http_code}' "$HTTPBIN_URL/status/404"
ask -o /dev/null -w '%{http_code} %{redirect_url}' "$HTTPBIN_URL/redirect-to?url=/json&status_code=307" |
  sed "s|$HTTPBIN_URL||"
ask -o /dev/null -w '%{http_code}' "$HTTPBIN_URL/cookies/set?flavour=oat"
ask -o /dev/null -w '%{http_code}' -H 'Cookie: flavour=oat' "$HTTPBIN_URL/cookies"
ask -o /dev/null -w '%{http_code}' -d 'user=alice&password=opensesame' "$HTTPBIN_URL/post"
