"""Pages are sealed in the WAL too: whatever SQLite does with it, another program that finds the
files of a killed service may move the WAL into the database, and every page has its checksum."""

import os
import random
import shutil
import subprocess

import pytest
import shims

DIGEST = "SELECT 'digest', count(*), total(n), total(id * n), total(id * length(v)) FROM t;"


class Script:
    """Random work for the sqlite3 shell, with copies of the files as a kill would leave them."""

    def __init__(self, seed, folder):
        self.dice, self.folder, self.copies = random.Random(seed), folder, 0
        self.lines = [
            f".open {folder}/db", "PRAGMA journal_mode = WAL;", "PRAGMA synchronous = FULL;",
            f"PRAGMA wal_autocheckpoint = {self.dice.choice([5, 40, 2000])};",
            "PRAGMA cache_size = 4;", "PRAGMA cache_spill = 4;",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, v BLOB);",
            "CREATE INDEX t_n ON t (n);", DIGEST]

    def copy(self):
        at = self.folder / f"copy{self.copies}"
        self.lines.append(f".shell mkdir {at} && cp {self.folder}/db* {at}/")
        self.copies += 1

    def change(self):
        first, step = self.dice.randrange(2000), self.dice.randrange(1, 40)
        rows, size = self.dice.randrange(1, 150), self.dice.choice([10, 300, 3000])
        if self.dice.random() < 0.15:
            self.lines.append(f"DELETE FROM t WHERE id % {step + 2} = 0;")
        self.lines.append(f"""
            WITH RECURSIVE s (i) AS (SELECT {first} UNION ALL SELECT i + {step} FROM s LIMIT {rows})
            INSERT INTO t SELECT i % 2000, i * {step}, zeroblob({size}) FROM s WHERE true
            ON CONFLICT DO UPDATE SET n = excluded.n, v = excluded.v;""")

    def transaction(self):
        self.lines.append("BEGIN;")
        for _ in range(self.dice.randrange(1, 6)):
            if self.dice.random() < 0.3:
                self.lines.append("SAVEPOINT s;")
                self.change()
                if self.dice.random() < 0.5:
                    self.lines.append("ROLLBACK TO s;")
                self.lines.append("RELEASE s;")
            self.change()
        if self.dice.random() < 0.3:
            self.copy()
        self.lines.append("COMMIT;" if self.dice.random() < 0.8 else "ROLLBACK;")
        self.lines.append(DIGEST)
        self.copy()
        if self.dice.random() < 0.1:
            self.lines.append("PRAGMA wal_checkpoint(TRUNCATE);")


@pytest.fixture(scope="module")
def preload(tmp_path_factory):
    return shims.build("page_checksums.c", tmp_path_factory.mktemp("shim"))


def shell(arguments, preload=None, text=None):
    said = subprocess.run(
        ["sqlite3", "-bail", *arguments], input=text, capture_output=True, text=True, check=True,
        env={**os.environ, **({"LD_PRELOAD": str(preload)} if preload else {})}).stdout
    # The shell finds SQLite in use already when the shim was loaded before it.
    return "".join(line for line in said.splitlines(True) if not line.startswith("WARNING"))


def check(seed, folder, preload):
    script = Script(seed, folder)
    for _ in range(10):
        script.transaction()
    said = shell([], preload, "\n".join(script.lines)).splitlines()
    digests = [line for line in said if line.startswith("digest")]
    frames = 0
    for number in range(script.copies):
        database = folder / f"copy{number}/db"
        frames += (folder / f"copy{number}/db-wal").stat().st_size // (4096 + 24)
        untouched = shutil.copytree(database.parent, folder / f"untouched{number}") / "db"
        look = ["PRAGMA integrity_check;", DIGEST]
        own = shell([untouched, *look], preload)
        stranger = shell([database, *look])
        assert not (database.parent / "db-wal").exists(), "the shell has moved the WAL"
        afterwards = shell([database, *look], preload)
        assert own == stranger == afterwards, f"seed {seed}, copy {number}"
        state, digest = own.splitlines()
        assert state == "ok" and digest in digests, f"seed {seed}, copy {number}: {own}"
    assert frames > 200


@pytest.mark.parametrize("seed", range(8))
def test_what_a_kill_leaves_another_program_may_move(tmp_path, preload, seed):
    check(seed, tmp_path, preload)


def test_a_commit_outlives_a_kill_beside_another_program_that_writes(tmp_path, preload):
    """Its frames end where ours ended before it began the WAL anew."""
    database = tmp_path / "db"
    said = shell([], preload, f"""
.open {database}
PRAGMA journal_mode = WAL;
CREATE TABLE t (n INTEGER);
INSERT INTO t VALUES (0);
PRAGMA wal_checkpoint(TRUNCATE);
UPDATE t SET n = 1;
.shell sqlite3 {database} 'PRAGMA wal_checkpoint(TRUNCATE); UPDATE t SET n = 2'
UPDATE t SET n = 3;
SELECT 'committed', n FROM t;
.shell mkdir {tmp_path}/copy && cp {database}* {tmp_path}/copy/
""").splitlines()
    assert said[-1] == "committed|3", said
    assert shell([tmp_path / "copy/db", "SELECT n FROM t"]) == "3\n"


@pytest.mark.parametrize("before, after", [
    ("int is_sealing = file->database->kind == SEALED", "int is_sealing = 0"),
    ("  else file->last = at;", "  file->last = at;"),
    ("copy_page(file, from, bytes, is_sealing, big_endian(number))",
     "copy_page(file, from, bytes, is_sealing && 0, big_endian(number))"),
    ("put_big_endian(header + 20, sum[1]);", ""),
])
def test_sealing_that_is_broken_on_purpose_is_caught(tmp_path, before, after):
    source = (shims.SOURCES / "CPageChecksum/page_checksum.c").read_text()
    assert source.count(before) == 1, before
    broken = tmp_path / "Sources/CPageChecksum"
    broken.mkdir(parents=True)
    shutil.copytree(shims.SOURCES / "CPageChecksum", broken, dirs_exist_ok=True)
    (broken / "page_checksum.c").write_text(source.replace(before, after))
    shim = tmp_path / "Tests/faults/page_checksums.c"
    shim.parent.mkdir(parents=True)
    shutil.copy(shims.HERE / "page_checksums.c", shim)
    preload = shims.build(shim, tmp_path)
    for seed in range(4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            check(seed, folder, preload)
        except (AssertionError, subprocess.CalledProcessError):
            return
    raise AssertionError("nothing noticed it")
