"""The work of a broadcast: new messages, and those that wait for another attempt."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from pwagen.push.messages.raw_message import Sendable
from pwagen.push.subscription import Subscription

if TYPE_CHECKING:
    from asyncio import Future

    from pwagen.push.crypto.encryption_process import Answer

Item = TypeVar("Item")


@dataclass
class Job:
    """One message on its way to one subscription."""

    subscription: Subscription
    message: Sendable
    attempts: int = 0
    rejected_keys: set[str] = field(default_factory=set)
    body: Future[Answer] | None = None  # ordered from the process that encrypts, for the first attempt


class Jobs:
    """Hands out jobs that are due, and takes new ones only while not too many wait.

    That bounds the memory however many subscriptions there are, and stops reading them while a push
    service refuses everything.
    """

    def __init__(
        self,
        new: AsyncIterator[Job],
        held_seconds: Callable[[str], float] = lambda _: 0.0,
        most_waiting: int = 10_000,
    ) -> None:
        """`new` is read as jobs are needed; `held_seconds` says for how long a service's jobs are held."""
        self._new = new
        self._held_seconds = held_seconds
        self._most_waiting = most_waiting
        self._deferred: list[tuple[float, int, Job]] = []
        self._held: dict[str, deque[Job]] = {}
        self._number = count()
        self._waiting = 0
        self._in_hand = 0
        self._exhausted = False
        self._stopped = False
        self._changed = asyncio.Event()
        self._turn = asyncio.Lock()

    async def next(self) -> Job | None:
        """Return a job, as soon as one is due; None when all are finished, or after `stop`."""
        async with self._turn:
            while not self._stopped:
                if job := self._due():
                    self._waiting -= 1
                    self._in_hand += 1
                    return job
                if not self._exhausted and self._waiting < self._most_waiting:
                    new = await anext(self._new, None)
                    if new is not None and not self._stopped:
                        self._in_hand += 1
                        return new
                    self._exhausted = new is None
                elif self._exhausted and not self._waiting and not self._in_hand:
                    return None
                else:
                    await self._change(self._due_in())
            return None

    def stop(self) -> None:
        """Hand nothing out any more."""
        self._stopped = True
        self.wake()

    def defer(self, job: Job, seconds: float) -> None:
        """Hand `job` out again after `seconds`."""
        heapq.heappush(self._deferred, (_now() + seconds, next(self._number), job))
        self._waiting += 1
        self.finish()

    def hold(self, job: Job, service: str) -> None:
        """Hand `job` out again when its service is no longer held."""
        self._held.setdefault(service, deque()).append(job)
        self._waiting += 1
        self.finish()

    def finish(self) -> None:
        """Count a job as finished."""
        self._in_hand -= 1
        self.wake()

    def wake(self) -> None:
        """Look again at what is due."""
        self._changed.set()

    def _due(self) -> Job | None:
        if self._deferred and self._deferred[0][0] <= _now():
            return heapq.heappop(self._deferred)[2]
        for service, jobs in self._held.items():
            if self._held_seconds(service) <= 0:
                job = jobs.popleft()
                if not jobs:
                    del self._held[service]
                return job
        return None

    def _due_in(self) -> float | None:
        """Return the seconds until something may be due, None if nothing waits."""
        moments = [self._deferred[0][0] - _now()] if self._deferred else []
        return min(moments + [self._held_seconds(service) for service in self._held], default=None)

    async def _change(self, timeout: float | None) -> None:  # noqa: ASYNC109 - waits for either
        self._changed.clear()
        try:
            async with asyncio.timeout(timeout):
                await self._changed.wait()
        except TimeoutError:
            pass


async def ahead(
    jobs: AsyncIterable[Job], prepare: Callable[[Job], None], count: int, at_once: int
) -> AsyncIterator[Job]:
    """Yield `jobs` after `prepare` was called with them, and with up to `count` of those that follow.

    `at_once` are read one after the other, so that what is ordered for them goes out together.
    """
    prepared: deque[Job] = deque()
    async for job in jobs:
        prepare(job)
        prepared.append(job)
        if job.body is None or len(prepared) == count:
            while prepared and (job.body is None or len(prepared) > count - at_once):
                yield prepared.popleft()
    for job in prepared:
        yield job


async def each(items: Iterable[Item] | AsyncIterable[Item]) -> AsyncIterator[Item]:
    """Yield the items of an iterable of either kind."""
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


def _now() -> float:
    return asyncio.get_running_loop().time()
