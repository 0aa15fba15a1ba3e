"""Processes that end when we do, however we end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from typing import IO

STOP_SECONDS = 10

# When we close the pipe, or are killed, `read` returns. The child never sees the pipe.
_WATCH = (
    'exec 3<&0; "$@" 3<&- & child=$!; '
    '{ read -r _ <&3; kill "$child"; } & watch=$!; '
    'wait "$child"; status=$?; kill "$watch" 2>/dev/null; exit "$status"'
)


class ChildProcess:
    """A child process in a group of its own."""

    def __init__(
        self,
        command: list[str],
        environment: Mapping[str, str],
        *,
        stdout: IO[str] | int = subprocess.DEVNULL,
        stderr: IO[bytes] | int = subprocess.DEVNULL,
    ) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - a program of the machine, without a user's text
            ["/bin/sh", "-c", _WATCH, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            env=environment,
            text=True,
            start_new_session=True,
        )

    @property
    def running(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    def read_line(self) -> str:
        """Return its next line of output."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def stop(self) -> None:
        """End it, by force after ``STOP_SECONDS``; a second call does nothing."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
