"""What changed and when, and answers as they were: what was told at a moment is told of it later."""

import csv
import io
import json
import os
import random
import secrets
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from rig import BUILD, Rig

ACL = "user pikapalaute\ntopic readwrite pikapalaute/#\n"
REGISTRY = """\
site: helsinki
time_zone: Europe/Helsinki
questions: [{id: palvelu, buttons: 4}, {id: jono, buttons: 3}]
nodes:
  - id: terveysasemat
    kind: service
    nodes:
      - {id: kallio, kind: touchpoint, questions: [palvelu, jono], repeat_interval_s: 2, devices: [{id: a-1}, {id: a-2}]}
      - {id: toolo, kind: touchpoint, question: palvelu, devices: [{id: a-3, to: 2026-03-11}]}
"""
SPAN = "from=2026-03-01&to=2026-04-01"
START = 1_772_600_000  # 2026-03-04
QUESTIONS = [f"node={node}&{SPAN}&by={by}&children={children}{more}"
             for node, by, children, more in [
                 ("helsinki", "total", "true", ""), ("terveysasemat", "day", "true", ""),
                 ("kallio", "hour", "false", "&question=jono"), ("toolo", "week", "false", ""),
                 ("unassigned", "total", "false", ""), ("kallio", "month", "false", "&format=csv&details=true"),
                 ("terveysasemat", "week", "true", "&format=json-stat")]]


