"""Builds the C shims that are loaded into the real programs with LD_PRELOAD."""

import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


def build(source, folder):
    """Compiles one shim; the path of the library. A missing compiler is an error."""
    library = pathlib.Path(folder) / (pathlib.Path(source).stem + ".so")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", library,
         HERE / source, "-lsqlite3", "-ldl", "-lpthread"], check=True)
    return library
