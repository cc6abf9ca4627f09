"""SIGTERM ends the service, whatever its clients do."""

import signal
import time

import pytest
from attackers import PRESS, YEARS, Site, close_all, request


def hang(site):
    """Clients that will not end: one does not read, one's body drips, one is silent."""
    connections = [site.ask(YEARS, receive_bytes=4096), site.connect()]
    dripping = site.connect()
    dripping.sendall(request(
        PRESS, site.token, "POST", "Content-Length: 9000\r\n") + b"{" * 4000)
    time.sleep(2)
    return [*connections, dripping]


def post(site):
    text = b'{"epoch": 7, "first": 0, "presses": [{"at": "2026-01-05T10:00:00Z", "button": 3}]}'
    connection = site.connect()
    connection.sendall(
        request(PRESS, site.token, "POST", f"Content-Length: {len(text)}\r\n") + text)
    assert b" 200 " in connection.recv(4096)
    return connection


@pytest.mark.parametrize("signals, limit", [(1, 14), (2, 4)], ids=["one signal", "two signals"])
def test_it_ends_with_clients_that_do_not(tmp_path, signals, limit):
    site = Site(tmp_path)
    site.start()
    connections = []
    try:
        connections = [post(site), *hang(site)]
        started = time.monotonic()
        for number in range(signals):
            site.service.child.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        status = site.service.child.wait(timeout=60)
        seconds = time.monotonic() - started
        print(f"{signals} signals: ended after {seconds:.1f} s")
        assert status == 0, site.service.log()[-3000:]
        assert seconds < limit
        if signals == 1:
            assert seconds > 8, "requests have ten seconds"
        close_all(connections)
        site.service.start()
        site.wait_until_ready()
        assert '"responses":1,' in site.get(
            "/api/v1/results?node=aula&from=2026-01-05&to=2026-01-06")[1]
    finally:
        close_all(connections)
        site.stop()


def test_without_such_clients_it_ends_at_once(tmp_path):
    site = Site(tmp_path)
    site.start()
    kept = site.connect()
    started = time.monotonic()
    site.service.child.send_signal(signal.SIGTERM)
    assert site.service.child.wait(timeout=30) == 0
    assert time.monotonic() - started < 4
    kept.close()
    site.stop()
