#!/usr/bin/env bash
# test.sh all | STAGE...   (stages: checks unit path sdk console model fuzz asan tidy, and tsan, which all leaves out for its time)
# Runs the stages in order, quick ones first, and closes with one table. A failing stage does not stop the others,
# so that one run tells everything; the exit status is 1 when any failed. Expects tools/setup.sh test.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jobs=${JOBS:-$(nproc)}
fuzz_seconds=${FUZZ_SECONDS:-8}
if [[ -x build/node/bin/node ]]; then PATH=$PWD/build/node/bin:$PATH; fi

say() { printf '\n== %s\n' "$1"; }

build() { # PRESET TARGET [CMAKE FLAGS...]
  say "building $1"
  cmake --preset "$1" --log-level=WARNING "${@:3}" >/dev/null && cmake --build --preset "$1" --target "$2" -j "$jobs"
}

failed_tests=()
run_ctest() { # PRESET LABELS
  ctest --preset "$1" -L "$2" -j "$jobs" --no-tests=error && return 0
  while IFS=: read -r _ name; do failed_tests+=("$1 $name"); done <"build/$1/Testing/Temporary/LastTestsFailed.log"
  return 1
}

stage_checks() {
  python3 tools/check_floors.py --self-test && python3 tools/check_floors.py &&
    python3 tools/check_size.py --self-test && python3 tools/check_size.py &&
    python3 tools/check_api_pages.py --self-test && python3 tools/check_api_pages.py &&
    git ls-files '*.h' '*.cpp' | xargs clang-format-19 --dry-run -Werror && echo "format: as .clang-format says"
}
stage_unit() { build release all -DTRILOGUE_TESTS=ON -DTRILOGUE_BENCH=ON && run_ctest release unit; }
stage_path() { build release all -DTRILOGUE_TESTS=ON -DTRILOGUE_BENCH=ON && run_ctest release path; }
stage_sdk() { build release all -DTRILOGUE_TESTS=ON -DTRILOGUE_BENCH=ON && run_ctest release sdk; }
stage_console() { build release all -DTRILOGUE_TESTS=ON -DTRILOGUE_BENCH=ON && run_ctest release console; }
stage_model() { build release all -DTRILOGUE_TESTS=ON -DTRILOGUE_BENCH=ON && run_ctest release model; }
stage_asan() { build asan all && run_ctest asan 'unit|path'; }
stage_tsan() { build tsan all && run_ctest tsan 'unit|path'; }

stage_fuzz() {
  build asan fuzz/all || return 1
  local harness name failed=0 found=0
  for harness in build/asan/fuzz/*_fuzz; do
    [[ -x $harness ]] || continue
    found=1
    name=$(basename "$harness")
    say "fuzz: $name, $fuzz_seconds s"
    local corpus=build/asan/corpus/$name seeds=()
    mkdir -p "$corpus"
    [[ -d fuzz/corpus/$name ]] && seeds=("fuzz/corpus/$name")
    "$harness" -max_total_time="$fuzz_seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
      -verbosity=0 -artifact_prefix="build/asan/$name-" "$corpus" "${seeds[@]}" 2>&1 |
      grep -E '^(stat::number_of_executed|==|SUMMARY|#0 |artifact)|Test unit|abort|rror'
    if ((PIPESTATUS[0] != 0)); then failed=1; fi
  done
  if ((found == 0)); then
    echo "fuzz: no harness was built" >&2
    return 1
  fi
  return $failed
}

stage_tidy() {
  # The compile commands of the asan preset: clang reads them as they are.
  cmake --preset asan --log-level=WARNING >/dev/null && tools/tidy.sh build/asan
}

stages=("$@")
if [[ ${stages[*]:-all} == all ]]; then stages=(checks unit path sdk console model fuzz asan tidy); fi
table='' status=0 start=$SECONDS
for stage in "${stages[@]}"; do
  if ! declare -F "stage_$stage" >/dev/null; then
    echo "test.sh: no stage '$stage'" >&2
    exit 2
  fi
  say "stage $stage"
  stage_start=$SECONDS result=passed
  "stage_$stage" || { result=FAILED; status=1; }
  table+=$(printf '  %-8s %-7s %4d s' "$stage" "$result" $((SECONDS - stage_start)))$'\n'
done
say "summary"
printf '%s' "$table"
if ((${#failed_tests[@]} > 0)); then printf '  failed: %s\n' "${failed_tests[@]}"; fi
total=$((SECONDS - start))
if ((status == 0)); then
  echo "all ${#stages[@]} stages passed in $((total / 60)) min $((total % 60)) s"
else
  echo "at least one stage FAILED, after $((total / 60)) min $((total % 60)) s"
fi
exit $status
