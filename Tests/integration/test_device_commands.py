"""Terminals that are replaced, moved, added and retired at a minute, while presses come."""

import json
import random
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest
from rig import wait_until
from test_registry_live import (
    TODAY, ZONE, assert_nothing_differs, call, exchange, pikapalaute, registry, rig, version)

__all__ = ["rig"]
SEED = random.randrange(2**32)
# A minute some hours ago in the middle of an hour, and presses around it.
AT = (datetime.now(timezone.utc) - timedelta(hours=3)).replace(minute=23, second=0, microsecond=0)
LATER = (AT + timedelta(minutes=77)).astimezone(ZONE).isoformat(timespec="minutes")
LOCAL = AT.astimezone(ZONE).isoformat(timespec="minutes")


class Load(threading.Thread):
    """A device that posts presses of the hours around a moment, and keeps a ledger of them."""

    def __init__(self, rig, device, seed, around=AT):
        super().__init__(daemon=True)
        self.rig, self.device, self.around = rig, device, around
        self.random = random.Random(seed)
        self.ledger, self.failure = [], None
        self.is_ending = threading.Event()

    def run(self):
        try:
            while not self.is_ending.is_set():
                self.post()
        except Exception as error:  # told by end()
            self.failure = error

    def post(self):
        minutes = [self.random.choice([-200, -30, -1, 0, 1, 30, 90]) for _ in range(3)]
        times = [self.around + timedelta(minutes=m, milliseconds=self.random.randrange(60_000))
                 for m in minutes]
        body = {"epoch": 7, "first": len(self.ledger), "oldest": False,
                "presses": [{"at": t.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                             "button": 3} for t in times]}
        while True:
            status, answer = call(
                self.rig, "POST", f"/ingest/v1/helsinki/{self.device}/press",
                json.dumps(body).encode())
            if status == 200:
                self.ledger += times
                return
            assert status in (404, 503), (status, answer)
            if self.is_ending.is_set():
                return
            time.sleep(0.05)

    def end(self):
        self.is_ending.set()
        self.join(timeout=60)
        assert not self.is_alive() and self.failure is None, self.failure

    def before(self, moment=AT):
        return sum(at < moment for at in self.ledger)

    def after(self, moment=AT):
        return sum(at >= moment for at in self.ledger)


def presses(rig, node):
    """Presses of a node over the last week, excluded ones too: places have intervals of their own."""
    since, until = TODAY - timedelta(days=7), TODAY + timedelta(days=1)
    status, body = rig.get(f"/api/v1/results?node={node}&from={since}&to={until}&by=total")
    assert status == 200, body
    return sum(row["responses"] + row["excluded"]
               for series in json.loads(body)["series"] for row in series["rows"])


def device(rig, *arguments, status=0):
    where = {"PIKAPALAUTE_HTTP_ADDRESS": f"0.0.0.0:{rig.http_port}"}
    return pikapalaute(rig, "device", *arguments, status=status, environment=where)


def test_a_terminal_replaced_within_an_hour_while_presses_flow_leaves_both_ledgers_exact(rig):
    old, new = Load(rig, "d-1", SEED), Load(rig, "d-9", SEED + 1)
    old.start()
    new.start()
    wait_until(lambda: len(old.ledger) > 60)
    would = device(rig, "replace", "d-1", "d-9", "--at", LOCAL, "--preview")
    assert "device d-9 added at aula" in would and "nothing was changed; to do it" in would
    assert version(rig) == 1
    said = device(rig, "replace", "d-1", "d-9", "--at", LOCAL)
    assert "version 2 of the registry holds now" in said, said
    seen = len(old.ledger)
    wait_until(lambda: len(new.ledger) > 60 and len(old.ledger) > seen + 60)
    old.end()
    new.end()
    told = f"seed {SEED}"
    assert presses(rig, "helsinki") == len(old.ledger) + len(new.ledger), told
    assert presses(rig, "aula") == old.before() + new.after(), told
    assert presses(rig, "unassigned") == old.after() + new.before(), told
    assert min(old.before(), old.after(), new.before(), new.after()) > 0
    # The hour that both share, by itself.
    hour = AT.replace(minute=0)
    expected = sum(hour <= at < AT for at in old.ledger) + sum(
        AT <= at < hour + timedelta(hours=1) for at in new.ledger)
    until = hour + timedelta(hours=1)
    status, body = rig.get(
        f"/api/v1/results?node=aula&by=hour&from={hour:%Y-%m-%dT%H:00:00Z}"
        f"&to={until:%Y-%m-%dT%H:00:00Z}")
    assert status == 200, body
    assert json.loads(body)["series"][0]["rows"][0]["responses"] == expected, told
    assert_nothing_differs(rig)
    # The file's text is edited, not written anew, and the version before can be had back.
    assert "{id: d-2}, {id: d-9, from:" in pikapalaute(rig, "registry", "show", "2")
    audit = pikapalaute(rig, "audit")
    assert "device d-9 added at aula" in audit
    pikapalaute(rig, "registry", "back", "1", environment={
        "PIKAPALAUTE_HTTP_ADDRESS": f"0.0.0.0:{rig.http_port}"})
    assert presses(rig, "aula") == len(old.ledger), told
    assert_nothing_differs(rig)


