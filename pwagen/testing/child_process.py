"""Processes that end when we do, however we end."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping
from typing import IO

from pwagen.errors import PwagenError

START_SECONDS = 30.0
STOP_SECONDS = 10.0

# When we close the pipe, or are killed, `read` returns. The child never sees the pipe.
_WATCH = (
    'exec 3<&0; "$@" 3<&- & child=$!; '
    '{ read -r _ <&3; kill "$child"; } & watch=$!; '
    'wait "$child"; status=$?; kill "$watch" 2>/dev/null; exit "$status"'
)


class ChildTimeoutError(PwagenError):
    """A child process does not do in time what it is there for."""


class ChildProcess:
    """A child process in a group of its own."""

    def __init__(
        self,
        command: list[str],
        environment: Mapping[str, str],
        *,
        stdout: IO[bytes] | int = subprocess.DEVNULL,
        stderr: IO[bytes] | int = subprocess.DEVNULL,
    ) -> None:
        self._name = command[0]
        self._output = b""
        self._process = subprocess.Popen(  # noqa: S603 - a program of the machine, without a user's text
            ["/bin/sh", "-c", _WATCH, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            env=environment,
            start_new_session=True,
        )

    @property
    def running(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    @property
    def group_id(self) -> int:
        """The id of its process group."""
        return self._process.pid

    def read_line(self) -> str:
        """Return its next line of output, empty at its end; raises ChildTimeoutError in time."""
        assert self._process.stdout is not None
        end = time.monotonic() + START_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._output:
                if not selector.select(end - time.monotonic()):
                    raise ChildTimeoutError(f"waited {START_SECONDS:g} s for output of {self._name}")
                read = os.read(self._process.stdout.fileno(), 4096)
                if not read:
                    break
                self._output += read
        line, _, self._output = self._output.partition(b"\n")
        return line.decode("utf-8", "replace").strip()

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
            self._wait_for_end()

    def _wait_for_end(self) -> None:
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise ChildTimeoutError(f"{self._name} runs {STOP_SECONDS:g} s after its kill") from None
