"""A store and a sender that stay open from one range to the next, one of each for a thread of a process.

Opening them for each range costs a TLS handshake for every connection, the signature of a token for every
service and the check of the store's schema.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pwagen.push.delivery.sender import Sender
    from pwagen.push.storage.store import Store

Result = TypeVar("Result")


class KeptSender:
    """Opens both when they are first needed, in the thread that needs them.

    A forked process opens its own. What its parent had is left as it is, never closed: a connection of TLS
    or to the database, and the event loop's, can be ended from either side of the fork for both.
    """

    def __init__(self, open_store: Callable[[], Store], new_sender: Callable[[], Sender]) -> None:
        """`open_store` and `new_sender` are called for each thread and process."""
        self._open_store = open_store
        self._new_sender = new_sender
        self._local = threading.local()
        self._of_parents: list[object] = []  # so that nothing of them is closed by being collected

    def store(self) -> Store:
        """Return the store of this thread; raises StoreError where it cannot be opened."""
        self._leave_what_a_parent_had()
        if self._local.__dict__.get("store") is None:
            self._local.store = self._open_store()
        opened: Store = self._local.store
        return opened

    def run(self, work: Callable[[Sender], Coroutine[None, None, Result]]) -> Result:
        """Return what `work` does with this thread's sender; if it raises, the next call has a new sender."""
        self._leave_what_a_parent_had()
        if self._local.__dict__.get("runner") is None:
            runner, sender = asyncio.Runner(), self._new_sender()
            runner.run(sender.__aenter__())
            self._local.runner, self._local.sender = runner, sender
        try:
            return self._run(work)
        except BaseException:
            # A time limit of the task's may have ended it anywhere: nothing of it must go on with the next.
            self._close()
            raise

    def close(self) -> None:
        """Close what this thread has, if anything."""
        self._leave_what_a_parent_had()
        if self._local.__dict__.get("runner") is not None:
            self._close()
        if self._local.__dict__.get("store") is not None:
            self._local.store.close()
            self._local.store = None

    def _run(self, work: Callable[[Sender], Coroutine[None, None, Result]]) -> Result:
        runner: asyncio.Runner = self._local.runner
        return runner.run(work(self._local.sender))

    def _close(self) -> None:
        runner, sender = self._local.runner, self._local.sender
        self._local.runner = self._local.sender = None
        try:
            runner.run(sender.__aexit__(None, None, None))
        finally:
            runner.close()

    def _leave_what_a_parent_had(self) -> None:
        if self._local.__dict__.get("process") != os.getpid():
            if self._local.__dict__:
                self._of_parents.append(dict(self._local.__dict__))
            self._local.__dict__.clear()
            self._local.process = os.getpid()
