"""Analysts who ask for single presses again and again: others keep their time, the WAL its size."""

import contextlib
import json
import sqlite3
import threading
import time

from attackers import DAY, PRESS, Probe, Site, request
from frames import Frame, Press, encode_frame

ANALYSTS = 12
SECONDS = 8
BEGIN = 1767225600  # 2026-01-01
FRAMES = 150
PRESSES = 1000
WAL_BYTES_MAX = 20 << 20  # journal_size_limit, and what the last commit adds
PATH = "/api/v1/presses?node=aula&from=2026-01-01&to=2026-06-01&limit=1000"


def post(site, body, headers=""):
    with contextlib.closing(site.connect()) as connection:
        connection.sendall(request(
            PRESS, site.token, "POST",
            f"{headers}Content-Length: {len(body)}\r\nConnection: close\r\n") + body)
        return b" 200 " in connection.recv(4096)


def fill(site):
    """A thousand presses a message, one message a day."""
    for number in range(FRAMES):
        midnight = BEGIN + number * 86400
        presses = [Press(midnight + index * 60, button=index % 4) for index in range(PRESSES)]
        frame = encode_frame(Frame(9, number * PRESSES, midnight + 86400, presses))
        assert post(site, frame, "Content-Type: application/octet-stream\r\n")


def wait_for_index(site):
    """Until all but a last chapter is indexed."""
    with contextlib.closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as db:
        for _ in range(600):
            (last,) = db.execute("SELECT coalesce(max(last), 0) FROM chapter").fetchone()
            if last >= FRAMES - 20:
                return
            time.sleep(0.1)
    raise AssertionError(f"{last} of {FRAMES} segments were indexed within a minute")


def ask(site, token, answers, ended):
    while not ended.is_set():
        with contextlib.closing(site.connect()) as connection:
            connection.settimeout(60)
            connection.sendall(request(PATH, token, headers="Connection: close\r\n"))
            answer = b""
            while more := connection.recv(1 << 20):
                answer += more
        answers.append(answer)


def test_single_presses_leave_results_and_presses_their_time(tmp_path):
    press = b'{"presses":[{"button":3}]}'
    with Site(tmp_path) as site:
        fill(site)
        wait_for_index(site)
        tokens = [site.make_token("--role", "analyst", "--node", "aula", "--note", f"a{number}")
                  for number in range(ANALYSTS)]
        with Probe(site, DAY, site.token, pause=0.05) as alone:
            time.sleep(2)
        answers, ended = [], threading.Event()
        threads = [threading.Thread(target=ask, args=(site, token, answers, ended))
                   for token in tokens]
        with Probe(site, DAY, site.token, pause=0.05) as small, Probe(
                site, PRESS, site.token, pause=0.02, body=press) as presses:
            for thread in threads:
                thread.start()
            time.sleep(SECONDS)
            ended.set()
            for thread in threads:
                thread.join()
        for _ in range(5):
            assert post(site, press)
        wal = site.database.with_name(site.database.name + "-wal").stat().st_size
    whole = {answer.split(b"\r\n\r\n", 1)[1] for answer in answers if b" 200 " in answer[:20]}
    print(f"{len(answers)} pages; a day's results alone {alone}, beside them {small}; "
          f"presses {presses}; WAL {wal / 1e6:.1f} MB")
    assert small.failures == presses.failures == 0
    assert small.p99 < max(1.0, 20 * alone.p99) and presses.p99 < 2
    assert wal <= WAL_BYTES_MAX
    assert {int(answer.split()[1]) for answer in answers if answer} <= {200, 503}
    # `next` tells when the first page was made, and differs; the presses do not.
    first = [json.loads(body.split(b"\r\n", 1)[1].rsplit(b"\r\n0", 1)[0])
             if not body.startswith(b"{") else json.loads(body) for body in whole]
    assert first and all(page["presses"] == first[0]["presses"] for page in first)
