#!/usr/bin/env bash
# tidy.sh BUILD [FILE...]   clang-tidy over our own sources with the compile commands of BUILD; every finding fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
shift
if (($# > 0)); then files=("$@"); else mapfile -t files < <(git ls-files 'src/*.cpp' | grep -v '_test\.cpp$'); fi
printf '%s\0' "${files[@]}" |
  xargs -0 -n 4 -P "$(nproc)" clang-tidy-19 -p "$build" --quiet --warnings-as-errors='*' 2> >(grep -v 'warnings\? generated' >&2)
echo "tidy: ${#files[@]} files, nothing found"
