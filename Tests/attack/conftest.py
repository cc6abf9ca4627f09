import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in (
    "integration", "faults", "outside-peer"))]


def pytest_configure(config):
    config.addinivalue_line("markers", "long: not part of `make test`; `make attack` runs it")
