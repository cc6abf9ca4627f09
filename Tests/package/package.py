"""The package that scripts/package.sh made, and what is in it."""

import shlex
import subprocess

from rig import ROOT

FOLDER = ROOT / ".build/package"


def debian(*words):
    return subprocess.run(["dpkg-deb", *map(str, words)], check=True, capture_output=True,
                          text=True).stdout


class Package:
    def __init__(self, path):
        self.path = path

    @classmethod
    def made(cls):
        found = list(FOLDER.glob("*.deb"))
        assert len(found) == 1, f"{FOLDER} has {len(found)} packages; make package makes one"
        return cls(found[0])

    def field(self, name):
        return debian("--field", self.path, name).strip()

    @property
    def version(self):
        return self.field("Version")

    def extract(self, folder):
        debian("--extract", self.path, folder)
        return folder

    def as_version(self, version, folder):
        """The same files as a package of another version."""
        tree, path = folder / f"tree-{version}", folder / f"pikapalaute-{version}.deb"
        debian("--raw-extract", self.path, tree)
        control = tree / "DEBIAN/control"
        control.write_text(control.read_text().replace(
            f"Version: {self.version}", f"Version: {version}"))
        # Quick rather than small.
        debian("--root-owner-group", "-Zgzip", "-z1", "--build", tree, path)
        return Package(path)


class Unit:
    """A unit's settings: each with every value that it is given."""

    def __init__(self, path):
        self.settings = {}
        for line in path.read_text().splitlines():
            name, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                self.settings.setdefault(name, []).append(value)

    def command(self, name="ExecStart", pid=None):
        """What it runs, as words; `pid` is that of the service."""
        return shlex.split(self.settings[name][0].replace("$MAINPID", str(pid)))
