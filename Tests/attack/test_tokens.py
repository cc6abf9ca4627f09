"""Guesses of tokens: slow, counted, told; and no bearer waits for them."""

import collections
import http.client
import re
import threading
import time

import pytest
from attackers import Probe, Site

SECONDS = 3
PAUSE_S = 0.1
# The second are more than an address may have connections.
GUESSERS = {20: {401}, 300: {401, 503}}


@pytest.mark.parametrize("guessers", GUESSERS)
def test_guesses_are_slowed_counted_and_told_and_a_bearer_never_waits(tmp_path, guessers):
    with Site(tmp_path) as site:
        reader = site.make_token("--role", "reader", "--note", "desk")
        guesses, answers = [0] * guessers, collections.Counter()
        end = time.monotonic() + SECONDS

        def guess(number):
            connection = http.client.HTTPConnection("127.0.0.1", site.http_port)
            while time.monotonic() < end:
                token = f"guess-{number}-{guesses[number]}".ljust(64, "0")
                try:
                    connection.request(
                        "GET", "/api/v1/nodes", headers={"Authorization": f"Bearer {token}"})
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException):
                    connection.close()  # it gave way; the next request opens another
                    continue
                answers[answer.status] += 1
                guesses[number] += 1
                time.sleep(PAUSE_S)
            connection.close()

        threads = [threading.Thread(target=guess, args=(n,)) for n in range(guessers)]
        with Probe(site, "/api/v1/nodes", reader) as bearer, Probe(site) as health:
            while not bearer.seconds:  # its token was used before
                time.sleep(0.01)
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert set(answers) == GUESSERS[guessers]
        # 20 at once each second, and of the others at most 64 that wait.
        looked_up = (SECONDS + 2) * (20 + min(guessers, 64))
        assert min(guessers, 64) * 2 <= answers[401] <= looked_up, answers
        for probe in (bearer, health):
            # While hundreds arrive in the same moment, one that asks anew may find no place.
            assert probe.p99 < 1 and probe.failures <= len(probe.seconds) * 0.05, str(probe)
        counted = re.search(r"^pikapalaute_refused_tokens_total (\d+)", site.get("/metrics")[1], re.M)
        # Some answers did not reach connections that gave way.
        assert int(counted[1]) - sum(guesses) in range(guessers)
        told = [line for line in site.service.log().splitlines() if "tokens that are unknown" in line]
        assert len(told) == 1 and "warning" in told[0], told
