"""What is inside the program, as a CycloneDX bill of materials, and the licences of that.

    python3 Packaging/sbom.py PROGRAM VERSION sbom.cdx.json LIBRARIES

Libraries that are linked in come from `Package.resolved`, with the runtime of the compiler that is
here; shared ones are those that PROGRAM asks for, each of the Debian package that it comes from.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[1]
CHECKOUTS = ROOT / ".build/checkouts"


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def licence(text):
    if "Apache License" in text:
        return "Apache-2.0"
    if re.search(r"Permission is hereby granted, free of charge", text):
        return "MIT"
    sys.exit(f"a licence that is not known here: {text[:200]}")


def texts(checkout, kind):
    return [path.read_text(errors="replace") for path in sorted(checkout.glob(f"{kind}*"))
            if path.is_file()]


def linked():
    """(component, what its licence asks to be passed on) of each package of Swift."""
    for pin in json.loads((ROOT / "Package.resolved").read_text())["pins"]:
        location, state = pin["location"].removesuffix(".git"), pin["state"]
        checkout = CHECKOUTS / location.rsplit("/", 1)[1]
        found = texts(checkout, "LICENSE")
        if not found:
            sys.exit(f"{checkout} has no licence; is everything resolved?")
        kind = licence(found[0])
        address = location.removeprefix("https://")
        component = {
            "type": "library", "bom-ref": pin["identity"], "name": pin["identity"],
            "version": state["version"], "scope": "required",
            "licenses": [{"license": {"id": kind}}],
            "purl": f"pkg:swift/{address}@{state['version']}",
            "externalReferences": [
                {"type": "vcs", "url": location, "comment": f"commit {state['revision']}"}]}
        # The text of Apache's licence lies on every Debian; notices and others are passed on.
        yield component, ([] if kind == "Apache-2.0" else found) + texts(checkout, "NOTICE")


def runtime():
    version = re.search(r"Swift version (\S+)", output("swift", "--version")).group(1)
    return {"type": "framework", "bom-ref": "swift-runtime", "name": "swift-runtime",
            "description": "standard library, Foundation, dispatch", "version": version,
            "scope": "required",
            "licenses": [{"expression": "Apache-2.0 WITH Swift-exception"}],
            "purl": f"pkg:github/swiftlang/swift@swift-{version}-RELEASE"}


def shared(program):
    """Debian's packages of the shared libraries that the program asks for by itself."""
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-d", program))
    places = dict(re.findall(r"(\S+) => (\S+)", output("ldd", program)))
    distribution = dict(re.findall(
        r'^(\w+)="?([^"\n]*)', pathlib.Path("/etc/os-release").read_text(), re.M))
    packages = {}
    for name in needed:
        # The loader stands there without a place.
        path = places.get(name) or next(iter(pathlib.Path("/").glob(f"lib64/{name}")))
        for spelled in (os.path.realpath(path), os.path.realpath(path).removeprefix("/usr"), path):
            found = subprocess.run(["dpkg-query", "-S", str(spelled)], check=False,
                                   capture_output=True, text=True).stdout
            if found:
                break
        else:
            sys.exit(f"no package has {path}")
        packages.setdefault(found.split(":")[0], []).append(name)
    for package, names in sorted(packages.items()):
        version, architecture = output(
            "dpkg-query", "-W", "-f", "${Version} ${Architecture}", package).split("\n")[0].split()
        yield {"type": "library", "bom-ref": f"{distribution['ID']}/{package}", "name": package,
               "version": version, "scope": "required",
               "description": f"shared, as it was built against: {', '.join(sorted(names))}",
               "purl": f"pkg:deb/{distribution['ID']}/{package}@{version.replace('+', '%2B')}"
                       f"?arch={architecture}&distro={distribution.get('VERSION_CODENAME', '')}"}


def main(program, version, bill, licences):
    inside, passed_on = [], []
    for component, passages in linked():
        inside.append(component)
        passed_on.append(f"{component['name']} {component['version']}: "
                         f"{component['licenses'][0]['license']['id']}\n")
        passed_on += [f"{passage.rstrip()}\n" for passage in passages]
    inside += [runtime(), *shared(program)]
    moment = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))
    root = {"type": "application", "bom-ref": "pikapalaute", "name": "pikapalaute",
            "version": version, "licenses": [{"license": {"id": "Apache-2.0"}}]}
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", moment),
                     "lifecycles": [{"phase": "build"}], "component": root},
        "components": inside,
        "dependencies": [{"ref": "pikapalaute", "dependsOn": [c["bom-ref"] for c in inside]}]}
    # The same bill has the same number.
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(document, sort_keys=True))
    document["serialNumber"] = f"urn:uuid:{number}"
    pathlib.Path(bill).write_text(json.dumps(document, indent=1) + "\n")
    pathlib.Path(licences).write_text("\n".join(passed_on))


if __name__ == "__main__":
    main(*sys.argv[1:5])
