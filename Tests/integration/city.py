"""The simulated city on a rig: its registry, its passwords, its devices."""

import subprocess

from rig import BUILD, ROOT, Rig, settingless


def make_city(folder, *arguments):
    """Writes the city's files; (registry, credentials, acl)."""
    city = folder / "city"
    subprocess.run(
        [BUILD / "simulator", "make-city", city, *arguments], check=True, capture_output=True)
    lines = (city / "credentials").read_text().splitlines()
    credentials = dict(line.split(":", 1) for line in lines)
    return city, credentials, (city / "acl").read_text()


class CityRig(Rig):
    """A broker and a service for the simulated city."""

    def __init__(self, folder, *arguments):
        self.city, credentials, acl = make_city(folder, *arguments)
        super().__init__(folder, self.city / "registry.yaml", credentials, acl)

    def simulate(self, *arguments):
        """Starts the simulator; the caller waits for it."""
        return subprocess.Popen(
            [BUILD / "simulator", *arguments, "--city", self.city,
             "--mqtt-url", f"mqtt://127.0.0.1:{self.mqtt_port}", "--http-url", self.http,
             "--token", self.token],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            stdin=subprocess.DEVNULL)

    def pikapalaute(self, *arguments):
        """Runs a command of the service's on its database."""
        return subprocess.run(
            [BUILD / "pikapalaute", *arguments, "--database", self.database],
            cwd=ROOT, capture_output=True, text=True, check=False, env=settingless())

    def presses(self):
        """New presses since the service's start."""
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith("pikapalaute_presses_total "):
                return int(line.split()[1])
        raise AssertionError("no pikapalaute_presses_total in /metrics")
