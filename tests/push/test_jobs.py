"""The work of a broadcast: order, waiting, and the bound on what waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from pwagen.push.delivery.jobs import Job, Jobs
from pwagen.push.messages.raw_message import RawMessage
from pwagen.push.subscription import Subscription


async def new_jobs(count: int, taken: list[str]) -> AsyncIterator[Job]:
    for number in range(count):
        taken.append(str(number))
        yield Job(Subscription(str(number), b"", b""), RawMessage(b""))


def test_deferred_jobs_come_back_when_they_are_due_and_not_before() -> None:
    async def main() -> None:
        jobs = Jobs(new_jobs(2, []))
        loop = asyncio.get_running_loop()
        first = await jobs.next()
        assert first
        deferred_at = loop.time()
        jobs.defer(first, 0.1)
        second = await jobs.next()
        assert second and second is not first
        jobs.finish()
        assert await jobs.next() is first
        assert loop.time() - deferred_at >= 0.1
        jobs.finish()
        assert await jobs.next() is None

    asyncio.run(main())


def test_the_end_waits_for_jobs_that_may_still_be_deferred() -> None:
    async def main() -> None:
        jobs = Jobs(new_jobs(1, []))
        job = await jobs.next()
        assert job
        waiting = [asyncio.create_task(jobs.next()) for _ in range(2)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        jobs.defer(job, 0)
        assert await waiting[0] is job
        jobs.finish()
        assert await waiting[1] is None

    asyncio.run(main())


def test_nothing_new_is_taken_while_too_many_wait() -> None:
    async def main() -> None:
        taken: list[str] = []
        jobs = Jobs(new_jobs(100, taken), most_waiting=3)
        for _ in range(3):
            job = await jobs.next()
            assert job
            jobs.defer(job, 0.05)
        again = await jobs.next()
        assert again and again.subscription.endpoint == "0"
        assert taken == ["0", "1", "2"]

    asyncio.run(main())
