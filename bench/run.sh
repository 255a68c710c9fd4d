#!/usr/bin/env bash
# run.sh BUILD: every measurement of docs/performance.md, one after another, from a build with TRILOGUE_BENCH=ON.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
echo "== parsing and encoding"
"$build/bench/parse_bench"
echo "== a stored response"
"$build/bench/store_bench" "$(mktemp -d)"
echo "== the ledger"
mkdir -p build/ledger-bench
"$build/bench/ledger_bench" build/ledger-bench
echo "== the server around the engine"
bench/server.py "$build"
bench/resume.py "$build"
echo "== keys, limits and the ledger"
bench/platform.py "$build"
echo "== starting"
bench/start.py "$build"
echo "== the engine against a bare decode loop, 50 M parameters with random weights"
[[ -f build/bench-50m.gguf ]] || "$build/bench/random_model" models/trilogue-mini.gguf build/bench-50m.gguf
bench/through_http.py "$build" build/bench-50m.gguf
