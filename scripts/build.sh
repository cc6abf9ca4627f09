#!/usr/bin/env bash
# The one release build there is: of Swift's runtime nothing has to be installed beside it.
#   build.sh                        everything
#   build.sh --product pikapalaute  what is given, to `swift build`
set -euo pipefail
cd "$(dirname "$0")/.."
exec swift build -c release --static-swift-stdlib "$@"
