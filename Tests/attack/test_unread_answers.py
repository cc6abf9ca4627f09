"""Answers that nobody reads: any reader's token can ask for them, and nobody else may notice."""

import time

import pytest
from attackers import DAY, YEARS, Probe, Site, close_all, is_closed, status_of

# What all answers on their way may take, with what the heap keeps beside it.
ANSWERS_MIB = 193 + 128


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("unread")) as site:
        yield site
    assert site.service.child.returncode == 0, site.service.log()[-3000:]


def attack(site, count, seconds, token):
    """`count` sockets ask for 34 years by the hour and read nothing for a while."""
    before = site.memory_mib()
    honest = site.make_token("--note", "honest")
    unread = []
    with Probe(site) as health, Probe(site, DAY, honest, pause=0.2) as small:
        for _ in range(count):
            unread.append(site.ask(YEARS, token, receive_bytes=4096))
        peak, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            peak = max(peak, site.memory_mib() - before)
            time.sleep(0.1)
    print(f"{count} unread answers: {peak} MiB more; health {health}; a day's results {small}")
    return unread, peak, health, small


def test_memory_does_not_grow_with_answers_that_nobody_reads(site):
    token = site.make_token("--note", "attacker")
    unread, peak, health, small = attack(site, 40, 14, token)
    try:
        assert peak < ANSWERS_MIB
        assert health.failures == small.failures == 0
        assert health.p99 < 1 and small.p99 < 3
        # One bearer holds two of them at most; the others were told to come again.
        statuses = [status_of(connection, 5) for connection in unread]
        assert statuses.count(200) <= 4
        assert statuses.count(503) >= 36
        numbers = site.get("/metrics")[1]
        assert "pikapalaute_answers_refused_total 0" not in numbers
        assert "pikapalaute_answer_bytes 0\n" not in numbers
        # Another bearer's large answer does not wait for them.
        connection = site.ask(YEARS, site.make_token("--note", "another"))
        assert status_of(connection) == 200
        connection.close()
    finally:
        close_all(unread)


def test_what_was_refused_says_when_to_come_again(site):
    unread = [site.ask(YEARS, receive_bytes=4096) for _ in range(3)]
    try:
        time.sleep(1)
        connection = site.ask(YEARS)
        answer = connection.recv(4096)
        assert answer.startswith(b"HTTP/1.1 503 ") and b"large answers" in answer
        assert b"\r\nretry-after: 10\r\n" in answer.lower()
        connection.close()
    finally:
        close_all(unread)
    time.sleep(2)
    assert site.get(YEARS)[0] == 200


@pytest.mark.long
def test_a_connection_that_takes_nothing_is_closed(site):
    unread = [site.ask(YEARS, receive_bytes=4096) for _ in range(2)]
    slow = site.ask(YEARS, site.make_token("--note", "slow"), receive_bytes=65536)
    started = time.monotonic()
    slow.settimeout(5)
    taken = 0
    while time.monotonic() - started < 45:
        taken += len(slow.recv(16384))
        time.sleep(0.2)
    # 80 KB a second is slow and honest.
    assert taken > 2_000_000
    assert not is_closed(slow)
    assert all(is_closed(connection) for connection in unread)
    close_all([slow, *unread])


@pytest.mark.long
def test_120_unread_answers_and_the_time_to_recover(site):
    token = site.make_token("--note", "attacker")
    unread, peak, health, small = attack(site, 120, 60, token)
    assert peak < ANSWERS_MIB and health.failures == small.failures == 0
    started = time.monotonic()
    assert site.get(YEARS)[0] == 200
    print(f"a large answer again after {time.monotonic() - started:.1f} s")
    close_all(unread)