def seed():
    value = int(os.environ.get("REVISIONS_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"REVISIONS_SEED={value}")
    return value


@pytest.fixture
def rig(tmp_path):
    (tmp_path / "registry.yaml").write_text(REGISTRY)
    with Rig(tmp_path, tmp_path / "registry.yaml", {"tester": secrets.token_hex(8)}, ACL) as rig:
        yield rig


def post(rig, device, epoch, first, presses, oldest=True):
    body = json.dumps(
        {"epoch": epoch, "first": first, "oldest": oldest, "presses": presses}).encode()
    request = urllib.request.Request(
        f"{rig.http}/ingest/v1/helsinki/{device}/press", body,
        {"Authorization": f"Bearer {rig.token}", "Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=30).close()
    except urllib.error.HTTPError as error:
        assert error.code == 409


def presses(dice, count):
    """Of any day of the month, so mostly late, with repeats and buttons that do not exist."""
    moment = START + dice.randrange(20 * 86400)
    found = []
    for _ in range(count):
        moment += dice.choice([0, 1, 1, 3, 40, 5000])
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
        found.append({"at": at, "slot": dice.choice([0, 0, 1]), "button": dice.choice([0, 1, 2, 3, 9])})
    return found


def answers(rig, more=""):
    """What the service says, without the revision that it stands under."""
    found = []
    for question in QUESTIONS:
        status, body = rig.get(f"/api/v1/results?{question}{more}")
        assert status == 200, body
        found.append(body.split('"series"', 1)[-1] if body.startswith("{\"node") else body)
    return found


def revision(rig, more=""):
    return json.loads(rig.get(f"/api/v1/results?node=helsinki&{SPAN}{more}")[1])["revision"]["data"]


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{int(time.time() * 1000) % 1000:03}Z"


def run(rig, *words, code=0):
    done = subprocess.run(
        [BUILD / "pikapalaute", *map(str, words), "--database", rig.database],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def journals(rig, dice, epochs, rounds):
    for _ in range(rounds):
        device = dice.choice(["a-1", "a-2", "a-3"])
        epoch = dice.choice([1, 2])
        first = max(0, epochs.get((device, epoch), 0) + dice.randrange(-3, 4))
        sent = presses(dice, dice.randrange(1, 12))
        post(rig, device, epoch, first, sent)
        epochs[device, epoch] = max(epochs.get((device, epoch), 0), first + len(sent))


def restart(rig):
    rig.service.start()
    rig.wait_until_ready()


def test_an_answer_as_of_a_moment_is_what_was_answered_then(rig, tmp_path):
    dice, epochs, then = random.Random(seed()), {}, []
    for step in range(12):
        journals(rig, dice, epochs, 3)
        if step in (4, 6, 8):
            rig.service.stop()
            if step == 8:
                said = run(rig, "import", "withdraw", "1")
                assert "taken back" in said or "1" in said
            else:
                (tmp_path / "earlier.csv").write_text("id,time,touchpoint,button,excluded\n" + "".join(
                    f"{k},2026-03-{1 + k % 28:02}T10:00:0{k % 10},kallio,{(k + step) % 4},false\n"
                    for k in range(40 if step == 4 else 30)))
                run(rig, "import", tmp_path / "earlier.csv", "--allow-overlap",
                    *(["--replace"] if step == 6 else []))
            restart(rig)
        then.append((revision(rig), now(), answers(rig)))
        time.sleep(0.02)
    assert len({number for number, _, _ in then}) == len(then)
    assert len({str(found) for _, _, found in then}) == len(then)
    for number, at, known in then:
        assert answers(rig, f"&as_of={number}") == known, number
        assert answers(rig, f"&as_of={at}") == known, at
        assert revision(rig, f"&as_of={number}") == number == revision(rig, f"&as_of={at}")
    # The command line says the same, of the sums.
    for number, at, known in (then[3], then[7], then[-1]):
        rows = {row["question"]: row for row in csv.DictReader(
            io.StringIO(run(rig, "as-of", number, "--node", "helsinki", "--from", "2026-03-01",
                            "--to", "2026-04-01").split("\n", 1)[1]))}
        status, body = rig.get(f"/api/v1/results?node=helsinki&{SPAN}&as_of={at}")
        for series in json.loads(body)["series"]:
            row = rows[series["question"]]
            for name in ("responses", "excluded", "invalid", "lost", "estimated", "late", "imported"):
                assert int(row[name]) == series["rows"][0][name], (number, name)
    for text in ("x", "2026-13-01", "-1", "999999999", "0"):
        status, body = rig.get(f"/api/v1/results?node=helsinki&{SPAN}&as_of={text}")
        assert status == 400 and '"parameter":"as_of"' in body, (text, body)
    assert rig.get(f"/api/v1/results?node=helsinki&{SPAN}&as_of=2&coverage=true")[0] == 400
    assert "not known" in run(
        rig, "as-of", "999999", "--node", "kallio", "--from", "2026-03-01", "--to", "2026-04-01", code=1)


def changes(rig, more="", span=SPAN):
    status, body = rig.get(f"/api/v1/revisions?{span}{more}")
    assert status == 200, body
    return json.loads(body)


def test_what_changed_is_listed_with_its_cause_its_days_and_when(rig, tmp_path):
    first = changes(rig)
    assert [change["cause"] for change in first["changes"]] == ["registry"]
    before = time.time()
    post(rig, "a-1", 1, 0, [{"at": "2026-03-10T09:00:00Z", "button": 3}])
    post(rig, "a-1", 1, 1, [{"at": "2026-03-11T09:00:00Z", "button": 3}])
    post(rig, "a-1", 1, 2, [{"at": "2026-05-11T09:00:00Z", "button": 3}])
    found = changes(rig, f"&after={first['revision']['data']}")
    assert [(change["cause"], change["start"], change["end"]) for change in found["changes"]] == [
        ("presses", f"2026-03-{day}T02:00:00+02:00", f"2026-03-{day + 1}T02:00:00+02:00")
        for day in (11, 10)]
    for change in found["changes"]:
        assert abs(time.mktime(time.strptime(change["first_at"][:19], "%Y-%m-%dT%H:%M:%S"))
                   - time.timezone - before) < 60
    assert found["revision"]["data"] == found["changes"][0]["last_revision"] == revision(rig)
    assert found["complete_after"] < found["changes"][1]["first_revision"]
    assert not found["more"] and changes(rig, "&limit=1")["more"]

    pages = f"/api/v1/presses?node=helsinki&{SPAN}&limit=1"
    after = json.loads(rig.get(pages)[1])["next"]
    assert json.loads(rig.get(f"{pages}&after={after}")[1])["presses"]

    rig.service.stop()
    (tmp_path / "earlier.csv").write_text(
        "id,time,touchpoint,button,excluded\n1,2026-03-20T10:00:00,kallio,3,false\n")
    run(rig, "import", tmp_path / "earlier.csv")
    run(rig, "import", "withdraw", "1")
    rig.registry.write_text(REGISTRY.replace("repeat_interval_s: 2", "repeat_interval_s: 5"))
    restart(rig)
    status, body = rig.get(f"{pages}&after={after}")
    assert status == 400 and "begin without it" in body, "what was on the first page counts otherwise"
    more = changes(rig, f"&after={found['revision']['data']}")["changes"]
    assert [(change["cause"], change["import"]) for change in more] == [
        ("registry", None), ("withdrawal", 1), ("import", 1)]
    assert more[2]["start"] == "2026-03-20T02:00:00+02:00" and more[0]["start"] is None
    assert all(change["first_at"] for change in more)
    other = changes(rig, f"&after={found['revision']['data']}", "from=2026-02-01&to=2026-03-01")
    assert [change["cause"] for change in other["changes"]] == ["registry"]
    for query in (f"{SPAN}&limit=0", f"{SPAN}&after=x", "from=2026-03-01", f"{SPAN}&node=kallio"):
        assert rig.get(f"/api/v1/revisions?{query}")[0] == 400, query
