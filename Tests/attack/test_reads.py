"""Reads that are heavy, or that everybody may ask: others keep their time."""

import concurrent.futures
import json
import socket
import subprocess
import threading
import time

import pytest
from attackers import DAY, PRESS, YEARS, Probe, Site, request

PUBLIC = "/public/v1/results?node=terveys&children=true"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("reads")) as site:
        for month in range(1, 9):
            post(site, 100 * month, f"2026-{month:02}-05", 12)
        publish(site)
        yield site
    assert site.service.child.returncode == 0, site.service.log()[-3000:]


def post(site, epoch, day, count):
    """`count` presses of every button."""
    presses = [{"at": f"{day}T10:{number:02}:00Z", "button": button}
               for button in range(4) for number in range(count)]
    text = json.dumps({"epoch": epoch, "first": 0, "presses": presses}).encode()
    connection = site.connect()
    connection.sendall(request(
        PRESS, site.token, "POST",
        f"Content-Length: {len(text)}\r\nConnection: close\r\n") + text)
    assert b" 200 " in connection.recv(4096)
    connection.close()


def publish(site, *arguments):
    done = subprocess.run(
        [*site.service.arguments[:1], "publish", "--database", site.database, *arguments],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def read_whole(site, path):
    """(status, bytes) of an answer that is read to its end."""
    connection = site.connect()
    connection.settimeout(120)
    connection.sendall(request(path, site.token, headers="Connection: close\r\n"))
    size, head = 0, b""
    while more := connection.recv(1 << 20):
        head = head or more
        size += len(more)
    connection.close()
    return int(head.split()[1]), size


def test_heavy_reads_leave_small_ones_and_presses_their_time(site):
    press = b'{"presses":[{"button":3}]}'
    with Probe(site) as health, Probe(site, DAY, site.token, pause=0.1) as small, Probe(
            site, PRESS, site.token, pause=0.05, body=press) as presses:
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            started = time.monotonic()
            answers = list(pool.map(lambda _: read_whole(site, YEARS), range(50)))
            seconds = time.monotonic() - started
    whole = [size for status, size in answers if status == 200]
    print(f"50 heavy reads: {len(whole)} whole in {seconds:.1f} s, peak {site.memory_mib('VmHWM')} "
          f"MiB; health {health}; a day's results {small}; presses {presses}")
    assert health.failures == small.failures == presses.failures == 0
    assert health.p99 < 1 and small.p99 < 1 and presses.p99 < 1
    assert {status for status, _ in answers} <= {200, 503}
    assert len(whole) >= 2 and len(set(whole)) == 1


def rate(site, path, seconds, connections=8, at_once=20):
    """Answers a second on kept connections, `at_once` asked together on each."""
    asked = request(path) * at_once
    counts = [0] * connections
    end = time.monotonic() + seconds

    def run(number):
        with socket.create_connection(("127.0.0.1", site.http_port)) as connection:
            # The first answer tells how long each is.
            connection.sendall(request(path))
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += connection.recv(65536)
            head, rest = answer.split(b"\r\n\r\n", 1)
            assert b" 200 " in head.split(b"\r\n")[0]
            length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                          if line.lower().startswith(b"content-length"))
            while len(rest) < length:
                rest += connection.recv(65536)
            whole = (len(head) + 4 + length) * at_once
            buffer = bytearray(1 << 18)
            while time.monotonic() < end:
                connection.sendall(asked)
                left = whole
                while left > 0:
                    left -= connection.recv_into(buffer, min(left, len(buffer)))
                counts[number] += at_once

    threads = [threading.Thread(target=run, args=(number,)) for number in range(connections)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - started)


def test_public_answers_are_as_quick_as_the_health_page(site):
    rates = {"/healthz": [], PUBLIC: [], "/public/v1/nodes": []}
    for _ in range(3):
        for path, measured in rates.items():
            measured.append(rate(site, path, 1))
    health, results, nodes = (sorted(measured)[1] for measured in rates.values())
    print(f"a second: health {health:.0f}, public results {results:.0f}, public nodes {nodes:.0f}; "
          f"ratio {results / health:.2f}")
    assert results / health > 0.5 or results > 10_000
    assert nodes / health > 0.5 or nodes > 10_000


def test_what_is_published_is_seen_at_once(site):
    def versions():
        answer = json.loads(site.get(PUBLIC)[1])
        row = answer["series"][0]["rows"][0]
        return row["responses"], len(row["before"])

    assert versions() == (48, 0)
    assert versions() == (48, 0)
    post(site, 101, "2026-01-06", 12)
    publish(site, "--again", "2026-01-01")
    assert versions() == (96, 1)


def test_any_range_of_the_same_periods_is_one_answer(site):
    whole = site.get(PUBLIC + "&from=2026-02-01&to=2026-05-01")[1]
    assert len(json.loads(whole)["series"][0]["rows"]) == 3
    for start, end in [("2026-01-31", "2026-05-02"), ("2026-01-15", "2026-05-31")]:
        assert site.get(PUBLIC + f"&from={start}&to={end}")[1] == whole
    assert json.loads(site.get(PUBLIC + "&from=2026-02-02&to=2026-02-28")[1])["series"] == []
