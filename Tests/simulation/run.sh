#!/usr/bin/env bash
# Simulates a fixed set of seeds, those that once failed, and as many fresh ones.
# Usage: Tests/simulation/run.sh [SEEDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
seeds=${1:-150}
# Each life of the service takes megabytes and gives them back. From glibc's heap, whose limit
# for such blocks grows by itself, holes would stay: 3 MB a seed.
export MALLOC_MMAP_THRESHOLD_=262144
simulate=$(Tests/simulation/build.sh)
echo "the same seed tells the same story:"
one=$("$simulate" --from 3 --seeds 1 --tell --quiet | grep '^day' | sha256sum)
other=$("$simulate" --from 3 --seeds 1 --tell --quiet | grep '^day' | sha256sum)
if [ "$one" != "$other" ]; then
  echo "simulate: seed 3 told two stories" >&2
  exit 1
fi
echo "once failed:"
while read -r seed _; do
  case $seed in ''|'#'*) continue ;; esac
  "$simulate" --from "$seed" --seeds 1 --quiet
done <Tests/simulation/regressions.txt
echo "fixed:"
"$simulate" --from 1 --seeds "$seeds" --quiet
fresh=$(( $(date +%s) * 1000 ))
echo "fresh, from $fresh:"
"$simulate" --from "$fresh" --seeds "$seeds" --quiet
