"""The second process: the same bodies and errors, whether it runs, is not there yet, or was killed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest

from pwagen.keys.key_pair import generate_key_pair
from pwagen.push.crypto.encryption import MAX_PLAINTEXT, PayloadTooLargeError, SubscriptionKeysError, decrypt
from pwagen.push.crypto.encryption_process import EncryptionProcess, would_help

pytestmark = pytest.mark.slow

RECEIVER = generate_key_pair()
AUTH = bytes(range(16))


@pytest.fixture(autouse=True)
def free_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process start however busy the machine is."""
    monkeypatch.setattr("pwagen.push.crypto.encryption_process.would_help", lambda *_: True)


def running(test: Callable[[EncryptionProcess, int], Awaitable[None]]) -> None:
    """Run `test` with the process and its id, and see that it ends."""

    async def main() -> None:
        process = EncryptionProcess(start_after=1)
        async with asyncio.timeout(30):
            await process.encrypt(b"x", RECEIVER.public_key_bytes, AUTH)
            while process.pid is None:  # noqa: ASYNC110 - nobody says when it has started
                await asyncio.sleep(0.005)
            pid = process.pid
            await test(process, pid)
            await process.close()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    asyncio.run(main())


async def encrypted(process: EncryptionProcess, payloads: list[bytes]) -> list[bytes]:
    """Return what the receiver reads of payloads that are encrypted at the same time."""
    bodies = await asyncio.gather(
        *(process.encrypt(payload, RECEIVER.public_key_bytes, AUTH) for payload in payloads)
    )
    assert len(set(bodies)) == len(bodies)
    return [decrypt(body, RECEIVER.signing_key, AUTH) for body in bodies]


def test_each_gets_its_own_body(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(process: EncryptionProcess, pid: int) -> None:
        monkeypatch.delattr(
            "pwagen.push.crypto.encryption_process.encrypt"
        )  # it is not this process that works
        payloads = [str(number).encode() * 10 for number in range(100)] + [bytes(MAX_PLAINTEXT)]
        assert await encrypted(process, payloads) == payloads

    running(test)


def test_errors_come_back_as_they_are() -> None:
    async def test(process: EncryptionProcess, pid: int) -> None:
        with pytest.raises(PayloadTooLargeError, match="3994 bytes"):
            await process.encrypt(bytes(3994), RECEIVER.public_key_bytes, AUTH)
        with pytest.raises(SubscriptionKeysError, match="not a point"):
            await process.encrypt(b"x", b"\x04" + bytes(64), AUTH)
        assert await encrypted(process, [b"still there"]) == [b"still there"]

    running(test)


def test_a_killed_process_is_done_without() -> None:
    async def test(process: EncryptionProcess, pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)
        ordered = asyncio.create_task(encrypted(process, [b"a", b"b"]))
        await asyncio.sleep(0)
        os.kill(pid, signal.SIGKILL)
        assert await ordered == [b"a", b"b"]
        assert process.pid is None
        assert await encrypted(process, [b"c"]) == [b"c"]

    running(test)


def test_who_gives_up_disturbs_nobody() -> None:
    async def test(process: EncryptionProcess, pid: int) -> None:
        impatient = asyncio.create_task(process.encrypt(b"a", RECEIVER.public_key_bytes, AUTH))
        await asyncio.sleep(0)
        impatient.cancel()
        assert await encrypted(process, [b"b"]) == [b"b"]

    running(test)


def test_few_messages_start_no_process() -> None:
    async def main() -> None:
        process = EncryptionProcess(start_after=10)
        assert await encrypted(process, [b"a", b"b"]) == [b"a", b"b"]
        assert process.pid is None
        await process.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("cores", "processor_seconds", "expected"),
    [(1, 1.0, False), (2, 1.0, True), (2, 0.5, False), (None, 1.0, False)],
)
def test_a_process_is_started_where_it_would_help(
    cores: int | None, processor_seconds: float, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert would_help(1.0, processor_seconds) is expected


def test_it_is_asked_again_whether_a_process_would_help(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, True]
    monkeypatch.setattr("pwagen.push.crypto.encryption_process.would_help", lambda *_: answers.pop(0))

    async def main() -> None:
        process = EncryptionProcess(start_after=2)
        await encrypted(process, [b"a", b"b", b"c"])
        assert answers == [True]
        await encrypted(process, [b"d"])
        while process.pid is None:  # noqa: ASYNC110 - nobody says when it has started
            await asyncio.sleep(0.005)
        await process.close()

    asyncio.run(main())


def test_a_process_that_cannot_start_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nonexistent/python")

    async def main() -> None:
        process = EncryptionProcess(start_after=1)
        assert await encrypted(process, [b"a", b"b"]) == [b"a", b"b"]
        await process.close()
        assert process.pid is None

    asyncio.run(main())
