#!/usr/bin/env bash
# Everything CI runs, the quick parts first; every part says what it promises.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

step "format"
swift format lint --strict --recursive Package.swift Sources Simulator Tests Benchmarks firmware-protocol

step "the specification, its rules and vectors agree"
.venv/bin/python Tests/outside-peer/make_vectors.py --check
.venv/bin/python Tests/outside-peer/check_spec.py

step "the statistics' vectors are what SciPy computes"
.venv/bin/python Tests/statistics/make_vectors.py --check

step "allocates nothing"
Tests/gates/run.sh

step "exactly once, simulated: fixed seeds, those that once failed, fresh ones"
Tests/simulation/run.sh 60

step "builds broken on purpose are caught (eight of them, by date)"
Tests/mutants/run.sh --some 8

step "inputs that fuzzing found"
Tests/fuzz/replay.sh

step "release build"
swift build -c release

step "real processes: outside peer, crashes, faults, power loss, attacks"
.venv/bin/python -m pytest -q -p no:cacheprovider -m "not long" \
  Tests/outside-peer Tests/integration Tests/faults Tests/public-attack Tests/attack

step "unit tests"
# What waits for a thread in time runs alone: beside all the others there is none for seconds.
swift test --skip PublicationTests
swift test --skip-build --filter PublicationTests
