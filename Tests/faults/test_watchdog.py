"""A thread that is stuck is noticed: by /healthz, by the log, and by systemd, which starts anew."""

import contextlib
import json
import os
import socket
import threading
import time

import pytest
from faults import Faults
from posting import DEVICES, Frame, Press, Service, wait_until

# IngestLimits.stuckMilliseconds, and what a loaded machine adds.
STUCK_WITHIN_S = 40


class Supervisor:
    """The end of sd_notify that is systemd's: a datagram socket, by path or abstract."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(name.replace("@", "\0", 1) if name.startswith("@") else name)
        self.heard = []

    def hear(self, seconds=0.0):
        """Everything that came until then, also before."""
        deadline = time.monotonic() + seconds
        while True:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                self.heard += self.socket.recv(4096).decode().splitlines()
            except TimeoutError:
                return self.heard

    def forget(self):
        self.hear()
        self.heard = []


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@contextlib.contextmanager
def supervised(folder, name, environment):
    supervisor = Supervisor(name)
    with contextlib.closing(supervisor.socket), Service(
            folder, environment={"NOTIFY_SOCKET": name, **environment}) as service:
        yield supervisor, service


def press(service, sequence):
    now = int(time.time())
    service.post(DEVICES[0], [Frame(7, sequence, now, [Press(now - 5, 0, 3)])], patience_s=10)


def test_a_stuck_ingest_thread_is_told_to_everybody_who_asks_until_it_goes_on(tmp_path, folder):
    """A disk that does not come back from a sync, as a dying card or a network's disk does."""
    faults = Faults(tmp_path)
    environment = {**faults.environment, "WATCHDOG_USEC": "1000000"}
    with supervised(folder, str(tmp_path / "notify"), environment) as (supervisor, service):
        press(service, 0)
        wait_until(lambda: {"READY=1", "WATCHDOG=1"} <= set(supervisor.hear(0.1)))
        supervisor.forget()
        assert supervisor.hear(2.5).count("WATCHDOG=1") >= 4, "twice in the time it is given"
        assert service.get("/healthz") == (200, "ok\n")
        assert service.metric("pikapalaute_ingest_stuck") == 0

        faults["sync_hang"] = 1

        def wait_for_answer():
            # The client gives up before the disk comes back, as clients do.
            with contextlib.suppress(OSError):
                press(service, 1)

        waiting = threading.Thread(target=wait_for_answer)
        waiting.start()
        try:
            wait_until(lambda: service.get("/healthz", None)[0] == 503, STUCK_WITHIN_S)
            problem = json.loads(service.get("/healthz", None)[1])
            assert problem["status"] == 503
            assert problem["detail"].startswith(
                "the ingest thread is stuck: committing for 3"), problem
            detail = json.loads(service.get("/readyz", None)[1])["detail"]
            assert detail == "not ready: ingest, broker"
            assert service.metric("pikapalaute_ingest_stuck") == 1
            assert service.get("/api/v1/nodes")[0] == 200, "what is stored is read as ever"
            supervisor.hear(1)
            supervisor.forget()
            assert supervisor.hear(2) == [], "systemd is to start it anew"
        finally:
            faults["sync_hang"] = 0
        waiting.join(timeout=30)
        wait_until(lambda: service.get("/healthz", None)[0] == 200)
        wait_until(lambda: "WATCHDOG=1" in supervisor.hear(0.1))
        press(service, 2)
        assert service.metric("pikapalaute_presses_total") == 3, "what waited was committed"
        said = service.said()
        assert said.count("the ingest thread is stuck: committing for") == 1, said
        assert said.count("the ingest thread goes on") == 1, said
        assert service.end() == 0
        assert "STOPPING=1" in supervisor.hear()


@pytest.mark.parametrize("environment", [
    {}, {"WATCHDOG_USEC": "500000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "soon"}])
def test_who_asks_for_no_watchdog_hears_of_the_start_and_the_end_only(folder, environment):
    name = f"@pikapalaute-test-{os.getpid()}-{id(environment)}"
    with supervised(folder, name, environment) as (supervisor, service):
        wait_until(lambda: supervisor.hear(0.1) == ["READY=1"])
        assert supervisor.hear(1.5) == ["READY=1"]
        assert service.end() == 0
        assert supervisor.hear() == ["READY=1", "STOPPING=1"]


def test_a_socket_that_nobody_reads_stops_nothing(tmp_path, folder):
    environment = {"NOTIFY_SOCKET": str(tmp_path / "nobody"), "WATCHDOG_USEC": "200000"}
    with Service(folder, environment=environment) as service:
        press(service, 0)
        time.sleep(1)
        assert service.said().count("systemd was not told") == 1, service.said()
        assert service.end() == 0
