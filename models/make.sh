#!/bin/sh
# The whole way to trilogue-mini.gguf, seeded and resumable: make.sh [MINUTES]
# An interrupted run goes on when it is started again. A finished one is only exported again; remove
# work/mini.pt to start over. Needs Debian's python3-torch, python3-numpy, libopenblas0-pthread and gcc.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-/usr/bin/python3}
minutes=${1:-180}
export OMP_WAIT_POLICY=PASSIVE   # else one other busy process stalls training
export MALLOC_MMAP_THRESHOLD_=2000000000 MALLOC_TRIM_THRESHOLD_=8000000000   # memory is kept, not asked for at every product
mkdir -p work
[ -f tokenizer.json ] || "$python" tokenizer.py 3072
"$python" train.py --name mini --minutes "$minutes" --batch 4608 --seed 1
"$python" export.py work/mini.pt trilogue-mini.gguf q8_0
"$python" curves.py work/mini.jsonl eval/curves.svg
