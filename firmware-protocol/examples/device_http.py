#!/usr/bin/env python3
"""A feedback device over HTTP: Python's own library alone, `journal.py` beside it.

    device_http.py --url https://palaute.example --site helsinki --device hn-0001 \\
        --token-file token --journal presses.sqlite 3 3 0

Each number is a press of that button. It may be killed and started again at any time, with presses or
without: what waits in the journal is sent, and counted once.
"""

import argparse
import json
import pathlib
import time
import urllib.error
import urllib.request

from journal import Journal


def post(address, token, message):
    """(status, what is answered, seconds to wait); status 0 = nobody answered. D9."""
    request = urllib.request.Request(address, json.dumps(message).encode(), {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read()), 0
    except urllib.error.HTTPError as error:
        body = error.read()
        wait = error.headers.get("Retry-After", "")
        return error.code, json.loads(body) if error.code == 409 else None, int(wait) if wait.isdigit() else 0
    except (OSError, ValueError):
        return 0, None, 0


def deliver(journal, address, token):
    silence_s = 2
    while message := journal.message():
        status, answer, wait_s = post(address, token, message)
        if status in (200, 409) and journal.acknowledge(answer):
            silence_s = 2
            continue
        if status in (400, 413):
            raise SystemExit(f"the service never accepts this ({status}): set it aside (D8) and mend the program")
        if status in (401, 403, 404):
            print(f"answered {status}: mend the token or the registry; the presses are kept", flush=True)
            wait_s = max(wait_s, 60)
        time.sleep(max(wait_s, silence_s))
        silence_s = min(2 * silence_s, 600)  # D7


def main():
    parser = argparse.ArgumentParser()
    for name in ("url", "site", "device", "token-file", "journal"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("buttons", nargs="*", type=int)
    asked = parser.parse_args()
    journal = Journal(asked.journal)
    for button in asked.buttons:
        journal.press(button)
    deliver(journal, f"{asked.url}/ingest/v1/{asked.site}/{asked.device}/press",
            pathlib.Path(asked.token_file).read_text().strip())


if __name__ == "__main__":
    main()
