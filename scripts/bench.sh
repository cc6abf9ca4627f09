#!/usr/bin/env bash
# Measures what is claimed about speed; installs the peers that are missing.
#   bench.sh          everything; writes Benchmarks/results.json
#   bench.sh --core   the core alone
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cmp -s Benchmarks/requirements.txt .venv-bench/requirements.txt; then
  echo "installing the peers into .venv-bench"
  rm -rf .venv-bench
  python3 -m venv .venv-bench
  for peer in $(cat Benchmarks/requirements.txt); do
    .venv-bench/bin/python -m pip install --quiet --disable-pip-version-check "$peer" ||
      echo "$peer cannot be installed here; its figures are left out"
  done
  cp Benchmarks/requirements.txt .venv-bench/requirements.txt
fi
scripts/build.sh --product pikapalaute
exec .venv-bench/bin/python Benchmarks/bench.py "$@"
