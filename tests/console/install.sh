#!/usr/bin/env bash
# Installs exactly what the two package-lock.json say, once for each change of them: the console's tools, the browser's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for folder in "$here/../../console" "$here"; do
  cd "$folder"
  if [[ -f node_modules/.installed ]] && cmp -s package-lock.json node_modules/.installed; then
    echo "$folder: the packages are in place"
    continue
  fi
  npm ci --ignore-scripts --no-audit --no-fund
  cp package-lock.json node_modules/.installed
done
