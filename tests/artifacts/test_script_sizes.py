"""What visitors download: bytes of the scripts, minified and gzipped, as benchmarks/sizes.py measures them.

A feature that needs more is argued for in docs/benchmarks.md, and changes a number here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.folders import ROOT

BENCHMARKS = ROOT / "benchmarks"

# kB of 1,000 bytes; register.js is before the first need of register.more.js.
BUDGETS: dict[str, dict[str, float]] = {
    "nothing": {"register.js": 5.5},
    "push, clicks, badge": {"register.js": 8.5, "sw.js": 5.5},
    "offline": {"register.js": 5.5, "sw.js": 7.5},
    "everything": {"register.js": 11.55, "sw.js": 15.85},
}


@pytest.fixture(scope="module")
def sizes() -> Iterator[Any]:
    """Import the benchmark, whose modules lie beside each other."""
    sys.path.insert(0, str(BENCHMARKS))
    yield import_module("sizes")
    sys.path.remove(str(BENCHMARKS))


def test_every_set_that_is_measured_has_a_budget(sizes: Any) -> None:
    assert sizes.SETS.keys() == BUDGETS.keys()


@pytest.mark.parametrize("name", BUDGETS)
def test_the_scripts_stay_within_their_budget(name: str, sizes: Any, tmp_path: Path) -> None:
    measured = sizes.minified_sizes(sizes.Measured(tmp_path), sizes.SETS[name])
    over = {
        file: f"{measured[file]:,} bytes, and {budget} kB are allowed"
        for file, budget in BUDGETS[name].items()
        if measured[file] > budget * 1000
    }
    assert not over
