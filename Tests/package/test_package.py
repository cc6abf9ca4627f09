"""The package's whole life on a clean Debian: what an operator does, step by step."""

import json
import re
import socket
import time
import urllib.request

import paho.mqtt.client as mqtt
import pytest
from clean_root import CleanRoot, tarball
from package import Package, Unit
from rig import free_port, wait_until

SETTINGS = "/etc/pikapalaute/pikapalaute.yaml"
DATA, COPIES = "/var/lib/pikapalaute", "/var/backups/pikapalaute"
EXAMPLES = "/usr/share/doc/pikapalaute/examples"
DEVICE, PLACE = "rd-0001", "kallio-aula"  # of the example's registry
SECRETS = ["admin-token", "mqtt-password", "enrol-password"]


class Operator:
    """A machine with a broker and the package, and who runs it."""

    def __init__(self, root, old, new):
        self.root, self.old, self.new = root, old, new
        self.mqtt_port, self.http_port = free_port(), free_port()
        self.service = self.credential = None

    def set_up_broker(self):
        root = self.root
        root.apt_install("mosquitto")
        root.run(f"{EXAMPLES}/set-up-broker", "file")
        example = root.file(f"{EXAMPLES}/mosquitto.conf").read_text()
        root.file("/etc/mosquitto/conf.d/pikapalaute.conf").write_text(
            example.replace("listener 1883", f"listener {self.mqtt_port}"))
        root.run("install", "-d", "-o", "mosquitto", "/run/mosquitto")
        root.start("broker", ["mosquitto", "-c", "/etc/mosquitto/mosquitto.conf"])
        wait_until(self.is_broker_there)
        root.run(f"{EXAMPLES}/set-up-broker", "rights", self.mqtt_port)

    def is_broker_there(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.mqtt_port)) == 0

    def configure(self):
        file = self.root.file(SETTINGS)
        settings = file.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{self.http_port}")
        settings = settings.replace("127.0.0.1:1883", f"127.0.0.1:{self.mqtt_port}")
        file.write_text(settings.replace("# mqtt_enrol", "mqtt_enrol"))
        self.root.run("cp", f"{EXAMPLES}/registry.yaml", "/etc/pikapalaute/registry.yaml")

    def unit(self, name="pikapalaute"):
        return Unit(self.root.file(f"/lib/systemd/system/{name}.service"))

    def start(self):
        """What the unit would start, as whom it would; the seconds until it is ready."""
        unit = self.unit()
        self.service = self.root.start("service", unit.command(), user=unit.settings["User"][0])
        began = time.monotonic()
        wait_until(self.is_ready)
        return time.monotonic() - began

    def is_ready(self):
        assert self.service.child.poll() is None, self.service.log()
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def stop(self):
        assert self.service.stop() == 0, self.service.log()

    def reload(self):
        unit = self.unit()
        self.root.run(*unit.command("ExecReload", self.service.child.pid),
                      user=unit.settings["User"][0])

    def run_unit(self, name, *arguments):
        """What a unit of a timer runs; its last arguments by others."""
        unit = self.unit(name)
        command = unit.command()
        if arguments:
            command[-len(arguments):] = arguments
        return self.root.run(*command, user=unit.settings["User"][0])

    def command(self, *words, **options):
        """A command as docs/package.md says it."""
        return self.root.run("runuser", "-u", "pikapalaute", "--", "pikapalaute", *words,
                             "--config", SETTINGS, cwd="/", **options)

    def get(self, path, body=None):
        token = self.root.file("/etc/pikapalaute/admin-token").read_text()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http_port}{path}", body, {"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()

    def enrol(self):
        code = self.command("claim", "make", DEVICE).split()[0]
        self.credential = json.loads(
            self.get("/enrol/v1/claim", json.dumps({"code": code}).encode())[1])

    def press(self, sequence):
        """One press by the device's own login, until the service says that it is kept."""
        login, answers = self.credential["mqtt"], []
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=login["username"])
        client.username_pw_set(login["username"], login["password"])
        client.on_message = lambda _, __, message: answers.append(json.loads(message.payload))
        client.on_connect = lambda client, *_: client.subscribe(f"{login['topics']}/ack", 1)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        message = {"epoch": 1, "first": sequence, "oldest": False, "sent_at": now,
                   "presses": [{"at": now, "button": 3}]}
        client.on_subscribe = lambda client, *_: client.publish(
            f"{login['topics']}/press", json.dumps(message).encode(), qos=1)
        client.connect("127.0.0.1", self.mqtt_port)
        client.loop_start()
        try:
            wait_until(lambda: answers)
        finally:
            client.loop_stop()
            client.disconnect()

    def presses(self):
        """Every response that is counted, whatever the hour."""
        year = int(time.strftime("%Y"))
        path = f"/api/v1/results?node={PLACE}&from={year - 1}-01-01&to={year + 2}-01-01&by=total"
        series = json.loads(self.get(path)[1])["series"]
        return sum(row["responses"] + row["excluded"] for each in series for row in each["rows"])

    def copies(self, beginning):
        return sorted(path.name for path in self.root.file(COPIES).glob(f"{beginning}*.sqlite")
                      if not re.search(r"-(access|publications)\.sqlite$", path.name))


