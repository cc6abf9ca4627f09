"""Real processes for tests: a mosquitto and a pikapalaute on free loopback ports.

Every process is started by its program, stopped by its process id, and has its files in a
folder of its own. A program that is missing is an error, never a skipped test.
"""

import contextlib
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PIKAPALAUTE_BUILD", ROOT / ".build/release"))
STARTED_WITHIN_S = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_true, within_s=30):
    deadline = time.monotonic() + within_s
    while not is_true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def settingless():
    """The environment without what is no setting of a service: names of ours that tests have."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith("PIKAPALAUTE_")}


class Process:
    """A child that is started, killed and started again with the same arguments."""

    def __init__(self, name, folder, arguments, environment=None):
        self.name, self.arguments = name, [str(a) for a in arguments]
        self.environment = {**settingless(), **(environment or {})}
        self.log_path = folder / f"{name}.log"
        self.child = None

    def start(self):
        with open(self.log_path, "ab") as log:
            self.child = subprocess.Popen(
                self.arguments, env=self.environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, cwd=ROOT)

    def kill(self, number=signal.SIGKILL):
        self.child.send_signal(number)
        self.child.wait(timeout=STARTED_WITHIN_S)

    def stop(self):
        if self.child and self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(timeout=STARTED_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        return self.child.returncode if self.child else None

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""


def write_broker_files(folder, port, credentials, acl):
    """The broker's configuration, its hashed passwords and its rights. Returns the path."""
    passwords = folder / "passwords"
    passwords.write_text("".join(f"{user}:{password}\n" for user, password in credentials.items()))
    passwords.chmod(0o600)
    subprocess.run(["mosquitto_passwd", "-U", passwords], check=True)
    (folder / "acl").write_text(acl)
    (folder / "acl").chmod(0o600)
    (folder / "broker-data").mkdir(exist_ok=True)
    configuration = folder / "mosquitto.conf"
    configuration.write_text(f"""\
listener {port} 127.0.0.1
allow_anonymous false
use_username_as_clientid true
password_file {passwords}
acl_file {folder / 'acl'}
persistence true
persistence_location {folder / 'broker-data'}/
autosave_interval 1
max_inflight_messages 4000
max_queued_messages 0
max_packet_size 1000000
set_tcp_nodelay true
user {os.environ.get('USER') or 'root'}
log_type error
log_type warning
""")
    return configuration


class Rig:
    """A broker and a service with credentials, rights and a registry."""

    def __init__(self, folder, registry, credentials, acl):
        self.folder = pathlib.Path(folder)
        self.mqtt_port, self.http_port = free_port(), free_port()
        self.token = secrets.token_hex(24)
        self.credentials = {"pikapalaute": secrets.token_hex(16), **credentials}
        self.registry = pathlib.Path(registry)
        self.database = self.folder / "pikapalaute.sqlite"
        configuration = write_broker_files(
            self.folder, self.mqtt_port, self.credentials, acl)
        self.broker = Process("mosquitto", self.folder, ["mosquitto", "-c", configuration])
        self.service = Process(
            "pikapalaute", self.folder,
            [BUILD / "pikapalaute", "serve", "--database", self.database,
             "--http-address", f"127.0.0.1:{self.http_port}", "--registry", self.registry],
            {"PIKAPALAUTE_ADMIN_TOKEN": self.token,
             "PIKAPALAUTE_MQTT_URL":
                 f"mqtt://pikapalaute:{self.credentials['pikapalaute']}@127.0.0.1:{self.mqtt_port}"})

    @property
    def http(self):
        return f"http://127.0.0.1:{self.http_port}"

    def get(self, path):
        """(status, body) of a request with the administrator's token."""
        request = urllib.request.Request(
            self.http + path, headers={"Authorization": f"Bearer {self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def wait_until_ready(self):
        """Returns once the service is subscribed and stores."""
        deadline = time.monotonic() + STARTED_WITHIN_S
        while time.monotonic() < deadline:
            if self.service.child.poll() is not None:
                raise RuntimeError(f"the service ended:\n{self.service.log()}")
            with contextlib.suppress(OSError):
                if self.get("/readyz")[0] == 200:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"not ready:\n{self.service.log()}\n{self.broker.log()}")

    def start(self):
        self.broker.start()
        self.service.start()
        self.wait_until_ready()

    def stop(self):
        self.service.stop()
        self.broker.stop()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
