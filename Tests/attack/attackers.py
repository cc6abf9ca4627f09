"""What attackers do, and what others see of it: sockets, probes, memory. Loopback only."""

import contextlib
import pathlib
import resource
import socket
import subprocess
import threading
import time

from rig import BUILD, Rig

ACL = "user pikapalaute\ntopic readwrite #\n"
REGISTRY = """\
site: helsinki
time_zone: Europe/Helsinki
questions: [{id: palvelu, buttons: 4, text: {fi: Kuinka meni?}}]
public: {by: month, delay_days: 0}
nodes:
  - id: terveys
    kind: service
    name: {fi: Terveys}
    public: true
    nodes:
      - id: aula
        kind: touchpoint
        name: {fi: Aula}
        question: palvelu
        repeat_interval_s: 0
        devices: [{id: d-1}]
"""
# 298 000 rows, some 60 MB as JSON.
YEARS = "/api/v1/results?node=terveys&from=1990-01-01&to=2024-01-01&by=hour"
PRESS = "/ingest/v1/helsinki/d-1/press"
DAY = "/api/v1/results?node=terveys&from=2024-01-01&to=2024-01-02&by=hour"


def connect(http_port, receive_bytes=None):
    """A connection; with a small window when it is not to take much."""
    connection = socket.socket()
    if receive_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    connection.settimeout(30)
    connection.connect(("127.0.0.1", http_port))
    return connection


class AttackedRig(Rig):
    """What attackers need of a service, and what is seen of it meanwhile."""

    def make_token(self, *arguments):
        done = subprocess.run(
            [BUILD / "pikapalaute", "token", "make", "--database", self.database, *arguments],
            capture_output=True, text=True, check=True)
        return next(word for word in done.stdout.split() if len(word) >= 32)

    def connect(self, receive_bytes=None):
        return connect(self.http_port, receive_bytes)

    def memory_mib(self, name="VmRSS"):
        status = pathlib.Path(f"/proc/{self.service.child.pid}/status").read_text()
        return int(status.split(f"{name}:")[1].split()[0]) // 1024


class Site(AttackedRig):
    """A small site, if need be with a limit of file descriptors."""

    def __init__(self, folder, limits=None):
        folder = pathlib.Path(folder)
        (folder / "registry.yaml").write_text(REGISTRY)
        super().__init__(folder, folder / "registry.yaml", {}, ACL)
        if limits:
            self.service.arguments = [
                "prlimit", f"--nofile={limits[0]}:{limits[1]}", *self.service.arguments]

    def ask(self, path, token=None, receive_bytes=None):
        """A connection on which something was asked and nothing was read."""
        connection = self.connect(receive_bytes)
        connection.sendall(request(path, token or self.token))
        return connection


def request(path, token=None, method="GET", headers=""):
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{bearer}{headers}\r\n".encode()


def status_of(connection, seconds=30):
    """The status of the answer that has come or comes; None when the connection ends without one."""
    connection.settimeout(seconds)
    try:
        head = b""
        while b"\r\n" not in head:
            more = connection.recv(4096)
            if not more:
                return None
            head += more
        return int(head.split()[1])
    except (ConnectionError, TimeoutError):
        return None


def is_closed(connection):
    """Whether the other side has closed; what it sent before is thrown away."""
    connection.setblocking(False)
    try:
        while connection.recv(1 << 20):
            pass
        return True
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def seconds_until_closed(connection, limit, send=None):
    """When the other side closes; `send` is called once a second until then. None after `limit`."""
    started = time.monotonic()
    while time.monotonic() - started < limit:
        if is_closed(connection):
            return time.monotonic() - started
        if send:
            try:
                connection.setblocking(True)
                connection.sendall(send)
            except (ConnectionError, BrokenPipeError):
                return time.monotonic() - started
        time.sleep(1)
    return None


def allow_sockets(count):
    """Lets this process open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise RuntimeError(f"the tests need {count} file descriptors, the system allows {hard}")
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def close_all(connections):
    for connection in connections:
        connection.close()


class Probe:
    """Asks something again and again on new connections, as a monitor does, and keeps the times."""

    TIMEOUT_S = 10

    def __init__(self, site, path="/healthz", token=None, pause=0.02, body=None):
        self.site, self.pause = site, pause
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        self.asked = request(path, token, "POST" if body else "GET",
                             f"Connection: close\r\n{length}") + (body or b"")
        self.seconds, self.failures = [], 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def _run(self):
        while not self._ended.is_set():
            started = time.monotonic()
            if self.once() != 200:
                self.failures += 1
            self.seconds.append(time.monotonic() - started)
            self._ended.wait(self.pause)

    def once(self):
        try:
            with contextlib.closing(self.site.connect()) as connection:
                connection.sendall(self.asked)
                connection.settimeout(self.TIMEOUT_S)
                answer = b""
                while more := connection.recv(65536):
                    answer += more
                return int(answer.split()[1]) if answer else None
        except OSError:
            return None

    @property
    def p99(self):
        """Seconds; what did not answer stands as the time until that was known."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] if self.seconds else 0.0

    def __str__(self):
        return (f"{len(self.seconds)} asked, {self.failures} failed, "
                f"p99 {self.p99 * 1000:.0f} ms, longest {max(self.seconds, default=0):.2f} s")
