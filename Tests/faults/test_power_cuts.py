"""About a hundred power cuts; `make power-cuts CUTS=1000` for more."""

import os

import power_cuts
import pytest


def test_no_power_cut_loses_or_doubles_an_acknowledged_press(tmp_path):
    seed = int.from_bytes(os.urandom(3), "big")
    print(f"to repeat: Tests/faults/power_cuts.py --cuts 100 --seed {seed}")
    assert power_cuts.run(tmp_path, 100, seed) == []


@pytest.mark.parametrize("careless", [
    "NORMAL", "NO_REWRITE", pytest.param("OFF", marks=pytest.mark.long),
])
def test_a_careless_service_is_caught(tmp_path, careless):
    """A harness that finds nothing may be one that looks at nothing."""
    said = []
    assert power_cuts.run(tmp_path, 200, 1, careless, report=said.append), said
