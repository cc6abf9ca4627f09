#!/usr/bin/env bash
# Builds the fuzzer and says where it is: every module instrumented for coverage and addresses,
# libFuzzer's main. With FUZZ_QUERY=1 also the target that needs the HTTP library.
set -euo pipefail
cd "$(dirname "$0")/../.."
# Two folders: what is instrumented for one stays as it is when the other is built.
scratch=.build/fuzz-replay
if [ -n "${FUZZ_QUERY:-}" ]; then scratch=.build/fuzz; fi
swift build -c release --package-path Tests/fuzz --scratch-path "$scratch" --product Fuzz \
  -Xswiftc -enable-testing \
  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address >&2
if [ ! "$scratch/fuzz" -nt "$scratch/release/libFuzz.a" ]; then
  swiftc -sanitize=fuzzer,address "$scratch/release/libFuzz.a" -o "$scratch/fuzz" \
    -use-ld=lld -Xlinker --undefined=LLVMFuzzerTestOneInput >&2
fi
echo "$scratch/fuzz"
