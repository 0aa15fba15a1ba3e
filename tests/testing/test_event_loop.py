"""The loop in the background: everything that is waited for has a time limit and a name."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from pwagen.testing import event_loop as background
from pwagen.testing.event_loop import BackgroundLoop, LoopTimeoutError


@pytest.fixture
def loop() -> Iterator[BackgroundLoop]:
    loop = BackgroundLoop("a test's loop")
    yield loop
    loop.stop()


async def answer(value: int) -> int:
    return value


async def fail() -> None:
    raise TimeoutError("of its own")


async def block(seconds: float) -> None:
    time.sleep(seconds)  # noqa: ASYNC251 - it is what must not be waited for


def test_results_and_errors_are_passed_on(loop: BackgroundLoop) -> None:
    assert loop.run(answer(1), "an answer") == 1
    with pytest.raises(TimeoutError, match="of its own"):
        loop.run(fail(), "an error")


def test_what_takes_too_long_is_named(loop: BackgroundLoop) -> None:
    with pytest.raises(LoopTimeoutError, match=r"^a test's loop: waited 0\.01 s for the tide$"):
        loop.run(asyncio.sleep(9), "the tide", timeout=0.01)


def test_a_blocked_thread_is_given_up(loop: BackgroundLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "STOP_SECONDS", 0.05)
    with pytest.raises(LoopTimeoutError, match="waited 0 s for the block"):
        loop.run(block(0.5), "the block", timeout=0)
    with pytest.raises(LoopTimeoutError, match=r"waited 0\.05 s for its thread to end"):
        loop.stop()
    monkeypatch.undo()


def test_a_task_that_refuses_its_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse() -> None:
        while True:
            try:
                await asyncio.sleep(9)
            except asyncio.CancelledError:
                if released:
                    raise

    async def start() -> asyncio.Task[None]:
        task = asyncio.create_task(refuse())
        await asyncio.sleep(0)
        return task

    released: list[int] = []
    loop = BackgroundLoop("a test's loop")
    task = loop.run(start(), "a task")
    monkeypatch.setattr(background, "STOP_SECONDS", 0.05)
    with pytest.raises(LoopTimeoutError, match=r"waited 0\.05 s for its tasks to end"):
        loop.stop()
    assert loop.is_stopped
    task.get_coro().close()
