"""A Debian with nothing of ours in it: a tree of files, entered by chroot.

It is made once by mmdebstrap, kept as a tarball under .build and unpacked for each test. Whoever
uses it must be root. No systemd runs inside: what the units would start, tests start.
"""

import os
import pathlib
import re
import shutil
import subprocess
import time

from rig import ROOT, Process

CACHE = ROOT / ".build/package-roots"
KEPT_S = 7 * 86_400  # older lists name packages that the mirrors have no more


def tarball():
    """The clean root as a tarball, of the distribution that the package was made on."""
    assert os.geteuid() == 0, "a clean root is made and entered by root"
    facts = dict(re.findall(r'^(\w+)="?([^"\n]*)', pathlib.Path("/etc/os-release").read_text(), re.M))
    path = CACHE / f"{facts['VERSION_CODENAME']}.tar"
    if path.exists() and time.time() - path.stat().st_mtime < KEPT_S:
        return path
    CACHE.mkdir(parents=True, exist_ok=True)
    components = "main,universe" if facts["ID"] == "ubuntu" else "main"
    partial = path.with_suffix(".partial.tar")
    made = subprocess.run(
        ["mmdebstrap", "--mode=root", "--variant=minbase", f"--components={components}",
         "--skip=cleanup/apt/lists", facts["VERSION_CODENAME"], partial],
        check=False, capture_output=True, text=True)
    assert made.returncode == 0, f"no clean root could be made:\n{made.stderr}"
    return partial.rename(path)


class CleanRoot:
    def __init__(self, path, tar):
        self.path, self.started, self.is_mounted = path, [], False
        path.mkdir()
        subprocess.run(["tar", "-C", path, "-xf", tar], check=True)
        shutil.copy("/etc/resolv.conf", path / "etc/resolv.conf")
        # No script of a package starts anything.
        (path / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (path / "usr/sbin/policy-rc.d").chmod(0o755)

    def __enter__(self):
        subprocess.run(["mount", "-t", "proc", "proc", self.path / "proc"], check=True)
        self.is_mounted = True
        return self

    def __exit__(self, *_):
        for process in reversed(self.started):
            process.stop()
        if self.is_mounted:
            subprocess.run(["umount", self.path / "proc"], check=True)
        shutil.rmtree(self.path)

    def file(self, path):
        return self.path / path.lstrip("/")

    def run(self, *words, status=0, user=None, **options):
        """What a command inside says; it must end with that status."""
        done = subprocess.run(
            self._command(words, user), check=False, capture_output=True, text=True, timeout=300,
            env=self._environment(), **options)
        assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout.strip() if status == 0 else done.stderr.strip()

    def start(self, name, words, user=None):
        """A process inside, stopped at the end at the latest."""
        process = Process(name, self.path.parent, self._command(words, user))
        process.environment = self._environment()
        process.start()
        self.started.append(process)
        return process

    def _command(self, words, user):
        as_user = [f"--userspec={user}:{user}"] if user else []
        return ["chroot", *as_user, self.path, *map(str, words)]

    @staticmethod
    def _environment():
        """Nothing of the tests' own."""
        return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}

    def apt_install(self, what):
        """As an operator does, with what it depends on."""
        return self.run("apt-get", "install", "-y", "-q", "--no-install-recommends",
                        "--allow-downgrades", "-o", "APT::Sandbox::User=root", what)

    def install(self, package):
        place = f"/root/{package.path.name}"
        shutil.copy(package.path, self.file(place))
        return self.apt_install(place)

    def installed(self):
        """The state and version of the package."""
        return self.run("dpkg-query", "-W", "-f", "${Status} ${Version}", "pikapalaute")

    def owner(self, path):
        """(user, group, mode) as the root has them."""
        return tuple(self.run("stat", "-c", "%U %G %a", path).split())
