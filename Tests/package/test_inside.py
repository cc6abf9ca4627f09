"""What is in the package: units that give the service little, a true bill of materials, a manual."""

import json
import re
import subprocess

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from package import FOLDER, Package, Unit, debian
from rig import ROOT, Rig, wait_until

UNITS = "lib/systemd/system"
DOCUMENTS = "usr/share/doc/pikapalaute"
REGISTRY = ROOT / "Packaging/examples/registry.yaml"


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The package's files, of nothing but themselves."""
    return Package.made().extract(tmp_path_factory.mktemp("package"))


def units(tree, kind):
    found = sorted((tree / UNITS).glob(f"*.{kind}"))
    assert found
    return found


def test_each_units_exposure_is_at_most_two(tree):
    for unit in units(tree, "service"):
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
            check=False, capture_output=True, text=True)
        found = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
        assert found and float(found.group(1)) <= 2.0, done.stdout + done.stderr


def test_systemd_finds_no_fault_in_units_and_calendars(tree):
    every = units(tree, "service") + units(tree, "timer")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *every], check=False,
                          capture_output=True, text=True)
    # What they start is not installed here.
    faults = [line for line in done.stderr.splitlines()
              if str(tree) in line or "pikapalaute" in line and "is not executable" not in line]
    assert faults == []


def allowed_calls(filters):
    """What a unit's SystemCallFilter= lines come to, in their order."""
    groups, group = {}, None
    listed = subprocess.run(["systemd-analyze", "syscall-filter"], check=True,
                            capture_output=True, text=True).stdout
    for line in listed.splitlines():
        if line.startswith("@"):
            group = groups.setdefault(line, [])
        elif line.startswith("    ") and not line.lstrip().startswith("#"):
            group.append(line.strip())

    def expanded(name):
        if not name.startswith("@"):
            return {name}
        return {call for each in groups[name] for call in expanded(each)}

    calls = set()
    for line in filters:
        named = set().union(*(expanded(name) for name in line.lstrip("~").split()))
        calls = calls - named if line.startswith("~") else calls | named
    return calls


# The unit sets the limit of descriptors itself.
DISPENSABLE = ["setrlimit"]


def test_the_unit_allows_every_call_the_service_makes(tree, tmp_path):
    """In its life: a start, presses and pages asked for, a registry read again, an end."""
    trace = tmp_path / "trace"
    with_broker = Rig(tmp_path, REGISTRY, {}, "user pikapalaute\ntopic readwrite #\n")
    with_broker.service.arguments[:1] = [
        # The service itself is the child; the tracer is not.
        "strace", "-D", "-f", "-qq", "-o", str(trace),
        *(f"--inject={call}:error=EPERM" for call in DISPENSABLE),
        str(tree / "usr/bin/pikapalaute")]
    with with_broker as rig:
        for path in ["/", "/visit", "/api/v1/nodes", "/metrics"]:
            assert rig.get(path)[0] == 200
        rig.service.child.send_signal(1)
        wait_until(lambda: "registry" in rig.service.log())
    text = trace.read_text()
    unit = Unit(tree / UNITS / "pikapalaute.service")
    made = set(re.findall(r"^\d+ +([a-z0-9_]+)\(", text, re.M))
    allowed = allowed_calls(unit.settings["SystemCallFilter"])
    assert {"openat", "socket", "fdatasync"} <= made and {"adjtimex", "clock_adjtime"} <= allowed
    # SQLite gives files to their folder's owner when it runs as root, as here.
    assert made - allowed <= {*DISPENSABLE, "fchown"}
    families = set(re.findall(r"socket\((AF_\w+)", text))
    assert families <= set(unit.settings["RestrictAddressFamilies"][0].split())
    assert not re.search(r"(mmap|mprotect)\([^)]*PROT_WRITE\|PROT_EXEC", text)
    # Of /proc the unit shows processes alone.
    assert set(re.findall(r'"(/proc/(?!self/|[0-9]+/)[^"]*)"', text)) == set()


def test_the_bill_of_materials_is_cyclonedx_and_names_what_was_resolved_and_what_is_needed(tree):
    text = (tree / DOCUMENTS / "sbom.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    package = Package.made()
    assert text == (FOLDER / f"pikapalaute_{package.version}.cdx.json").read_text()
    bill = json.loads(text)
    assert bill["metadata"]["component"]["version"] == package.version
    versions = {each["name"]: each["version"] for each in bill["components"]}
    for pin in json.loads((ROOT / "Package.resolved").read_text())["pins"]:
        assert versions[pin["identity"]] == pin["state"]["version"]
    for needed in package.field("Depends").split(", "):
        name = needed.split()[0]
        assert name in versions or name in ["adduser", "tzdata"], f"{name} is not in the bill"
    licences = subprocess.run(["zcat", tree / DOCUMENTS / "LIBRARIES.gz"], check=True,
                              capture_output=True, text=True).stdout
    assert "grdb.swift" in licences and "Permission is hereby granted" in licences


def test_the_manual_and_the_completions_know_every_command(tree):
    program = tree / "usr/bin/pikapalaute"
    told = json.loads(subprocess.run([program, "--experimental-dump-help"], check=True,
                                     capture_output=True, text=True).stdout)
    commands = [each["commandName"] for each in told["command"]["subcommands"]
                if each["commandName"] != "help"]
    page = subprocess.run(["zcat", tree / "usr/share/man/man1/pikapalaute.1.gz"], check=True,
                          capture_output=True, text=True).stdout
    completions = [tree / "usr/share" / path for path in [
        "bash-completion/completions/pikapalaute", "zsh/vendor-completions/_pikapalaute",
        "fish/vendor_completions.d/pikapalaute.fish"]]
    assert len(commands) > 20
    for command in commands:
        spelled = command.replace("-", "\\-")
        assert f"\n.SS {spelled}\n" in page
        assert all(command in path.read_text() for path in completions)
    bash = subprocess.run(["bash", "-n", completions[0]], check=False, capture_output=True)
    assert bash.returncode == 0


def test_no_path_of_the_machine_that_built_it_is_needed(tree):
    """The program finds everything in itself."""
    listed = debian("--contents", Package.made().path)
    assert ".resources" not in listed and ".bundle" not in listed
    linked = subprocess.run(["ldd", tree / "usr/bin/pikapalaute"], check=True,
                            capture_output=True, text=True).stdout
    assert "swift" not in linked and str(ROOT) not in linked
