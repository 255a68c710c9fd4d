#!/usr/bin/env bash
# Installs the agents (about 650 MB, once) and runs them against the release build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ -x ../../build/node/bin/node ]]; then PATH=$PWD/../../build/node/bin:$PATH; fi
if ! cmp -s package-lock.json node_modules/.installed; then
  echo "== installing Claude Code and Codex below tests/agents/node_modules (about 650 MB)"
  npm ci --ignore-scripts --no-audit --no-fund
  node node_modules/@anthropic-ai/claude-code/install.cjs  # puts the program of this system in its place
  cp package-lock.json node_modules/.installed
fi
node --test
