#!/usr/bin/env bash
# Makes the Debian package of what the release build made: .build/package/pikapalaute_VERSION_ARCH.deb,
# beside it the bill of materials and the symbols that the package leaves out.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

bin=$PWD/.build/release/pikapalaute
out=$PWD/.build/package
version=$(sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Web/Server/Program.swift)
architecture=$(dpkg --print-architecture)
# The same commit makes the same package.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)

[ -x "$bin" ] || { echo "there is no $bin; scripts/build.sh makes it" >&2; exit 66; }
[ "$("$bin" --version)" = "$version" ] || { echo "$bin is not of version $version" >&2; exit 1; }
if readelf -d "$bin" | grep -q 'NEEDED.*libswift'; then
  echo "$bin needs Swift's runtime; scripts/build.sh makes one that does not" >&2
  exit 1
fi

rm -rf "$out"
root=$out/root
documents=$root/usr/share/doc/pikapalaute
mkdir -p "$root/DEBIAN" "$documents/examples" "$root/usr/bin" "$root/usr/share/man/man1" \
  "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" \
  "$root/usr/share/fish/vendor_completions.d" "$out/debian"

objcopy --only-keep-debug "$bin" "$out/pikapalaute.debug"
strip --strip-unneeded --remove-section=.comment -o "$root/usr/bin/pikapalaute" "$bin"
chmod 0755 "$root/usr/bin/pikapalaute"

install -D -m 0755 Packaging/nightly-backup "$root/usr/libexec/pikapalaute/nightly-backup"
install -D -m 0644 -t "$root/lib/systemd/system" Packaging/units/*.service Packaging/units/*.timer
install -D -m 0644 Packaging/units/tmpfiles.conf "$root/usr/lib/tmpfiles.d/pikapalaute.conf"
install -D -m 0644 Packaging/pikapalaute.yaml "$root/etc/pikapalaute/pikapalaute.yaml"

"$bin" --experimental-dump-help | python3 Packaging/manual.py "$version" "$date" \
  >"$root/usr/share/man/man1/pikapalaute.1"
"$bin" --generate-completion-script bash | sed '1{/^#!/d}' \
  >"$root/usr/share/bash-completion/completions/pikapalaute"
"$bin" --generate-completion-script zsh >"$root/usr/share/zsh/vendor-completions/_pikapalaute"
"$bin" --generate-completion-script fish \
  >"$root/usr/share/fish/vendor_completions.d/pikapalaute.fish"

install -m 0644 Packaging/debian/copyright README.md SECURITY.md "$documents"
install -D -m 0644 -t "$documents/docs" docs/*
install -m 0644 CHANGELOG.md "$documents/changelog"
install -m 0644 Packaging/examples/*.* "$documents/examples"
install -m 0755 Packaging/examples/set-up-broker "$documents/examples"
python3 Packaging/sbom.py "$root/usr/bin/pikapalaute" "$version" "$documents/sbom.cdx.json" \
  "$documents/LIBRARIES"
cp "$documents/sbom.cdx.json" "$out/pikapalaute_$version.cdx.json"
gzip -9n "$documents/changelog" "$documents/LIBRARIES" "$root/usr/share/man/man1/pikapalaute.1"

install -m 0755 Packaging/debian/{preinst,postinst,prerm,postrm} "$root/DEBIAN"
install -m 0644 Packaging/debian/conffiles "$root/DEBIAN"
# dpkg-shlibdeps wants a source package around it.
printf 'Source: pikapalaute\n\nPackage: pikapalaute\nArchitecture: any\n' >"$out/debian/control"
depends=$(cd "$out" && dpkg-shlibdeps -O -eroot/usr/bin/pikapalaute 2>/dev/null |
  sed 's/^shlibs:Depends=//')
rm -r "$out/debian"
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@DEPENDS@/$depends/" \
  -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$root" | cut -f1)/" \
  Packaging/debian/control >"$root/DEBIAN/control"
(cd "$root" && find usr lib etc -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group --build "$root" "$out" >/dev/null
rm -r "$root"
ls -l "$out"/*.deb
