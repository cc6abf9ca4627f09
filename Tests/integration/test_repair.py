"""Another program looks at the database or writes to it: nothing that was acknowledged is lost."""

import shutil
import signal
import subprocess
import time

import pytest
import shims
from posting import BUILD, Service
from test_recovery import (  # `killed` is a fixture
    PAGE_BYTES, fill, killed, pikapalaute, refusal, results)  # noqa: F401


@pytest.fixture
def folder(killed, tmp_path):
    shutil.copytree(killed, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture(scope="module")
def whole(killed, tmp_path_factory):
    """What the service answers where nobody has touched the database."""
    shutil.copytree(killed, tmp_path_factory.mktemp("whole") / "copy")
    folder = next(tmp_path_factory.getbasetemp().glob("whole*/copy"))
    return results(folder)


def sqlite(folder, sql, name="p.sqlite"):
    return subprocess.run(
        ["sqlite3", "-bail", folder / name, sql], check=True, capture_output=True, text=True).stdout


def repair(folder):
    return pikapalaute("repair", "--database", folder / "p.sqlite")


def unseal(folder, name="p.sqlite"):
    """Every page written by a program that knows nothing of their checksums."""
    sqlite(folder, "VACUUM", name)


def test_a_look_with_sqlite3_after_a_kill_does_no_harm(folder, whole):
    assert int(sqlite(folder, "SELECT count(*) FROM segment")) > 10
    assert not (folder / "p.sqlite-wal").exists(), "sqlite3 has moved the WAL"
    checked = pikapalaute("check", "--database", folder / "p.sqlite")
    assert checked.returncode == 0, checked
    assert refusal(folder) is None
    assert results(folder) == whole


def test_a_look_with_sqlite3_while_the_service_runs_does_no_harm(folder, whole):
    with Service(folder) as service:
        wal = (folder / "p.sqlite-wal").stat().st_ino
        for _ in range(5):
            sqlite(folder, "SELECT count(*), max(id) FROM segment")
            assert (folder / "p.sqlite-wal").stat().st_ino == wal, "the WAL is still the service's"
        fill(service)
        assert "is not the file" not in service.said(), service.said()
        service.end(signal.SIGKILL)
    sqlite(folder, "SELECT count(*) FROM bucket")
    assert pikapalaute("check", "--database", folder / "p.sqlite").returncode == 0
    assert results(folder) == whole


def test_a_database_that_another_program_wrote_is_repaired(folder, whole):
    unseal(folder)
    for said in (refusal(folder), pikapalaute("check", "--database", folder / "p.sqlite").stderr):
        assert "pikapalaute repair" in said and "restore" in said, said
    repaired = repair(folder)
    assert repaired.returncode == 0, repaired
    assert "every segment" in repaired.stdout and "not proven" in repaired.stdout, repaired.stdout
    assert list(folder.glob("p.sqlite.aside-*")), "the original is kept"
    assert pikapalaute("check", "--database", folder / "p.sqlite").returncode == 0
    assert results(folder) == whole
    audit = pikapalaute("audit", "--database", folder / "p.sqlite").stdout
    assert "database repaired" in audit, audit
    again = repair(folder)
    assert again.returncode == 0 and "nothing to repair" in again.stdout, again


def test_counts_that_another_program_changed_are_counted_anew(folder, whole):
    sqlite(folder, "UPDATE bucket SET count_3 = count_3 + 7; VACUUM")
    assert refusal(folder)
    repaired = repair(folder)
    assert repaired.returncode == 0, repaired
    assert "rows differed" in repaired.stdout, repaired.stdout
    assert pikapalaute("check", "--database", folder / "p.sqlite").returncode == 0
    assert results(folder)["series"] == whole["series"]


@pytest.mark.parametrize("sql", [
    "UPDATE segment SET records = zeroblob(length(records)) WHERE id = 3",
    "DELETE FROM segment WHERE id = 3",
    "DELETE FROM segment WHERE id = (SELECT max(id) FROM segment)",
])
def test_an_archive_that_another_program_changed_is_not_called_repaired(folder, sql):
    sqlite(folder, f"{sql}; VACUUM")
    before = (folder / "p.sqlite").read_bytes()
    refused = repair(folder)
    assert refused.returncode == 1 and "restore" in refused.stderr, refused
    assert len(refused.stderr.splitlines()) == 1, refused.stderr
    assert (folder / "p.sqlite").read_bytes() == before
    assert refusal(folder)


def test_a_page_that_the_disk_changed_is_not_called_a_matter_of_checksums(folder):
    assert pikapalaute("rebuild", "--apply", "--database", folder / "p.sqlite").returncode == 0
    listed = subprocess.run(
        ["sqlite3", "-readonly", folder / "p.sqlite",
         "SELECT max(pageno) FROM dbstat WHERE name = 'segment' AND pagetype = 'leaf'"],
        check=True, capture_output=True)
    with open(folder / "p.sqlite", "r+b") as file:
        file.seek((int(listed.stdout) - 1) * PAGE_BYTES + 3000)
        file.write(b"\xa5" * 900)
    said = pikapalaute("check", "--database", folder / "p.sqlite").stderr
    assert "restore" in said and "pikapalaute repair" not in said, said
    refused = repair(folder)
    assert refused.returncode == 1 and "restore" in refused.stderr, refused


def test_tokens_and_publications_are_repaired_too(folder):
    made = pikapalaute("token", "make", "--database", folder / "p.sqlite", "--note", "kept")
    assert made.returncode == 0, made
    unseal(folder, "p-access.sqlite")
    unseal(folder, "p-publications.sqlite")
    assert "pikapalaute repair" in refusal(folder)
    repaired = repair(folder)
    assert repaired.returncode == 0, repaired
    assert refusal(folder) is None
    assert "kept" in pikapalaute("token", "list", "--database", folder / "p.sqlite").stdout


def test_an_audit_log_that_another_program_changed_is_not_called_repaired(folder):
    sqlite(folder, """
        DROP TRIGGER audit_unchanged; UPDATE audit SET actor = 'user somebody' WHERE id = 1;
        CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
          BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
        VACUUM""", "p-access.sqlite")
    refused = repair(folder)
    assert refused.returncode == 1 and "line 1" in refused.stderr, refused


def test_a_repair_while_the_service_runs_is_refused(folder):
    with Service(folder):
        refused = repair(folder)
    assert refused.returncode == 1 and "in use" in refused.stderr, refused


def test_a_repair_that_is_killed_is_done_again(folder, whole):
    unseal(folder)
    for delay_s in (0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08):
        child = subprocess.Popen(
            [BUILD / "pikapalaute", "repair", "--database", folder / "p.sqlite"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay_s)
        child.kill()
        child.wait()
    assert repair(folder).returncode == 0
    assert pikapalaute("check", "--database", folder / "p.sqlite").returncode == 0
    assert results(folder) == whole
    left = [p.name for p in folder.iterdir() if "repair" in p.name]
    assert left == [], left


def test_what_a_killed_repair_left_goes_with_the_next_also_where_nothing_is_to_do(folder):
    for end in ("", "-wal", ".lock"):
        (folder / f"p.sqlite.repairing{end}").write_bytes(b"left")
    assert repair(folder).returncode == 0
    left = [p.name for p in folder.iterdir() if "repair" in p.name]
    assert left == [], left


def test_a_repair_that_is_killed_before_its_last_step_loses_no_wal(folder, whole):
    """Much stands in the WAL only, which has to go before the repaired file takes its place."""
    wal = (folder / "p.sqlite-wal").read_bytes()
    assert len(wal) > 100_000
    in_wal = {int.from_bytes(wal[at:at + 4], "big") for at in range(32, len(wal), PAGE_BYTES + 24)}
    pages = (folder / "p.sqlite").stat().st_size // PAGE_BYTES
    page = next(number for number in range(2, pages + 1) if number not in in_wal)
    with open(folder / "p.sqlite", "r+b") as file:
        file.seek(PAGE_BYTES * page - 8)
        file.write(bytes(8))
    killed = subprocess.run(
        ["strace", "-f", "-o", "/dev/null", "-e", "inject=?rename,?renameat,?renameat2:signal=KILL",
         BUILD / "pikapalaute", "repair", "--database", folder / "p.sqlite"],
        capture_output=True, check=False, timeout=120)
    assert killed.returncode != 0 and not killed.stdout, killed
    assert repair(folder).returncode == 0
    assert results(folder) == whole


def test_a_database_of_before_wals_were_sealed_is_repaired(folder, whole):
    """A WAL of an older version, moved by another program: pages without checksums."""
    sqlite(folder, "SELECT count(*) FROM segment")
    shims.change(folder / "p.sqlite", "PRAGMA user_version")
    pages = (folder / "p.sqlite").stat().st_size // PAGE_BYTES
    with open(folder / "p.sqlite", "r+b") as file:
        for page in range(pages // 2, pages):
            file.seek((page + 1) * PAGE_BYTES - 8)
            file.write(bytes(8))
    assert "pikapalaute repair" in refusal(folder)
    assert repair(folder).returncode == 0
    assert results(folder) == whole
