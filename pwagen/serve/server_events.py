"""Events for the open console pages, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

_KEPT = 200
_BEHIND = 1000
_KEEP_ALIVE_SECONDS = 15.0


class Events:
    """Hands every event to every open page, and the last ones to a page that opens; for one event loop."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
        self._recent: deque[bytes] = deque(maxlen=_KEPT)

    def publish(self, kind: str, data: Any, *, keep: bool = False) -> None:
        """Publish an event to all pages; with `keep` also to those that open later."""
        event = encode(kind, data)
        if keep:
            self._recent.append(event)
        for queue in list(self._listeners):
            if queue.qsize() < _BEHIND:
                queue.put_nowait(event)
            else:
                self._listeners.discard(queue)

    async def stream(self, first: Callable[[], Awaitable[bytes]]) -> AsyncIterator[bytes]:
        """Yield `first`, the recent events, and then events as they come, until `close`.

        `first` is called when nothing can be missed any more.
        """
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        recent = list(self._recent)
        self._listeners.add(queue)
        try:
            yield await first()
            for event in recent:
                yield event
            while queue in self._listeners:
                try:
                    async with asyncio.timeout(_KEEP_ALIVE_SECONDS):
                        waiting = await queue.get()
                except TimeoutError:
                    yield b":\n\n"  # a comment: finds out whether the page is still there
                    continue
                if waiting is None:
                    return
                yield waiting
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """End all streams."""
        for queue in self._listeners:
            queue.put_nowait(None)


def encode(kind: str, data: Any) -> bytes:
    """Return one event (https://html.spec.whatwg.org/#parsing-an-event-stream); JSON has no line ends."""
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()
