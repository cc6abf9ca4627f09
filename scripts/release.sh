#!/usr/bin/env bash
# Makes a release of what is committed: version, changelog, commit and tag. Pushes nothing.
#
#   scripts/release.sh 0.2.0
set -euo pipefail
cd "$(dirname "$0")/.."

program=Sources/Web/Server/Program.swift
document=Tests/outside-peer/openapi.json
changelog=CHANGELOG.md

refuse() {
  echo "$*; nothing was changed" >&2
  exit 1
}

version=${1:-}
if [ $# != 1 ] || ! [[ $version =~ ^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}$ ]]; then
  echo "usage: scripts/release.sh VERSION, three numbers: 0.2.0" >&2
  exit 64
fi
[ -z "$(git status --porcelain)" ] || refuse "there are changes that are not committed; see git status"
old=$(sed -n 's/.*static let version = "\(.*\)"/\1/p' "$program")
[ -n "$old" ] || refuse "$program names no version"
newest=$(printf '%s\n' "$old" "$version" | sort -V | tail -1)
[ "$version" != "$old" ] && [ "$newest" = "$version" ] || refuse "$version is not newer than $old"
git rev-parse -q --verify "refs/tags/v$version" >/dev/null && refuse "there is a tag v$version"
grep -q "^    \"version\": \"$old\"" "$document" \
  || refuse "$document is not of version $old"
grep -qx '## Unreleased' "$changelog" || refuse "$changelog has no '## Unreleased'"
awk '/^## / { inside = ($0 == "## Unreleased"); next } inside && NF { found = 1 } END { exit !found }' \
  "$changelog" || refuse "nothing stands under Unreleased in $changelog"

sed -i "s/\(static let version = \)\"$old\"/\1\"$version\"/" "$program"
sed -i "s/^    \"version\": \"$old\"/    \"version\": \"$version\"/" "$document"
sed -i "s/^## Unreleased\$/## Unreleased\n\n## $version — $(date -u +%Y-%m-%d)/" "$changelog"
git commit -q -m "Release $version" -- "$program" "$document" "$changelog"
git tag -a "v$version" -m "Pikapalaute $version"
echo "committed and tagged v$version; look at it with 'git show', then:"
echo "  git push --atomic origin HEAD v$version"
