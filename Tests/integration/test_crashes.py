"""Whatever is killed while the city sends its year, the report's table comes out exact."""

import json
import time

import pytest
from city import CityRig

# Responses and shown index of the city's own report.
REPORT_2017 = {
    "terveysasemat": (120725, 86), "hammashoitolat": (147671, 89),
    "paivystykset": (17595, 81), "palvelukeskukset": (10938, 91),
}
PRESSES_2017 = sum(responses for responses, _ in REPORT_2017.values())


def table(rig):
    found = {}
    for node in REPORT_2017:
        status, body = rig.get(
            f"/api/v1/results?node={node}&from=2017-01-01&to=2018-01-01&by=year")
        assert status == 200, body
        (series,) = json.loads(body)["series"]
        (row,) = series["rows"]
        found[node] = (row["responses"], int(row["index"] + 0.5))
    return found


def wait_for_presses(rig, wanted):
    deadline = time.monotonic() + 60
    while rig.presses() < wanted:
        assert time.monotonic() < deadline, "the simulator sends nothing"
        time.sleep(0.005)


def finish(simulator):
    output, _ = simulator.communicate(timeout=300)
    assert simulator.returncode == 0, output
    return output


def assert_exact(rig):
    assert table(rig) == REPORT_2017
    rebuilt = rig.pikapalaute("rebuild")
    assert rebuilt.returncode == 0 and "nothing differs" in rebuilt.stdout, rebuilt.stdout


@pytest.mark.parametrize("victims", ["service", "broker", "service and broker"])
def test_table_2017_is_exact_although_killed_in_the_middle(tmp_path, victims):
    with CityRig(tmp_path) as rig:
        # Small frames, so that the middle is long enough to be hit.
        simulator = rig.simulate("table-2017", "--verify", "--frame-presses-max", "20")
        wait_for_presses(rig, PRESSES_2017 // 10)
        for _ in range(3):
            if "broker" in victims:
                rig.broker.kill()
            if "service" in victims:
                rig.service.kill()
            time.sleep(0.2)
            if "broker" in victims:
                rig.broker.start()
            if "service" in victims:
                rig.service.start()
            rig.wait_until_ready()
            time.sleep(0.3)
        assert simulator.poll() is None, "the simulator was done before the last kill"
        finish(simulator)
        assert_exact(rig)


def test_a_second_run_of_the_same_year_counts_nothing_twice(tmp_path):
    with CityRig(tmp_path) as rig:
        finish(rig.simulate("table-2017", "--verify"))
        finish(rig.simulate("table-2017", "--verify"))
        assert_exact(rig)


@pytest.mark.parametrize("app", [False, True])
def test_home_care_of_may_2018_on_phones_that_are_often_offline(tmp_path, app):
    """A part of the month; all of it: simulator home-care-may-2018 --app-only --verify."""
    with CityRig(tmp_path) as rig:
        said = finish(rig.simulate(
            "home-care-may-2018", "--verify", "--responses", "2000", "--speed", "200000",
            *(["--app-only"] if app else [])))
        assert " % of their shifts without a network" in said and " 0 answers lost" not in said
        if app:  # once more, much faster: nothing is counted twice
            finish(rig.simulate("home-care-may-2018", "--verify", "--responses", "2000", "--speed",
                                "2000000", "--app-only"))
        _, body = rig.get("/api/v1/results?node=kotihoito&from=2018-05-01&to=2018-06-01&by=month")
        (series,) = json.loads(body)["series"]
        (row,) = series["rows"]
        assert row["responses"] == 2000
        assert round(100 * row["counts"][-1] / row["responses"]) == 78


def test_a_stopped_service_has_committed_what_it_read(tmp_path):
    with CityRig(tmp_path) as rig:
        simulator = rig.simulate("table-2017", "--verify", "--frame-presses-max", "20")
        wait_for_presses(rig, PRESSES_2017 // 10)
        assert rig.service.stop() == 0, rig.service.log()
        rig.service.start()
        rig.wait_until_ready()
        finish(simulator)
        assert_exact(rig)


def test_a_second_service_on_the_same_database_refuses_to_start(tmp_path):
    with CityRig(tmp_path) as rig:
        second = rig.pikapalaute("serve", "--http-address", "127.0.0.1:0")
        assert second.returncode == 1
        assert "in use by another pikapalaute" in second.stderr
        assert len(second.stderr.splitlines()) == 1
        assert rig.get("/readyz")[0] == 200
