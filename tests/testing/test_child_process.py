"""A child process ends with its parent, even one that is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pwagen.testing.child_process import ChildProcess, ChildTimeoutError

PARENT = """
import os, subprocess, sys
from pwagen.testing.child_process import ChildProcess
child = ChildProcess(["/bin/sh", "-c", "echo $$; exec sleep 60"], os.environ, stdout=subprocess.PIPE)
print(child.read_line(), flush=True)
sys.stdin.read()
"""


def gone(pid: int) -> bool:
    """Whether the process has ended, within a few seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
    return False


def test_a_killed_parent_takes_it_along() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()
        parent.wait()
        assert gone(pid)


def test_it_is_stopped_and_its_own_end_is_seen() -> None:
    sleeping = ChildProcess(["/bin/sleep", "60"], os.environ)
    assert sleeping.running
    sleeping.stop()
    sleeping.stop()
    assert not sleeping.running

    brief = ChildProcess(["/bin/sh", "-c", "exit 3"], os.environ)
    end = time.monotonic() + 10
    while brief.running and time.monotonic() < end:
        pass
    assert not brief.running
    brief.stop()


@pytest.mark.slow
def test_one_that_does_not_listen_is_ended_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pwagen.testing.child_process.STOP_SECONDS", 0.2)
    command = ["/bin/sh", "-c", "trap '' TERM; echo $$; sleep 60"]
    stubborn = ChildProcess(command, os.environ, stdout=subprocess.PIPE)
    pid = int(stubborn.read_line())
    stubborn.stop()
    assert gone(pid)


def test_a_line_of_output_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pwagen.testing.child_process.START_SECONDS", 0.5)
    command = ["/bin/sh", "-c", "echo one; echo two; printf half; exec sleep 60"]
    child = ChildProcess(command, os.environ, stdout=subprocess.PIPE)
    assert [child.read_line(), child.read_line()] == ["one", "two"]
    with pytest.raises(ChildTimeoutError, match=r"waited 0\.5 s for output of /bin/sh"):
        child.read_line()
    child.stop()


def test_the_last_line_may_lack_its_end() -> None:
    child = ChildProcess(["/bin/sh", "-c", "printf last"], os.environ, stdout=subprocess.PIPE)
    assert [child.read_line(), child.read_line()] == ["last", ""]
    child.stop()
