#!/usr/bin/env bash
# Fuzzes each target for so many seconds, from the committed corpora; a crash stays in
# .build/fuzz/found. Usage: Tests/fuzz/run.sh [SECONDS] [TARGET …]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then targets=(frame json topic registry time query); fi
fuzz=$(FUZZ_QUERY=1 Tests/fuzz/build.sh)
export ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no
mkdir -p .build/fuzz/found
for target in "${targets[@]}"; do
  new=.build/fuzz/corpus/$target
  mkdir -p "$new"
  options=(-max_total_time="$seconds" -max_len=4096 -artifact_prefix=".build/fuzz/found/$target-")
  if [ -f "Tests/fuzz/$target.dict" ]; then options+=(-dict="Tests/fuzz/$target.dict"); fi
  status=0
  FUZZ_TARGET=$target "$fuzz" "${options[@]}" "$new" "Tests/fuzz/corpus/$target" \
    >".build/fuzz/$target.log" 2>&1 || status=$?
  echo "$target: $(grep -aE '^Done|Fatal error|ERROR:|precondition' ".build/fuzz/$target.log" | head -1)" \
    "$(grep -aoE 'cov: [0-9]+' ".build/fuzz/$target.log" | tail -1)"
  if [ "$status" -ne 0 ]; then
    echo "fuzz: '$target' stopped; see .build/fuzz/$target.log and .build/fuzz/found" >&2
    exit 1
  fi
done