def test_a_device_handed_over_several_times_within_an_hour_counts_at_each_place(rig):
    load = Load(rig, "d-1", SEED)
    load.start()
    bounds = [AT + timedelta(minutes=m) for m in (0, 7, 20, 31)]
    for place, at in zip(["ovi", "aula", "ovi", "aula"], bounds):
        wait_until(lambda: len(load.ledger) > 20)
        device(rig, "move", "d-1", "--to", place,
               "--at", at.astimezone(ZONE).isoformat(timespec="minutes"))
    load.end()
    ovi = sum(bounds[0] <= at < bounds[1] or bounds[2] <= at < bounds[3] for at in load.ledger)
    assert presses(rig, "ovi") == ovi > 0, f"seed {SEED}"
    assert presses(rig, "aula") == len(load.ledger) - ovi, f"seed {SEED}"
    assert_nothing_differs(rig)


def change(rig, device, body, match=None, preview=False):
    headers = {"Content-Type": "application/json", **({"If-Match": match} if match else {})}
    query = "?preview=true" if preview else ""
    status, body, names = exchange(
        rig, "POST", f"/api/v1/devices/{device}/changes{query}", json.dumps(body).encode(), headers)
    return status, json.loads(body), names["ETag"]


def test_over_http_a_device_is_changed_in_the_version_that_was_looked_at(rig):
    retire = {"change": "retire", "at": LOCAL}
    assert change(rig, "d-1", retire)[0] == 428
    assert change(rig, "d-1", retire, '"7"')[0] == 412
    status, would, tag = change(rig, "d-1", retire, preview=True)
    assert (status, tag, would["applied"]) == (200, '"1"', False)
    status, did, tag = change(rig, "d-1", retire, '"1"')
    assert (status, tag, did["applied"], did["version"]) == (200, '"2"', True, 2)
    assert did["devices_moved"] == would["devices_moved"] == [
        {"device": "d-1", "from": "aula", "to": "unassigned",
         "start": AT.astimezone(ZONE).isoformat(), "end": None}]
    status, did, _ = change(rig, "d-1", {"change": "move", "touchpoint": "ovi", "at": LATER}, "*")
    assert (status, did["version"]) == (200, 3)
    status, did, _ = change(rig, "d-7", {"change": "add", "touchpoint": "ovi", "at": f"{TODAY}"}, "*")
    assert (status, did["devices_added"]) == (200, ["d-7"])
    for body, expected, told in [
            ({"change": "move"}, 400, "'touchpoint'"),
            ({"change": "sell", "by": "d-2"}, 400, "'replace' with 'by'"),
            ({"change": "retire", "at": "soon"}, 400, "'at' is wrong"),
            ({"change": "move", "touchpoint": "ovi"}, 422, "already"),
            ({"change": "move", "touchpoint": "aulla"}, 422, "did you mean 'aula'"),
            ({"change": "replace", "by": "d-2"}, 422, "device retire d-2"),
            ({"change": "move", "touchpoint": "aula", "at": LATER}, 422, "give a later time"),
    ]:
        status, problem, _ = change(rig, "d-1", body, "*")
        assert status == expected and told in problem["detail"], problem
    assert change(rig, "d-99", retire, "*")[0] == 422
    assert version(rig) == 4
    assert_nothing_differs(rig)


@pytest.mark.parametrize("arguments, told", [
    (["retire", "d-11"], "did you mean 'd-1'"),
    (["move", "d-1", "--to", "aula"], "nothing to move"),
    (["move", "d-1", "--to", "ovi", "--at", "yesterday"], "2026-05-13T14:00"),
    (["add", "d-1", "--at-touchpoint", "ovi"], "pikapalaute device move d-1 --to ovi"),
    (["replace", "d-1", "d-2"], "pikapalaute device retire d-2 --at"),
])
def test_what_cannot_be_says_what_to_do_next_and_changes_nothing(rig, arguments, told):
    assert told in device(rig, *arguments, status=1)
    assert version(rig) == 1


def test_devices_are_changed_without_the_service_too(rig):
    rig.service.stop()
    said = pikapalaute(rig, "device", "add", "d-5", "--at-touchpoint", "ovi", "--from", "2026-01-01")
    assert "device d-5 added at ovi" in said and "version 2" in said
    text = pikapalaute(rig, "registry", "show", "2")
    assert text == registry(ovi="{id: d-5, from: 2026-01-01}")
    rig.service.start()
    assert version(rig) == 2
