"""Builds the C shims that are loaded into the real programs with LD_PRELOAD."""

import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE.parents[1] / "Sources"


def build(source, folder):
    """Compiles one shim; the path of the library. A missing compiler is an error."""
    library = pathlib.Path(folder) / (pathlib.Path(source).stem + ".so")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror",
         f"-I{SOURCES / 'CPageChecksum/include'}", f"-I{SOURCES / 'CChecksum/include'}",
         "-o", library, HERE / source, "-lsqlite3", "-ldl", "-lpthread"], check=True)
    return library


def change(database, sql, environment=None):
    """Changes a database past the service, as somebody who keeps its page checksums right."""
    with tempfile.TemporaryDirectory() as folder:
        # The last one is loaded first, and the VFS that is made last gets the pages first.
        preload = [str(build("page_checksums.c", folder)), (environment or {}).get("LD_PRELOAD")]
        subprocess.run(
            ["sqlite3", "-bail", database, sql], check=True, capture_output=True,
            env={**os.environ, **(environment or {}),
                 "LD_PRELOAD": " ".join(filter(None, preload))})
