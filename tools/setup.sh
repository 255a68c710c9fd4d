#!/usr/bin/env bash
# setup.sh [serve|test]
# Installs what the build needs on Debian 12 and its relatives, as root or through sudo: `serve` for the program,
# `test` for the tests, the sanitizers and the second compiler too. Elsewhere it says precisely what is missing.
# Installs nothing that is there already; a second run takes no time.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
purpose=${1:-serve}

# Debian packages; of `a|b` the first one that the system knows.
serve_packages=(g++ make cmake ninja-build "libboost1.81-dev|libboost1.83-dev|libboost1.88-dev" libssl-dev zlib1g-dev
  libsimdjson-dev libsqlite3-dev libpq-dev libcli11-dev libtomlplusplus-dev libexpected-dev openssl ca-certificates git)
test_packages=(libgtest-dev libgmock-dev clang-19 libclang-rt-19-dev clang-tidy-19 clang-format-19 llvm-19 mold
  python3 curl chromium redis-server postgresql)
# What the same is called by its files, for every other system: header <needs>, then commands.
serve_headers=(boost/asio.hpp boost/beast.hpp openssl/ssl.h zlib.h simdjson.h sqlite3.h libpq-fe.h CLI/CLI.hpp toml++/toml.h tl/expected.hpp)
test_headers=(gtest/gtest.h gmock/gmock.h)
serve_commands=(g++ make cmake ninja openssl git npm)
test_commands=(clang++-19 clang-tidy-19 clang-format-19 python3 curl redis-server)

case $purpose in
  serve) packages=("${serve_packages[@]}") headers=("${serve_headers[@]}") commands=("${serve_commands[@]}") ;;
  test)
    packages=("${serve_packages[@]}" "${test_packages[@]}")
    headers=("${serve_headers[@]}" "${test_headers[@]}")
    commands=("${serve_commands[@]}" "${test_commands[@]}") ;;
  *) echo "setup: 'serve' or 'test', not '$purpose'" >&2; exit 2 ;;
esac

missing_headers() {
  local header
  for header in "${headers[@]}"; do
    printf '#if !__has_include(<%s>)\nMISSING %s\n#endif\n' "$header" "$header"
  done | g++ -std=c++20 -E -P -x c++ - 2>/dev/null | sed -n 's/^MISSING \(.*\)/\1/p' | tr -d ' '
}

as_told_by_files() {
  local missing=() command
  for command in "${commands[@]}"; do
    command -v "$command" >/dev/null || missing+=("the command $command")
  done
  if command -v g++ >/dev/null; then
    while read -r header; do missing+=("the header <$header>"); done < <(missing_headers)
  fi
  ((${#missing[@]} == 0)) && return 0
  {
    echo "setup: this is not a Debian system, so please install these yourself:"
    printf '  - %s\n' "${missing[@]}"
    echo "Needed are g++ 12 or newer, CMake 3.25, Ninja, Boost 1.81 (headers), OpenSSL 3, zlib, simdjson 3, SQLite 3.35,"
    echo "libpq 14, CLI11 2, toml++ 3, tl-expected 1, git and npm; for the tests also GoogleTest, clang 19 with its tidy,"
    echo "format and sanitizers, Python 3, redis-server and PostgreSQL 14 or newer. Then run the same command again."
  } >&2
  return 1
}

# Sets `wanted` to the packages that are not there.
find_wanted() {
  local entry candidate
  local -A present=()
  wanted=()
  while read -r candidate; do present[${candidate%%:*}]=1; done < <(
    dpkg-query -W -f='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
  for entry in "${packages[@]}"; do
    for candidate in ${entry//|/ }; do
      [[ -n ${present[$candidate]:-} ]] && continue 2
    done
    wanted+=("$entry")
  done
  # npm may also come with a Node from elsewhere.
  command -v npm >/dev/null || wanted+=(npm)
}

first_known() {
  local candidate
  for candidate in ${1//|/ }; do
    if apt-cache show "$candidate" >/dev/null 2>&1; then echo "$candidate"; return; fi
  done
  echo "${1%%|*}"
}

as_told_by_dpkg() {
  find_wanted
  ((${#wanted[@]} == 0)) && return 0
  local sudo=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "setup: not root and no sudo. As root: apt-get install ${wanted[*]%%|*}" >&2
      return 1
    fi
    sudo=(sudo)
  fi
  echo "== Debian packages: ${wanted[*]%%|*}"
  local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0)
  "${apt[@]}" update >/dev/null
  local names=() entry
  for entry in "${wanted[@]}"; do names+=("$(first_known "$entry")"); done
  "${apt[@]}" install -y --no-install-recommends "${names[@]}" | grep --line-buffered -E '^(Need to get|After this|Setting up (g\+\+|cmake|npm|clang|libboost))' || true
  find_wanted
  if ((${#wanted[@]} > 0)); then
    echo "setup: apt could not install: ${wanted[*]}" >&2
    return 1
  fi
}

# The official clients need Node 20. An older system Node stays as it is; the tests get their own.
node_for_tests() {
  local major=0
  command -v node >/dev/null && major=$(node -p 'process.versions.node.split(".")[0]')
  ((major >= 20)) && return 0
  [[ -x $root/build/node/bin/node ]] && return 0
  local machine
  case $(uname -m) in x86_64) machine=x64 ;; aarch64) machine=arm64 ;; *) machine=none ;; esac
  if [[ $machine == none ]]; then
    echo "setup: the tests of the official clients need Node 20; please install it" >&2
    return 1
  fi
  echo "== Node 20 for the tests, into build/node"
  mkdir -p "$root/build"
  rm -rf "$root/build/node.part"
  "$root/tools/fetch_package.sh" "node-linux-$machine" "$root/build/node.part" bin/node LICENSE
  rm -rf "$root/build/node"
  mv "$root/build/node.part" "$root/build/node"
}

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  as_told_by_dpkg
else
  as_told_by_files
fi
if [[ $purpose == test ]]; then node_for_tests; fi
