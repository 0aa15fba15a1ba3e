"""Encryption in a second process, so that it and the connections have a core each.

The process is this module, started as a program; it knows no VAPID key and reads nothing but its standard
input. Both directions carry frames: a length in four octets, then MessagePack.

concurrent.futures.ProcessPoolExecutor with the same batches was measured in its place: handing a message over
costs the sender 28 µs of processor time rather than 12 (100 in flight, 3 × 6,000 messages of 250 octets). And
it runs the caller's main module in the new process: a script without ``if __name__ == "__main__"`` would
start a second time, while fork, which avoids that, is unsafe beside threads.
"""

from __future__ import annotations

import asyncio
import os
import struct
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from pwagen.errors import PwagenError
from pwagen.push.crypto.encryption import PayloadTooLargeError, SubscriptionKeysError, encrypt

if TYPE_CHECKING:
    from asyncio import Future
    from asyncio.subprocess import Process

Order = tuple[bytes, bytes, bytes, int]  # payload, p256dh, auth, octets of padding
Answer = tuple[bytes, str, str]  # body; or name and text of an error
_LENGTH = struct.Struct("!I")
_ERRORS = {error.__name__: error for error in (PayloadTooLargeError, SubscriptionKeysError)}
_MOST_AT_ONCE = 32  # the first of a frame waits for the last


class EncryptionProcess:
    """`await encrypt(…)` does what `encryption.encrypt` does, until `close`.

    Every `start_after` messages, which take about as long as starting a process, it is decided whether one
    would help. Until there is one, and if it dies, encryption happens here.
    """

    def __init__(self, start_after: int = 1000) -> None:
        self._start_after = start_after
        self._counted = 0
        self._since = 0.0, 0.0  # the clock and the processor time when counting began
        self._starting: asyncio.Task[None] | None = None
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._orders: list[Order] = []
        self._waiting: deque[tuple[Order, Future[Answer]]] = deque()

    @property
    def pid(self) -> int | None:
        """The process that encrypts; None while that happens here."""
        return self._process.pid if self._process and self._reading and not self._reading.done() else None

    async def close(self) -> None:
        """End the process."""
        if self._starting:
            await self._starting
        if self._process and self._process.stdin and self._reading:
            self._process.stdin.close()
            await self._reading
            await self._process.wait()

    def order(self, payload: bytes, p256dh: bytes, auth: bytes, padding: int = 0) -> Future[Answer] | None:
        """Return the answer to come, None while there is no process to ask."""
        if self.pid is None:
            return None
        loop = asyncio.get_running_loop()
        order, answer = (payload, p256dh, auth, padding), loop.create_future()
        self._waiting.append((order, answer))
        self._orders.append(order)
        if len(self._orders) == 1:
            loop.call_soon(self._write)  # with what others order until then
        elif len(self._orders) == _MOST_AT_ONCE:
            self._write()
        return answer

    async def encrypt(
        self,
        payload: bytes,
        p256dh: bytes,
        auth: bytes,
        ordered: Future[Answer] | None = None,
        *,
        padding: int = 0,
    ) -> bytes:
        """Return the request body, from what was ordered before, with its padding, if given.

        Raises PayloadTooLargeError and SubscriptionKeysError.
        """
        ordered = ordered or self.order(payload, p256dh, auth, padding)
        if ordered is None:
            self._count()
            return encrypt(payload, p256dh, auth, padding=padding)
        body, error, text = await ordered
        if error:
            raise _ERRORS[error](text)
        return body

    def _count(self) -> None:
        now = time.perf_counter(), time.process_time()
        if self._counted == 0:
            self._since = now
        self._counted += 1
        if self._counted == self._start_after and not self._starting:
            self._counted = 0
            if would_help(now[0] - self._since[0], now[1] - self._since[1]):
                self._starting = asyncio.create_task(self._start())

    async def _start(self) -> None:
        # -P: the folder that somebody sends from is no place to import from.
        command = [sys.executable, "-P", "-m", __name__]
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=pipe, stdout=pipe, stderr=nowhere
            )
        except OSError:
            return
        self._reading = asyncio.create_task(self._read(self._process))

    def _write(self) -> None:
        orders, self._orders = self._orders, []
        if orders and self.pid and self._process and self._process.stdin:
            self._process.stdin.write(_frame(orders))

    async def _read(self, process: Process) -> None:
        assert process.stdout
        decoder = msgspec.msgpack.Decoder(list[Answer])
        try:
            while True:
                (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
                for answer in decoder.decode(await process.stdout.readexactly(length)):
                    _settle(self._waiting.popleft()[1], answer)
        except asyncio.IncompleteReadError:  # it ended, perhaps killed
            for order, future in self._waiting:
                _settle(future, _answer(order))
            self._waiting.clear()


def would_help(seconds: float, processor_seconds: float) -> bool:
    """Return whether a process that has used so much of its time would be faster with a second one.

    One that waits for the services gains nothing; one that has to share its core with others, neither.
    """
    return (os.cpu_count() or 1) > 1 and processor_seconds > 0.8 * seconds


def _settle(future: Future[Answer], answer: Answer) -> None:
    if not future.cancelled():
        future.set_result(answer)


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer the frames of `source` until it ends."""
    decoder = msgspec.msgpack.Decoder(list[Order])
    while head := source.read(_LENGTH.size):
        answers = [_answer(order) for order in decoder.decode(source.read(_LENGTH.unpack(head)[0]))]
        target.write(_frame(answers))
        target.flush()


def _answer(order: Order) -> Answer:
    payload, p256dh, auth, padding = order
    try:
        return encrypt(payload, p256dh, auth, padding=padding), "", ""
    except PwagenError as error:
        return b"", type(error).__name__, str(error)


def _frame(content: object) -> bytes:
    data = msgspec.msgpack.encode(content)
    return _LENGTH.pack(len(data)) + data


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
