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

# convert CATALOGUE: builds one; says what is wrong, a line each.
convert() {
  local module graphs wrong
  module=$(basename "$(dirname "$1")")
  graphs=$out/$module.symbols
  rm -rf "$graphs" "$out/$module.doccarchive"
  mkdir -p "$graphs"
  # shellcheck disable=SC2086 no folder of ours has a space in its name
  swift-symbolgraph-extract -module-name "$module" -target "$target" -I "$built/Modules" $FLAGS \
    -minimum-access-level internal -skip-synthesized-members -output-dir "$graphs" || return 1
  # What the module adds to types of others has its page with them.
  rm -f "$graphs"/*@*
  # Only parameters that need a word have one.
  wrong=$(docc convert "$1" --additional-symbol-graph-dir "$graphs" \
    --output-dir "$out/$module.doccarchive" --fallback-display-name "$module" \
    --fallback-bundle-identifier "$module" --ide-console-output 2>&1 \
    | grep -E ': (warning|error): ' | grep -vE "Parameter '.*' is missing documentation") || true
  if [ -n "$wrong" ] || [ ! -e "$out/$module.doccarchive" ]; then
    printf 'FAIL %s\n%s\n' "$module" "$wrong" >&2
    return 1
  fi
  echo "ok   $module: $out/$module.doccarchive"
}

modules=()
wanted=()
for catalogue in firmware-protocol/Sources/*/Documentation.docc Sources/*/Documentation.docc; do
  module=$(basename "$(dirname "$catalogue")")
  modules+=("$module")
  case " ${*:-$module} " in *" $module "*) wanted+=("$catalogue") ;; esac
done
failed=0
export -f convert
export out built target
export FLAGS="${flags[*]}"
printf '%s\n' "${wanted[@]}" | xargs -P "$(nproc)" -I {} bash -c 'convert {}' || failed=1
for module in "$@"; do
  case " ${modules[*]} " in *" $module "*) continue ;; esac
  echo "no documentation of '$module'; there are: ${modules[*]}" >&2
  failed=64
done
exit "$failed"
