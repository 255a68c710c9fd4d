#!/bin/sh
# Builds tests/probe.cpp against llama.cpp: build_probe.sh HEADERS LIBRARIES OUT
#   HEADERS    a llama.cpp source tree (include/, ggml/include/, common/, vendor/) of the libraries' release
#   LIBRARIES  the folder with libllama*.so, libllama-common*.so, libggml*.so
set -eu
headers=$1 libraries=$2 out=$3
here=$(dirname "$0")
link=""
for name in libllama-common libllama libggml libggml-base; do
    file=$(ls "$libraries" | grep -E "^$name(\.v[0-9.]+)?\.so$" | head -n 1)
    link="$link -l:$file"
done
# shellcheck disable=SC2086
g++ -std=c++20 -O1 -DPROBE_BACKENDS="\"$libraries\"" -I"$headers/include" -I"$headers/ggml/include" \
    -I"$headers/common" -I"$headers/vendor" "$here/probe.cpp" -o "$out" -L"$libraries" $link -Wl,-rpath,"$libraries"
