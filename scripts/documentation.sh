#!/usr/bin/env bash
# Builds the documentation of every library into .build/documentation, from its catalogue and the doc
# comments of all that is not private. A link to what does not exist fails.
#
#   documentation.sh              all of them
#   documentation.sh Store Web    some of them
set -euo pipefail
cd "$(dirname "$0")/.."

# With the tests, as the other lanes build: what is there already is not built anew.
swift build --build-tests --quiet
built=$(swift build --show-bin-path)
out=.build/documentation
mkdir -p "$out"

# Where the compiler finds the C modules that ours and the packages import.
flags=()
for map in "$built"/*.build/module.modulemap; do flags+=(-Xcc "-fmodule-map-file=$map"); done
while read -r map; do flags+=(-I "$(dirname "$map")"); done \
  < <(find Sources .build/checkouts/*/Sources -name module.modulemap)
target=$(swiftc -print-target-info | sed -n 's/.*"triple": "\(.*\)".*/\1/p' | head -1)

# convert CATALOGUE MODULE: prints what is wrong, one line each.
convert() {
  local graphs=$out/$2.symbols
  rm -rf "$graphs" "$out/$2.doccarchive"
  mkdir -p "$graphs"
  swift-symbolgraph-extract -module-name "$2" -target "$target" -I "$built/Modules" "${flags[@]}" \
    -minimum-access-level internal -skip-synthesized-members -output-dir "$graphs"
  # What the module adds to types of others has its page with them.
  rm -f "$graphs"/*@*
  # Only parameters that need a word have one.
  docc convert "$1" --additional-symbol-graph-dir "$graphs" --output-dir "$out/$2.doccarchive" \
    --fallback-display-name "$2" --fallback-bundle-identifier "$2" --ide-console-output 2>&1 \
    | grep -E ': (warning|error): ' | grep -vE "Parameter '.*' is missing documentation" || true
}

modules=()
failed=0
for catalogue in firmware-protocol/Sources/*/Documentation.docc Sources/*/Documentation.docc; do
  module=$(basename "$(dirname "$catalogue")")
  modules+=("$module")
  case " ${*:-$module} " in *" $module "*) ;; *) continue ;; esac
  wrong=$(convert "$catalogue" "$module")
  if [ -n "$wrong" ] || [ ! -e "$out/$module.doccarchive" ]; then
    printf 'FAIL %s\n%s\n' "$module" "$wrong" >&2
    failed=1
  else
    echo "ok   $module: $out/$module.doccarchive"
  fi
done
for module in "$@"; do
  case " ${modules[*]} " in *" $module "*) continue ;; esac
  echo "no documentation of '$module'; there are: ${modules[*]}" >&2
  failed=64
done
exit "$failed"
