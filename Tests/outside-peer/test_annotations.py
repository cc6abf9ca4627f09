"""What managers note on the timeline: who sees it, what is kept, what is refused."""

import csv
import datetime
import io
import time

from peer import SITE, get, request
from test_access import NODE, RANGE, annotate, number, pikapalaute, tokens  # noqa: F401


def noted(token, node=NODE, **query):
    return get("/api/v1/annotations", token, node=node, **RANGE, **query)


def test_annotations_are_of_the_node_and_of_places_above_that_the_bearer_sees(tokens):
    free, bound = tokens["manager"], tokens[f"manager at {NODE}"]
    made = {node: annotate(free, node=node, text=f"of {node}")
            for node in (SITE, "terveysasemat", "kallio", "kallio-aula", "vallila")}
    for token, node, nodes in [
        (free, "kallio-aula", {SITE, "terveysasemat", "kallio", "kallio-aula"}),
        (free, "kallio", {SITE, "terveysasemat", "kallio"}), (free, SITE, {SITE}),
        (bound, "kallio-aula", {"kallio", "kallio-aula"}), (bound, "kallio", {"kallio"}),
    ]:
        shown = {row["node"]: row["id"] for row in noted(token, node).json["rows"]
                 if row["text"].startswith("of ")}
        assert shown == {name: made[name] for name in nodes}, (node, shown)
    for node in (SITE, "vallila", "atlantis"):
        assert f"'{node}'" in annotate(bound, 403, node=node)
    assert "atlantis" in annotate(free, 404, node="atlantis")
    for node, status in [(SITE, 403), ("vallila", 403), ("kallio-aula", 204), ("kallio-aula", 404)]:
        response = request("DELETE", f"/api/v1/annotations/{made[node]}", token=bound)
        assert response.status == status, (node, response.body)
    assert made["kallio-aula"] not in {
        row["id"] for row in noted(free, "kallio-aula").json["rows"]}
    for number in ("0", "-1", "x", "99999999999999999999", "1%20"):
        request("DELETE", f"/api/v1/annotations/{number}", token=free).problem(404)


def test_annotations_say_what_was_noted_by_whom_and_when(pikapalaute):
    token = pikapalaute("token", "make", "--role", "manager", "--note", "Kallion esimies; A")
    name = number(pikapalaute, "Kallion esimies; A")
    text = "=1+1;\"<script>alert(1)</script>\" 🤧"
    before = time.time()
    made = annotate(token, node="kallio-ovi", date="2026-03-30", text=f"  {text} ")
    row, = [row for row in noted(token, "kallio-ovi").json["rows"] if row["id"] == made]
    assert (row["node"], row["date"], row["text"]) == ("kallio-ovi", "2026-03-30", text)
    assert row["author"] == f"token {name}: Kallion esimies; A"
    assert abs(datetime.datetime.fromisoformat(row["created_at"]).timestamp() - before) < 30
    table = noted(token, "kallio-ovi", format="csv").body.decode()
    cells, = [cells for cells in csv.DictReader(io.StringIO(table)) if cells["id"] == str(made)]
    assert cells == {key: str(value) for key, value in row.items()}
    sheet = noted(token, "kallio-ovi", format="csv", dialect="semicolon").body.decode("utf-8-sig")
    cells, = [cells for cells in csv.DictReader(io.StringIO(sheet), delimiter=";")
              if cells["id"] == str(made)]
    assert cells["text"] == "'" + text, "a spreadsheet would compute it"
    # The whole local day is asked about by any of its hours.
    for start, end, there in [("2026-03-30T23:00:00+03:00", "2026-03-31", True),
                              ("2026-03-31", "2026-04-01", False),
                              ("2026-03-29", "2026-03-30", False),
                              ("2026-03-29", "2026-03-30T01:00:00+03:00", True)]:
        rows = get("/api/v1/annotations", token, node="kallio-ovi", **{
            "from": start, "to": end}).json["rows"]
        assert (made in {row["id"] for row in rows}) == there, start


def test_what_is_no_annotation_is_refused_and_not_noted(pikapalaute, tokens):
    before = noted(tokens["manager"]).json, pikapalaute("audit").splitlines()[-2]
    for more, word in [({"date": "2026-02-30"}, "2026-02-30"), ({"date": ""}, "date"),
                       ({"text": ""}, "0 letters"), ({"text": "a\nb"}, "line"),
                       ({"text": "ä" * 501}, "500"), ({"text": 7}, "texts"),
                       ({"node": None}, "texts")]:
        assert word in annotate(tokens["manager"], 400, **more), more
    for body, status in [(b"", 400), (b"{", 400), (b"[]", 400), (b"[" * 16_000, 400),
                         (b" " * 20_000, 413)]:
        request("POST", "/api/v1/annotations", token=tokens["manager"], body=body).problem(status)
    assert (noted(tokens["manager"]).json, pikapalaute("audit").splitlines()[-2]) == before


def test_annotations_are_in_the_audit_log(pikapalaute, tokens):
    made = annotate(tokens["administrator"], text="secret")
    request("DELETE", f"/api/v1/annotations/{made}", token=True)
    *lines, verdict = pikapalaute("audit").splitlines()
    cells = [line.split("\t") for line in lines[-2:]]
    assert [cell[3:] for cell in cells] == [
        [f"annotation {done}", f"annotation {made}: node {NODE}, 2026-03-29"]
        for done in ("made", "withdrawn")]
    assert cells[0][2].startswith("token ") and cells[1][2] == "administrator"
    assert "chain is whole" in verdict and "secret" not in "\n".join(lines)
