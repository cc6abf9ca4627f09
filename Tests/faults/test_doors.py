"""What a stranger is told when something is wrong: no more than they need, and the right status."""

import contextlib
import json
import sqlite3

import pytest
import shims
from faults import Faults
from posting import DEVICES, Service, Wrong, make_frames, wait_until

NODES = "/api/v1/nodes"
READER = "this-is-not-an-administrators-token-at-all"


@pytest.fixture
def running(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    with Service(folder) as service:
        wait_until(lambda: service.metric("pikapalaute_storing") == 1)
        yield service


def problem(answer, status):
    assert answer[0] == status, answer
    return json.loads(answer[1])


def test_what_is_not_ready_is_named_to_all_and_why_to_administrators(tmp_path):
    """Without a broker; then with a disk that fails, whose error names files."""
    folder = tmp_path / "data"
    folder.mkdir()
    faults = Faults(tmp_path)
    with Service(folder, environment=faults.environment) as service:
        wait_until(lambda: service.metric("pikapalaute_storing") == 1)
        for token in (None, "unknown " * 5):
            assert problem(service.get("/readyz", token), 503)["detail"] == "not ready: broker"
        faults["write_errno"] = 5
        with pytest.raises(Wrong, match="503"):
            service.post(DEVICES[0], make_frames(1)[DEVICES[0]][0][:1], patience_s=0)
        wait_until(lambda: service.metric("pikapalaute_storing") == 0)
        for token in (None, "unknown " * 5):
            answer = service.get("/readyz", token)
            assert problem(answer, 503)["detail"] == "not ready: store, broker"
            assert "sqlite" not in answer[1]
        detail = problem(service.get("/readyz"), 503)["detail"]
        assert detail.startswith("not ready: store, broker; ") and "p.sqlite" in detail
        assert "p.sqlite cannot be" in service.said(), "the log says why"
        faults.heal()


def test_metrics_are_kept_for_their_scraper_where_they_have_a_token(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    token = "scraper-" * 5
    with Service(folder, environment={"PIKAPALAUTE_METRICS_TOKEN": token}) as service:
        wait_until(lambda: service.get("/metrics", token)[0] == 200)
        assert "pikapalaute_presses_total 0" in service.get("/metrics", token)[1]
        assert service.get("/metrics")[0] == 200, "the administrator's"
        for stranger in (None, READER):
            assert problem(service.get("/metrics", stranger), 401)
        assert problem(service.get(NODES, token), 401), "it opens nothing else"


def test_a_fault_of_the_service_is_no_invitation_to_try_again(running):
    """A table that is not there: a program's fault, or somebody's. The log has it, not the answer."""
    path = running.folder / "p-access.sqlite"
    shims.change(path, "DROP TABLE token")
    connection = running.get(NODES, READER)
    told = problem(connection, 500)
    assert set(told) == {"type", "title", "status", "detail", "request"}
    for word in ("token", "table", "sqlite", "/"):
        assert word not in told["detail"], told
    line, = [line for line in running.said().splitlines() if "no such table" in line]
    assert told["request"] in line and NODES in line


def test_a_file_that_another_process_holds_is_a_reason_to_try_again(running):
    path = running.folder / "p-access.sqlite"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        told = problem(running.get(NODES, READER), 503)
        assert "sqlite" not in json.dumps(told) and "request" not in told
        holder.execute("ROLLBACK")
    assert problem(running.get(NODES, READER), 401)
    assert "database is locked" in running.said()
