#!/usr/bin/env bash
# Replays the corpora and every crash that was ever found; each must pass. Those of `query` are
# replayed by Tests/ResultsTests, because instrumenting the HTTP library takes minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
fuzz=$(Tests/fuzz/build.sh)
export ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no
for target in frame json topic registry time; do
  folders=()
  for folder in corpus found; do
    if [ -d "Tests/fuzz/$folder/$target" ]; then folders+=("Tests/fuzz/$folder/$target"); fi
  done
  files=$(find "${folders[@]}" -type f | wc -l)
  if ! log=$(FUZZ_TARGET=$target "$fuzz" -runs=0 "${folders[@]}" 2>&1); then
    printf '%s\n' "$log" | tail -40
    echo "fuzz: an input of '$target' fails" >&2
    exit 1
  fi
  echo "$target: $files inputs hold"
done
