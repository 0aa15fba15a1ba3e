"""Whole processes, timed, and what is said of several runs of them."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile


@dataclass(frozen=True)
class Run:
    """One run of a process; ``processor`` has the seconds of all its threads and children."""

    seconds: float
    processor: float
    peak_mb: float


@dataclass
class Runs:
    """What a process took, in the order of the rounds."""

    all: list[Run] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The median."""
        return median(run.seconds for run in self.all)

    @property
    def processor(self) -> float:
        """The median."""
        return median(run.processor for run in self.all)

    @property
    def peak_mb(self) -> float:
        """The largest."""
        return max(run.peak_mb for run in self.all)

    @property
    def spread(self) -> str:
        """The quickest and the slowest run, in seconds."""
        seconds = sorted(run.seconds for run in self.all)
        return f"{seconds[0]:.2f} to {seconds[-1]:.2f}" if len(seconds) > 1 else "one run"

    def ratios(self, other: Runs) -> tuple[float, float]:
        """Return the medians over the rounds of this one's time, and processor time, in units of the other's.

        Within a round both met the same load of the machine, or nearly.
        """
        pairs = list(zip(self.all, other.all, strict=False))
        return median(a.seconds / b.seconds for a, b in pairs), median(
            a.processor / b.processor for a, b in pairs
        )


def run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command in a folder and return what it took; it must succeed."""
    with TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        # Already waited for: without this, Popen would warn of a process that it takes for running.
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise SystemExit(f"{' '.join(map(str, command))}:\n{output.read().decode()}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
