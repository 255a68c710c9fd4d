#!/usr/bin/env bash
# fetch_llama.sh [cpu|cuda|vulkan] [DIR]
# Puts the pinned llama.cpp (prebuilt libraries and their headers) into DIR, build/llama-ENGINE by default:
#   lib/     libllama, libllama-common, libggml and one libggml-* for each processor or GPU
#   include/ common/ vendor/   the headers of the same release
#   templates/                 chat templates of well-known models, for the tests
# Does nothing when DIR is complete; DIR appears whole or not at all.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
engine=${1:-cpu}
dir=${2:-$root/build/llama-$engine}

case $(uname -s)-$(uname -m) in
  Linux-x86_64) machine=linux-x64 ;;
  Linux-aarch64) machine=linux-arm64 ;;
  *)
    echo "fetch_llama: there are no pinned libraries for $(uname -sm)." >&2
    echo "Install llama.cpp with its CMake files (find_package(llama)); the build then takes that." >&2
    exit 1 ;;
esac
case $engine in
  cpu) package=@node-llama-cpp/$machine ;;
  cuda | vulkan) package=@node-llama-cpp/$machine-$engine ;;
  *) echo "fetch_llama: ENGINE is cpu, cuda or vulkan, not '$engine'" >&2; exit 1 ;;
esac
if ! grep -q "^$package " "$root/tools/packages.lock"; then
  echo "fetch_llama: there is no $engine engine for $machine; ENGINE=cpu works" >&2
  exit 1
fi

stamp=$(grep -E "^(node-llama-cpp|$package) " "$root/tools/packages.lock")
if [[ -f $dir/.complete && $(cat "$dir/.complete") == "$stamp" ]]; then exit 0; fi

echo "== llama.cpp for $engine, into ${dir#"$root"/}"
mkdir -p "$(dirname "$dir")"
work=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$work"' EXIT

"$root/tools/fetch_package.sh" "$package" "$work/package" bins
mkdir "$work/new"
mv "$work"/package/bins/* "$work/new/lib"
rm -f "$work/new/lib/llama-addon.node"

"$root/tools/fetch_package.sh" node-llama-cpp "$work/headers" llama/gitRelease.bundle
echo "   checking out the headers"
git clone --quiet --no-checkout "$work/headers/llama/gitRelease.bundle" "$work/source"
git -C "$work/source" checkout --quiet HEAD -- include ggml/include common vendor/nlohmann models/templates LICENSE
mv "$work/source/include" "$work/source/common" "$work/source/vendor" "$work/new/"
mv "$work"/source/ggml/include/* "$work/new/include/"
mv "$work/source/models/templates" "$work/new/templates"
mv "$work/source/LICENSE" "$work/new/LICENSE"
find "$work/new/common" -name '*.cpp' -delete

echo "$stamp" >"$work/new/.complete"
chmod 755 "$work/new"
rm -rf "$dir"
mv "$work/new" "$dir"
echo "   $(find "$dir/lib" -name '*.so*' | wc -l) libraries, $(du -sh "$dir" | cut -f1)"
