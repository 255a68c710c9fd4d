#!/usr/bin/env bash
# Installs exactly what package-lock.json says, once for each change of it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ -f node_modules/.installed ]] && cmp -s package-lock.json node_modules/.installed; then
  echo "tests/sdk: the packages are in place"
  exit 0
fi
npm ci --ignore-scripts --no-audit --no-fund
cp package-lock.json node_modules/.installed
