#!/usr/bin/env bash
# Every build broken on purpose must be caught by the simulation. Arguments go to mutants.py.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 Tests/mutants/mutants.py "$@"