@pytest.fixture(scope="module")
def operator(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    package = Package.made()
    newer = package.as_version(f"{package.version}.1", folder)
    with CleanRoot(folder / "root", tarball()) as root:
        yield Operator(root, package, newer)


# Each goes on where the one before it ended.

def test_it_installs_with_what_it_needs_and_its_files_are_the_services_alone(operator):
    root = operator.root
    root.install(operator.old)
    assert root.installed() == f"install ok installed {operator.old.version}"
    assert root.run("pikapalaute", "--version") == operator.old.version
    assert "not found" not in root.run("ldd", "/usr/bin/pikapalaute")
    for folder in [DATA, COPIES]:
        assert root.owner(folder) == ("pikapalaute", "pikapalaute", "700")
    assert root.owner("/etc/pikapalaute") == ("root", "pikapalaute", "750")
    for secret in SECRETS:
        assert root.owner(f"/etc/pikapalaute/{secret}") == ("root", "pikapalaute", "640")
        assert len(root.file(f"/etc/pikapalaute/{secret}").read_text()) == 64
    wanted = root.file("/etc/systemd/system")
    assert (wanted / "multi-user.target.wants/pikapalaute.service").is_symlink()
    for timer in ["pikapalaute-backup.timer", "pikapalaute-check.timer"]:
        assert (wanted / "timers.target.wants" / timer).is_symlink()


def test_a_device_enrols_and_its_press_is_acknowledged_and_counted(operator):
    operator.configure()
    operator.set_up_broker()
    print(f"ready after {operator.start():.2f} s")
    operator.reload()
    wait_until(lambda: "says what holds already" in operator.service.log())
    operator.enrol()
    operator.press(0)
    assert operator.presses() == 1
    for path in ["/", "/visit", "/dashboard", "/api/v1/openapi.json"]:
        assert operator.get(path)[0] == 200


def test_the_nightly_units_check_and_copy_and_keep_as_many_copies_as_they_are_told(operator):
    assert "is whole: 1 presses" in operator.run_unit("pikapalaute-check")
    for count in [1, 2, 2]:
        assert "verified" in operator.run_unit("pikapalaute-backup", "2")
        assert len(operator.copies("nightly-")) == count
        time.sleep(1.1)  # copies have their second in their name
    assert len(list(operator.root.file(COPIES).glob("nightly-*-access.sqlite"))) == 2


def test_without_room_for_a_copy_nothing_is_upgraded(operator):
    root = operator.root
    operator.stop()
    operator.root.run("chmod", "0500", COPIES)
    try:
        root.file("/root/newer.deb").write_bytes(operator.new.path.read_bytes())
        said = root.run("dpkg", "-i", "/root/newer.deb", status=1)
    finally:
        root.run("chmod", "0700", COPIES)
    assert "without a copy of the database nothing is upgraded" in said
    assert root.installed() == f"install ok installed {operator.old.version}"
    assert operator.copies("before-upgrade-") == []


def test_an_upgrade_keeps_a_copy_the_settings_and_every_press(operator):
    root = operator.root
    settings = root.file(SETTINGS).read_text()
    secrets = [root.file(f"/etc/pikapalaute/{secret}").read_text() for secret in SECRETS]
    root.install(operator.new)
    assert root.installed() == f"install ok installed {operator.new.version}"
    copy, = operator.copies("before-upgrade-")
    assert copy.endswith(f"-of-{operator.old.version}.sqlite")
    assert root.owner(f"{COPIES}/{copy}") == ("pikapalaute", "pikapalaute", "600")
    assert root.file(SETTINGS).read_text() == settings
    assert [root.file(f"/etc/pikapalaute/{secret}").read_text() for secret in SECRETS] == secrets
    operator.start()
    operator.press(1)
    assert operator.presses() == 2


def test_the_way_back_of_the_manual_brings_the_older_version_and_its_counts(operator):
    root = operator.root
    operator.stop()
    copy, = operator.copies("before-upgrade-")
    root.install(operator.old)
    assert root.installed() == f"install ok installed {operator.old.version}"
    root.run("sh", "-c", f"mkdir -m 700 {DATA}/newer && mv {DATA}/pikapalaute* {DATA}/newer/")
    assert "1 presses" in operator.command("restore", f"{COPIES}/{copy}")
    operator.start()
    assert operator.presses() == 1
    operator.press(1)
    assert operator.presses() == 2
    operator.stop()


def test_removing_it_leaves_the_data_and_purging_it_takes_the_secrets(operator):
    root = operator.root
    root.run("apt-get", "remove", "-y", "-q", "pikapalaute")
    assert not root.file("/usr/bin/pikapalaute").exists()
    assert root.file(SETTINGS).exists() and root.file(f"{DATA}/pikapalaute.sqlite").exists()
    root.run("apt-get", "purge", "-y", "-q", "pikapalaute")
    left = [path.name for path in root.file("/etc/pikapalaute").glob("*")]
    assert left == ["registry.yaml"]
    assert root.file(f"{DATA}/pikapalaute.sqlite").exists()
    assert operator.copies("nightly-") and operator.copies("before-upgrade-")
    units = [path for path in root.file("/etc/systemd/system").rglob("pikapalaute*")]
    assert units == []
