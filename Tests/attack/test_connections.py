"""Connections that say nothing, little or slowly: no credential is needed for them."""

import pathlib
import socket
import threading
import time

import pytest
from attackers import (
    PRESS, Probe, Site, allow_sockets, close_all, request, seconds_until_closed, status_of)


def soft_limit(site):
    limits = pathlib.Path(f"/proc/{site.service.child.pid}/limits").read_text()
    line = next(line for line in limits.splitlines() if line.startswith("Max open files"))
    return int(line.split()[3])


def test_the_limit_of_descriptors_is_raised_to_what_the_system_allows(tmp_path):
    with Site(tmp_path, limits=(512, 4096)) as site:
        assert soft_limit(site) == 4096


def test_silent_connections_keep_nobody_out(tmp_path):
    allow_sockets(4096)
    with Site(tmp_path, limits=(1024, 1024)) as site:
        silent = []
        with Probe(site) as health:
            try:
                for _ in range(1200):
                    silent.append(site.connect())
                time.sleep(2)
                # The broker's connection goes and comes back beside them.
                site.broker.stop()
                site.broker.start()
                site.wait_until_ready()
                time.sleep(1)
            finally:
                close_all(silent)
        print(f"1200 silent connections of 1024 descriptors: health {health}")
        assert health.failures == 0 and health.p99 < 1
        assert site.service.child.poll() is None


def test_connections_of_many_addresses_keep_nobody_out_either(tmp_path):
    allow_sockets(4096)
    with Site(tmp_path, limits=(1024, 1024)) as site:
        silent = []
        with Probe(site) as health:
            try:
                for number in range(1200):
                    connection = socket.socket()
                    connection.bind((f"127.0.0.{2 + number % 200}", 0))
                    connection.settimeout(30)
                    connection.connect(("127.0.0.1", site.http_port))
                    silent.append(connection)
                time.sleep(1)
            finally:
                close_all(silent)
        print(f"1200 silent connections of 200 addresses: health {health}")
        assert health.failures == 0 and health.p99 < 1


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("slow")) as site:
        yield site
    assert site.service.child.returncode == 0, site.service.log()[-3000:]


def body(length):
    return f"Content-Length: {length}\r\nContent-Type: application/json\r\n"


def test_what_drips_is_closed_and_what_is_merely_kept_is_not(site):
    # name: (what is sent first, what drips, seconds until the connection ends)
    cases = {
        "nothing": (b"", None, (9, 14)),
        "a head, one byte a second": (b"GET /healthz HTTP/1.1\r\nX-Slow: ", b"a", (9, 14)),
        "a body, one byte a second": (
            request(PRESS, site.token, "POST", body(1000)), b" ", (9, 14)),
        "a body without a token": (request(PRESS, None, "POST", body(1000)), b" ", (9, 14)),
        "a body of 2 KiB a second": (
            request(PRESS, site.token, "POST", body(100_000)), b" " * 2048, None),
        "a connection that is kept": (request("/healthz"), None, None),
    }
    seconds = {}

    def run(name, first, drip):
        connection = site.connect()
        connection.sendall(first)
        seconds[name] = seconds_until_closed(connection, 18, drip)
        connection.close()

    threads = [threading.Thread(target=run, args=(name, first, drip))
               for name, (first, drip, _) in cases.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(seconds)
    for name, (_, _, expected) in cases.items():
        if expected is None:
            assert seconds[name] is None, (name, seconds)
        else:
            assert seconds[name] is not None, (name, seconds)
            assert expected[0] <= seconds[name] <= expected[1], (name, seconds)


def test_a_slow_phone_is_served(site):
    connection = site.connect()
    text = b'{"presses":[{"button":3}]}'
    connection.sendall(
        request(PRESS, site.token, "POST", body(len(text))))
    for byte in text:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)
    assert status_of(connection) == 200
    connection.close()
