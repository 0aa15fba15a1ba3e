"""MCS, the connection over which Chromium receives messages.

Tags and field numbers: google_apis/gcm/protocol/mcs.proto; acknowledgements as in
google_apis/gcm/engine/mcs_client.cc.
"""

from __future__ import annotations

import asyncio

from pwagen.testing.push_service import protobuf
from pwagen.testing.push_service.broker import Broker
from pwagen.testing.push_service.faults import Faults
from pwagen.testing.push_service.records import ReceivedMessage

VERSION = 41
PING, PING_ACK, LOGIN_REQUEST, LOGIN_RESPONSE, CLOSE, IQ, DATA = 0, 1, 2, 3, 4, 7, 8
CATEGORY = "org.chromium.linux"
MAX_RECORD_BYTES = 1 << 20

_LAST_STREAM_ID = {PING: 2, PING_ACK: 2, IQ: 10, DATA: 11}
"""Where each record says how many of ours have arrived."""
_LOGIN_USER, _LOGIN_RECEIVED = 3, 10


class McsConnection:
    """One browser's connection, from its login on."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, broker: Broker, faults: Faults
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._broker = broker
        self._faults = faults
        self._sent_records = 0
        self._received_records = 0
        self._unacked: dict[int, ReceivedMessage] = {}
        self.device = ""

    async def serve(self) -> None:
        """Answer records until either side closes."""
        try:
            await self._reader.readexactly(1)  # the version
            while True:
                await self._answer(*await self._read_record())
        except (ConnectionError, asyncio.IncompleteReadError, EOFError, ValueError):
            pass  # the browser went away, or never spoke MCS
        finally:
            self._broker.disconnect(self.device, self)
            await self.close()

    async def deliver(self, message: ReceivedMessage) -> None:
        """Send a push as the DataMessageStanza that Chromium's web push expects."""
        app_data = [("subtype", message.subscription.channel)]
        if message.body:
            app_data.append(("content-encoding", message.headers["content-encoding"]))
        record = protobuf.encode(
            [
                (3, message.subscription.application_server_key),
                (5, CATEGORY),
                *((7, protobuf.encode([(1, key), (2, value)])) for key, value in app_data),
                (9, message.id),
                (11, self._received_records),
                (17, message.ttl),
                *([(21, message.body)] if message.body else []),
                (24, 1),  # immediate_ack
            ]
        )
        if self._faults.take_cut():
            self._writer.write(_framed(DATA, record)[: len(record) // 2])
            await self._writer.drain()
            await self.close()
            raise ConnectionResetError("cut on request")
        self._unacked[self._sent_records + 1] = message
        await self._send(DATA, record)

    async def close(self) -> None:
        """End the connection, without waiting for the browser's side of it."""
        self._writer.transport.abort()

    async def _read_record(self) -> tuple[int, protobuf.Decoded]:
        tag = (await self._reader.readexactly(1))[0]
        length = shift = 0
        while True:
            byte = (await self._reader.readexactly(1))[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if length > MAX_RECORD_BYTES:
                raise ValueError("no record is that long")
            if byte < 0x80:
                break
        return tag, protobuf.decode(await self._reader.readexactly(length))

    async def _answer(self, tag: int, record: protobuf.Decoded) -> None:
        self._received_records += 1
        if tag in _LAST_STREAM_ID:
            self._acknowledge_up_to(protobuf.number(record, _LAST_STREAM_ID[tag]))
        if tag == LOGIN_REQUEST:
            await self._login(record)
        elif tag == PING:
            await self._send(PING_ACK, protobuf.encode([(2, self._received_records)]))
        elif tag == CLOSE:
            raise EOFError

    async def _login(self, record: protobuf.Decoded) -> None:
        self.device = protobuf.text(record, _LOGIN_USER)
        received = {value.decode() for value in record.get(_LOGIN_RECEIVED, []) if isinstance(value, bytes)}
        for message in self._broker.pending(lambda message: message.id in received):
            self._broker.acknowledge(message)
        self._writer.write(bytes([VERSION]))
        await self._send(LOGIN_RESPONSE, protobuf.encode([(1, "pwagen"), (6, self._received_records)]))
        await self._broker.connect(self.device, self)

    def _acknowledge_up_to(self, stream_id: int) -> None:
        for number in [number for number in self._unacked if number <= stream_id]:
            self._broker.acknowledge(self._unacked.pop(number))

    async def _send(self, tag: int, record: bytes) -> None:
        self._sent_records += 1
        self._writer.write(_framed(tag, record))
        await self._writer.drain()


def _framed(tag: int, record: bytes) -> bytes:
    return bytes([tag]) + protobuf.varint(len(record)) + record
