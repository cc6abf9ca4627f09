#!/usr/bin/env bash
# Gates for "allocates nothing", one line each.
#
# 1. The wire compiles without a heap for four bare machines, the core for one.
# 2. A million presses on their way from message to bucket ask malloc & co. for nothing,
#    in release, and a single allocation on purpose is noticed.
#
# SCRATCH_PATH names the build folder of the package (default .build).
set -euo pipefail

cd "$(dirname "$0")/../.."
scratch=${SCRATCH_PATH:-.build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

flags=(
  -enable-experimental-feature Embedded -no-allocations -wmo -O -strict-memory-safety
  -warnings-as-errors -parse-as-library
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
  -enable-upcoming-feature InternalImportsByDefault
)
wire=(firmware-protocol/Sources/FirmwareProtocol/*.swift)
core=(Sources/BucketCore/*.swift)

fail() {
  echo "FAIL $1" >&2
  exit 1
}

# compile TARGET MODULE OUTPUT FLAGS... FILES...
compile() {
  local target=$1 module=$2 output=$3
  shift 3
  swiftc "${flags[@]}" -target "$target" -module-name "$module" -emit-object -o "$output" "$@"
}

for target in x86_64-unknown-none-elf armv7em-none-none-eabi riscv32-none-none-eabi \
  wasm32-unknown-none-wasm; do
  object=$work/wire-$target.o
  compile "$target" FirmwareProtocol "$object" "${wire[@]}" \
    || fail "FirmwareProtocol takes memory, or does not compile, for $target"
  size=""
  if [[ $target == armv7em* ]]; then
    code=$(llvm-size -A "$object" 2>/dev/null || size -A "$object")
    size=", $(awk '/^\.text/ { sum += $2 } END { print sum }' <<<"$code") bytes of Thumb code"
  fi
  echo "ok   FirmwareProtocol without a heap for $target$size"
done

target=x86_64-unknown-none-elf
swiftc "${flags[@]}" -target "$target" -module-name FirmwareProtocol -emit-module \
  -emit-module-path "$work/FirmwareProtocol.swiftmodule" "${wire[@]}"
compile "$target" BucketCore "$work/core.o" -I "$work" -I Sources/CChecksum/include -Xcc -ffreestanding "${core[@]}" \
  || fail "BucketCore takes memory, or does not compile, for $target"
echo "ok   BucketCore without a heap for $target"

# The gate above must be able to fail.
cat >"$work/heap.swift" <<'SWIFT'
public func take(_ count: Int) -> [Int] { Array(repeating: 7, count: count) }
SWIFT
if compile "$target" Heap "$work/heap.o" "$work/heap.swift" 2>/dev/null; then
  fail "an array compiles although nothing may be allocated"
fi
echo "ok   an array on purpose does not compile"

swift build -c release --scratch-path "$scratch" --product allocation-gate >"$work/build.log" 2>&1 \
  || { cat "$work/build.log" >&2; fail "allocation-gate does not build"; }
gate=$scratch/release/allocation-gate
result=$("$gate") || fail "$result"
echo "ok   $result"
if result=$("$gate" --allocate); then
  fail "one allocation on purpose was not noticed: $result"
fi
[[ $result == "allocations 1 "* ]] || fail "one allocation on purpose was counted as: $result"
echo "ok   one allocation on purpose is counted as one"
