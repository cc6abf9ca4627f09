#!/usr/bin/env bash
# Builds the simulation and says where it is.
set -euo pipefail
cd "$(dirname "$0")/../.."
swift build -c release --package-path Tests/simulation --scratch-path .build/simulation >&2
echo .build/simulation/release/simulate
