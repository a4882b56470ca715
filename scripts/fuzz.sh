#!/usr/bin/env bash
# Runs every fuzz target for a while: scripts/fuzz.sh 60s
set -euo pipefail
cd "$(dirname "$0")/.."
duration=${1:-30s}
for package in $(go list ./...); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "== $package $target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$duration" "$package"
  done
done
