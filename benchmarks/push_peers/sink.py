"""A push service that says 201 to everything: TLS on loopback, as cheap as possible.

python sink.py FOLDER SECONDS; writes its certificate to FOLDER/push-service.pem, prints its port, answers
after so many seconds. The target /refuse/STATUS/RETRY_AFTER/TIMES/NAME is refused so many times first.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

from pwagen.testing.push_service.certificate import make_certificate

_ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
_refused: Counter[bytes] = Counter()


class Sink(asyncio.Protocol):
    delay = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.data = b""

    def data_received(self, data: bytes) -> None:
        self.data += data
        while (end := self.data.find(b"\r\n\r\n")) >= 0:
            head = self.data[:end].lower()
            start = head.find(b"content-length:") + len(b"content-length:")
            length = int(head[start:].split(b"\r\n", 1)[0])
            if len(self.data) < end + 4 + length:
                return
            answer = _ANSWER if b" /refuse/" not in head[:20] else refusal(head.split(b" ", 2)[1])
            self.data = self.data[end + 4 + length :]
            if self.delay:
                asyncio.get_running_loop().call_later(self.delay, self.answer, answer)
            else:
                self.answer(answer)

    def answer(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)  # type: ignore[attr-defined]


def refusal(target: bytes) -> bytes:
    _, _, status, seconds, times, _ = target.split(b"/")
    _refused[target] += 1
    if _refused[target] > int(times):
        return _ANSWER
    return b"HTTP/1.1 %s No\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n" % (status, seconds)


async def main(folder: str, delay: str) -> None:
    Sink.delay = float(delay)
    context = make_certificate(Path(folder), ("localhost",)).context
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
