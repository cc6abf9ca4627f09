"""A registry that changes while presses come: nothing is lost, nothing counted twice, all is told."""

import contextlib
import json
import secrets
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
import zoneinfo
from datetime import datetime, timedelta

import pytest
from rig import BUILD, Rig, wait_until

ACL = "user pikapalaute\ntopic readwrite pikapalaute/#\n"
ZONE = zoneinfo.ZoneInfo("Europe/Helsinki")
TODAY = datetime.now(ZONE).date()
# A midnight between the presses of the load, which are of now, and those of days ago.
MOVED = TODAY - timedelta(days=2)


def registry(buttons=4, first="{id: d-1}", devices="", ovi=""):
    return f"""\
site: helsinki
time_zone: Europe/Helsinki
questions:
  - {{id: palvelu, buttons: {buttons}, text: {{fi: Miten meni?}}}}
nodes:
  - id: kallio
    kind: unit
    nodes:
      - {{id: aula, kind: touchpoint, question: palvelu, repeat_interval_s: 0,
         devices: [{first}, {{id: d-2}}{devices}]}}
      - {{id: ovi, kind: touchpoint, question: palvelu, repeat_interval_s: 0, devices: [{ovi}]}}
"""


class Load(threading.Thread):
    """A device that posts presses and repeats each post until it is answered, as devices do."""

    def __init__(self, rig, device, button=3):
        super().__init__(daemon=True)
        self.rig, self.device, self.button = rig, device, button
        self.acknowledged, self.refusals, self.failure = 0, [], None
        self.is_ending = threading.Event()

    def run(self):
        try:
            while not self.is_ending.is_set():
                count = 1 + self.acknowledged % 7
                self.post([{"at": now(), "button": self.button}] * count)
        except Exception as error:  # told by end()
            self.failure = error

    def post(self, presses):
        body = {"epoch": 7, "first": self.acknowledged, "oldest": False, "presses": presses}
        while True:
            status, answer = call(
                self.rig, "POST", f"/ingest/v1/helsinki/{self.device}/press",
                json.dumps(body).encode())
            if status == 200:
                self.acknowledged = json.loads(answer)["next"]
                return
            assert status in (404, 503), (status, answer)
            self.refusals.append(status)
            if self.is_ending.is_set():
                return
            time.sleep(0.05)

    def end(self):
        self.is_ending.set()
        self.join(timeout=60)
        assert not self.is_alive() and self.failure is None, self.failure
        return self.acknowledged


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def call(rig, method, path, body=None, headers=None):
    """(status, body, …) of a request with the administrator's token."""
    status, text, _ = exchange(rig, method, path, body, headers)
    return status, text


