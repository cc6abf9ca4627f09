#!/usr/bin/env bash
# Builds .build/fuzz/fuzz: every module instrumented for coverage and addresses, libFuzzer's main.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=.build/fuzz
swift build -c release --package-path Tests/fuzz --scratch-path "$scratch" --product Fuzz \
  -Xswiftc -enable-testing \
  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address
if [ ! "$scratch/fuzz" -nt "$scratch/release/libFuzz.a" ]; then
  swiftc -sanitize=fuzzer,address "$scratch/release/libFuzz.a" -o "$scratch/fuzz" \
    -use-ld=lld -Xlinker --undefined=LLVMFuzzerTestOneInput
fi
