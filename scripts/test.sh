#!/usr/bin/env bash
# Everything CI runs, the quick parts first, in lanes that can be run alone:
#
#   scripts/test.sh              all of them
#   scripts/test.sh fast         those that need no release build
#   scripts/test.sh gates units  some of them
set -euo pipefail
cd "$(dirname "$0")/.."

ALL="format vectors gates simulation mutants fuzz processes package documentation units"
FAST="format vectors documentation units"

step() { printf '\n== %s\n' "$*"; }

format() {
  step "format"
  swift format lint --strict --recursive Package.swift Sources Simulator Tests Benchmarks firmware-protocol
}

vectors() {
  step "the specification, its rules and vectors agree"
  .venv/bin/python Tests/outside-peer/make_vectors.py --check
  .venv/bin/python Tests/outside-peer/check_spec.py
  step "each requirement of ASVS has its answer, and the tests that it names are there"
  .venv/bin/python Tests/outside-peer/check_security.py
  step "the statistics' vectors are what SciPy computes"
  .venv/bin/python Tests/statistics/make_vectors.py --check
}

gates() {
  step "allocates nothing"
  Tests/gates/run.sh
}

simulation() {
  step "exactly once, simulated: fixed seeds, those that once failed, fresh ones"
  Tests/simulation/run.sh 60
}

mutants() {
  step "builds broken on purpose are caught (eight of them, by date)"
  Tests/mutants/run.sh --some 8
}

fuzz() {
  step "inputs that fuzzing found"
  Tests/fuzz/replay.sh
}

processes() {
  step "release build"
  scripts/build.sh
  # Most of them wait for something, each for its own: a file of tests after the other in each of
  # three. Attacks measure how long others wait, so nothing runs beside them.
  step "real processes: outside peer, crashes, faults, power loss, pages in a browser"
  .venv/bin/python -m pytest -q -p no:cacheprovider -m "not long" -n 3 --dist loadfile \
    Tests/outside-peer Tests/integration Tests/faults Tests/public-attack Tests/pages
  step "real processes: attacks"
  .venv/bin/python -m pytest -q -p no:cacheprovider -m "not long" Tests/attack
}

package() {
  step "the Debian package, and its life on a clean root"
  # Builds nothing where the lane before it did.
  scripts/build.sh --product pikapalaute
  scripts/package.sh
  .venv/bin/python -m pytest -q -p no:cacheprovider Tests/package
}

documentation() {
  step "every link of the documentation leads somewhere"
  scripts/documentation.sh
}

units() {
  step "unit tests"
  # What waits for a thread in time runs alone: beside all the others there is none for seconds.
  swift test --skip PublicationTests
  swift test --skip-build --filter PublicationTests
}

lanes=${*:-$ALL}
[ "$lanes" = fast ] && lanes=$FAST
for lane in $lanes; do
  case " $ALL " in
    *" $lane "*) ;;
    *)
      echo "no lane '$lane'; there are: $ALL, and fast for: $FAST" >&2
      exit 64
      ;;
  esac
done
took=""
for lane in $lanes; do
  began=$SECONDS
  $lane
  took="$took $lane $((SECONDS - began)) s,"
done
printf '\nall passed:%s\n' "${took%,}"