def exchange(rig, method, path, body=None, headers=None):
    request = urllib.request.Request(
        rig.http + path, data=body, method=method,
        headers={"Authorization": f"Bearer {rig.token}", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def pikapalaute(rig, *arguments, status=0, environment=None):
    done = subprocess.run(
        [BUILD / "pikapalaute", *arguments, "--database", rig.database], capture_output=True,
        text=True, timeout=120, env={**rig.service.environment, **(environment or {})})
    assert done.returncode == status, (arguments, done.stdout, done.stderr)
    return done.stdout + done.stderr


def version(rig):
    with sqlite3.connect(f"file:{rig.database}?mode=ro", uri=True) as database:
        return database.execute("SELECT max(id) FROM registry").fetchone()[0]


def hang_up(rig):
    rig.service.child.send_signal(signal.SIGHUP)


def apply_file(rig, text):
    """SIGHUP with this text in the file; returns once it holds."""
    before = version(rig)
    rig.registry.write_text(text)
    hang_up(rig)
    wait_until(lambda: version(rig) > before)


def counts(rig, node):
    """Responses of a node over the last week, by number of buttons, and the index."""
    since, until = TODAY - timedelta(days=7), TODAY + timedelta(days=1)
    status, body = rig.get(f"/api/v1/results?node={node}&from={since}&to={until}&by=total")
    assert status == 200, body
    return {series["buttons"]: (series["rows"][0]["responses"], series["rows"][0]["index"])
            for series in json.loads(body)["series"] if series["rows"]}


def total(rig, node="helsinki"):
    return sum(responses for responses, _ in counts(rig, node).values())


def assert_nothing_differs(rig):
    assert "nothing differs" in pikapalaute(rig, "rebuild")


@pytest.fixture
def rig(tmp_path):
    path = tmp_path / "registry.yaml"
    path.write_text(registry())
    with Rig(tmp_path, path, {"tester": secrets.token_hex(8)}, ACL) as rig:
        yield rig


def test_devices_come_move_and_go_under_load_and_the_ledger_is_exact(rig):
    loads = [Load(rig, device) for device in ("d-1", "d-2", "d-3")]
    old = Load(rig, "d-1")
    at = datetime.combine(MOVED - timedelta(days=1), datetime.min.time(), ZONE).timestamp() + 43_200
    old.post([{"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)), "button": 0}] * 5)
    loads[0].acknowledged = old.acknowledged
    for load in loads:
        load.start()
    # d-3 is unknown: its presses are kept by it, and count as soon as it is in the registry.
    wait_until(lambda: len(loads[2].refusals) > 3)
    assert loads[2].acknowledged == 0
    apply_file(rig, registry(devices=", {id: d-3}"))
    wait_until(lambda: loads[2].acknowledged > 10)
    # d-1 moved two days ago: what it said before stays where it was.
    moved = registry(
        first=f"{{id: d-1, to: {MOVED}}}", devices=", {id: d-3}",
        ovi=f"{{id: d-1, from: {MOVED}}}")
    apply_file(rig, moved)
    for _ in range(6):  # back and forth
        apply_file(rig, registry(devices=", {id: d-3}"))
        apply_file(rig, moved)
    acknowledged = [load.end() for load in loads]
    assert set(loads[0].refusals + loads[1].refusals) <= {503}
    assert min(acknowledged) > 10
    assert total(rig) == sum(acknowledged)
    assert total(rig, "ovi") == acknowledged[0] - 5
    assert total(rig, "aula") == 5 + acknowledged[1] + acknowledged[2]
    assert_nothing_differs(rig)
    audit = [line for line in pikapalaute(rig, "audit").splitlines() if "registry applied" in line]
    assert len(audit) == 15
    assert "device d-3 added at aula" in audit[1]
    assert f"device d-1 moved from aula to ovi from {MOVED}" in audit[2]
    # And the service has been one process with one connection all the while.
    assert rig.service.log().count("serving http") == 1
    assert "pikapalaute_broker_sessions_total 1\n" in rig.get("/metrics")[1]


def test_a_question_with_another_button_is_counted_again_while_presses_come(rig):
    load = Load(rig, "d-2", button=1)
    load.start()
    wait_until(lambda: load.acknowledged > 30)
    apply_file(rig, registry(buttons=5))
    wait_until(lambda: load.acknowledged > 100)
    acknowledged = load.end()
    # Button 1 of four stands at a third, of five at a quarter.
    assert counts(rig, "kallio") == {5: (acknowledged, 25.0)}
    assert_nothing_differs(rig)
    assert "question palvelu: 4 buttons become 5" in pikapalaute(rig, "audit")
    apply_file(rig, registry())
    assert counts(rig, "kallio") == {4: (acknowledged, 100 / 3)}
    assert_nothing_differs(rig)


def test_a_wrong_file_changes_nothing_and_is_told_with_its_line(rig):
    load = Load(rig, "d-1")
    load.start()
    for text, told in [
            (registry().replace("buttons: 4", "buttons: 9"), "registry.yaml:4:"),
            (registry().replace("site: helsinki", "site: espoo"), "one database, one site"),
            ("site: [", "registry.yaml:"),
    ]:
        rig.registry.write_text(text)
        lines = len(rig.service.log().splitlines())
        hang_up(rig)
        wait_until(lambda: "the one that holds stays" in "".join(
            rig.service.log().splitlines()[lines:]))
        new = [line for line in rig.service.log().splitlines()[lines:] if "registry" in line]
        assert len(new) == 1 and told in new[0], new
    assert version(rig) == 1
    rig.registry.unlink()
    hang_up(rig)
    wait_until(lambda: "a file that can be read" in rig.service.log())
    rig.registry.write_text(registry())
    hang_up(rig)
    wait_until(lambda: "says what holds already" in rig.service.log())
    acknowledged = load.end()
    assert load.refusals == [] and total(rig) == acknowledged
    assert_nothing_differs(rig)
    assert len(pikapalaute(rig, "registry", "list").splitlines()) == 1


def test_readers_never_see_half_a_registry(rig):
    """Sums are of one registry, whichever: all presses, none twice, none missing."""
    load = Load(rig, "d-1")
    load.start()
    wait_until(lambda: load.acknowledged > 50)
    acknowledged = load.end()
    is_ending, seen = threading.Event(), []

    def read():
        while not is_ending.is_set():
            seen.append((total(rig, "kallio"), total(rig, "aula") in (0, acknowledged)))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    for _ in range(10):
        apply_file(rig, registry(first="{id: d-4}", ovi="{id: d-1}"))
        apply_file(rig, registry(buttons=5))
        apply_file(rig, registry())
    is_ending.set()
    reader.join(timeout=60)
    assert len(seen) > 5 and set(seen) == {(acknowledged, True)}
    assert_nothing_differs(rig)


def test_presses_do_not_wait_for_who_holds_the_file_of_tokens(rig):
    """Another process may keep its lock for seconds; the line of the audit log comes when it goes."""
    path = next(rig.database.parent.glob("*-access.sqlite"))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as tokens:
        tokens.execute("BEGIN IMMEDIATE")
        load = Load(rig, "d-1")
        load.start()
        apply_file(rig, registry(devices=", {id: d-3}"))
        held = time.monotonic()
        before = load.acknowledged
        wait_until(lambda: load.acknowledged > before + 20)
        assert time.monotonic() - held < 2
        tokens.execute("COMMIT")
    wait_until(lambda: "d-3" in pikapalaute(rig, "audit"))
    assert load.end() == total(rig)


def put(rig, text, match=None, preview=False, token=None):
    headers = {"Content-Type": "application/yaml"}
    if match is not None:
        headers["If-Match"] = match
    if token:
        headers["Authorization"] = f"Bearer {token}"
    query = "?preview=true" if preview else ""
    status, body, names = exchange(rig, "PUT", "/api/v1/registry" + query, text.encode(), headers)
    return status, json.loads(body), names["ETag"]


def test_put_takes_the_place_of_the_version_that_was_looked_at_and_of_no_other(rig):
    load = Load(rig, "d-1")
    load.start()
    status, text, headers = exchange(rig, "GET", "/api/v1/registry")
    assert (status, text, headers["ETag"]) == (200, registry(), '"1"')
    five = registry(buttons=5, devices=", {id: d-3}")
    assert put(rig, five)[0] == 428 and put(rig, five, '"7"')[0] == 412
    assert put(rig, five, "oops")[0] == 412
    # A preview says what would come, and changes nothing.
    status, would, tag = put(rig, five, preview=True)
    assert (status, tag, would["applied"], would["version"]) == (200, '"1"', False, 1)
    assert would["buttons_changed"] == [{"id": "palvelu", "from": 4, "to": 5}]
    assert would["devices_added"] == ["d-3"] and would["devices_counted_again"] == ["d-1", "d-2"]
    assert version(rig) == 1
    # Only one of two who looked at the same version gets through.
    status, did, tag = put(rig, five, '"1"')
    assert (status, tag, did["applied"], did["version"]) == (200, '"2"', True, 2)
    assert did["changes"] == would["changes"]
    status, problem, _ = put(rig, registry(), '"1"')
    assert status == 412 and "version 2" in problem["detail"]
    # The same again is nothing new; what is wrong is told with its line.
    status, again, _ = put(rig, five, '"2"')
    assert (status, again["applied"], again["version"]) == (200, False, 2)
    status, problem, _ = put(rig, registry().replace("buttons: 4", "buttons: 9"), "*")
    assert status == 422 and "request:4:" in problem["detail"]
    assert put(rig, registry().replace("helsinki", "espoo"), "*")[0] == 422
    assert put(rig, "#" * (8 << 20) + "\n", "*")[0] == 413
    moved = registry(first=f"{{id: d-1, to: {MOVED}}}", ovi=f"{{id: d-1, from: {MOVED}}}")
    status, did, _ = put(rig, moved, "*")
    assert status == 200 and did["devices_removed"] == ["d-3"]
    assert did["devices_moved"] == [
        {"device": "d-1", "from": "aula", "to": "ovi",
         "start": datetime.combine(MOVED, datetime.min.time(), ZONE).isoformat(), "end": None}]
    acknowledged = load.end()
    assert load.refusals == [] and counts(rig, "ovi") == {4: (acknowledged, 100.0)}
    assert_nothing_differs(rig)
    token = pikapalaute(rig, "token", "make", "--role", "administrator").strip()
    assert put(rig, registry(), "*", token=token)[0] == 200
    audit = [line for line in pikapalaute(rig, "audit").splitlines() if "registry applied" in line]
    assert [line.split("\t")[2] for line in audit[1:]] == ["administrator"] * 2 + ["token 1"]


def test_apply_previews_sends_to_the_service_and_goes_back(rig):
    load = Load(rig, "d-2", button=2)
    load.start()
    wait_until(lambda: load.acknowledged > 20)
    acknowledged = load.end()
    where = {"PIKAPALAUTE_HTTP_ADDRESS": f"0.0.0.0:{rig.http_port}"}
    five = rig.folder / "five.yaml"
    five.write_text(registry(buttons=5))
    said = pikapalaute(rig, "apply", five, "--preview")
    assert "question palvelu: 4 buttons become 5" in said and "nothing was changed" in said
    row, = [line.split() for line in said.splitlines() if line.startswith("aula")]
    # touchpoint, question, responses, would be, index, would be
    assert row[2:6] == [str(acknowledged), str(acknowledged), "66.7", "50.0"]
    assert version(rig) == 1
    said = pikapalaute(rig, "apply", five, environment=where)
    assert "version 2 of the registry holds now" in said
    assert counts(rig, "aula") == {5: (acknowledged, 50.0)}
    assert "holds already" in pikapalaute(rig, "apply", five, environment=where)
    wrong = rig.folder / "wrong.yaml"
    wrong.write_text(registry(buttons=9))
    assert ":4:" in pikapalaute(rig, "apply", wrong, status=78, environment=where)
    no_token = {**where, "PIKAPALAUTE_ADMIN_TOKEN": ""}
    assert "PIKAPALAUTE_ADMIN_TOKEN" in pikapalaute(
        rig, "registry", "back", "1", status=1, environment=no_token)
    file = rig.folder / "admin-token"
    file.write_text(rig.token + "\n")
    by_file = {**no_token, "PIKAPALAUTE_ADMIN_TOKEN_FILE": str(file)}
    pikapalaute(rig, "registry", "back", "1", environment=by_file)
    assert counts(rig, "aula") == {4: (acknowledged, 200 / 3)}
    versions = [line.split("\t") for line in pikapalaute(rig, "registry", "list").splitlines()]
    assert [v[0] for v in versions] == ["3", "2", "1"] and versions[0][2] == "administrator"
    assert pikapalaute(rig, "registry", "show", "2") == five.read_text()
    assert "no version 9" in pikapalaute(rig, "registry", "show", "9", status=1)
    # A start with the same file keeps what was applied since; without a service the file is written.
    pikapalaute(rig, "registry", "back", "2", environment=where)
    rig.service.stop()
    rig.service.start()
    rig.wait_until_ready()
    assert counts(rig, "aula") == {5: (acknowledged, 50.0)}
    rig.service.stop()
    assert "version 5 of the registry holds now" in pikapalaute(rig, "registry", "back", "1")
    assert_nothing_differs(rig)
