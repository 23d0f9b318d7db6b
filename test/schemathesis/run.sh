#!/usr/bin/env bash
# Schemathesis against a built server with a database of its own, both versions. It is Python's:
#   pip install schemathesis==4.32.5
# SCHEMATHESIS names the program where it is not on the PATH; arguments are handed on, for instance `-n 100`.
set -euo pipefail
port="${PORT:-3918}"
export DATA_DIR="$(mktemp -d)"
PORT=$port LOG_LEVEL=error SCHEMA_PROVISIONING_MS=0 node dist/main.js > "$DATA_DIR/log" &
server=$!
trap 'kill $server; rm -rf "$DATA_DIR"' EXIT
until curl -sf -o /dev/null "http://127.0.0.1:$port/health/ready"; do kill -0 $server; sleep 0.2; done
token="$(npm run -s token -- --lifetime 1d)"
failed=0
for version in beta v1.0; do
  "${SCHEMATHESIS:-schemathesis}" --config-file test/schemathesis/schemathesis.toml --no-color \
    run "http://127.0.0.1:$port/openapi-$version.json" -u "http://127.0.0.1:$port" -H "Authorization: Bearer $token" \
    --phases examples,coverage,fuzzing -n 20 --generation-database none --warnings off --suppress-health-check all "$@" || failed=1
done
exit $failed
