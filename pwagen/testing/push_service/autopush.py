"""The WebSocket over which Firefox registers and receives messages.

https://mozilla-push-service.readthedocs.io/en/latest/design/#simplepush-protocol
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import TYPE_CHECKING, Any

from pwagen.keys import base64url
from pwagen.testing.push_service.broker import Broker
from pwagen.testing.push_service.faults import Faults
from pwagen.testing.push_service.records import ReceivedMessage

if TYPE_CHECKING:
    from aiohttp import web

DELIVERED, NOT_DECRYPTED, NOT_DELIVERED = 100, 101, 102
CLOSE_SECONDS = 2.0
"""How long is waited for the browser's part of closing the connection."""


class AutopushConnection:
    """One browser's WebSocket, from its hello on."""

    def __init__(self, broker: Broker, faults: Faults, endpoint: str, known_uaids: set[str]) -> None:
        self._broker = broker
        self._faults = faults
        self._endpoint = endpoint
        self._known_uaids = known_uaids
        self._socket: web.WebSocketResponse | None = None
        self._transport: asyncio.Transport | None = None
        self.device = ""

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Answer frames until either side closes."""
        from aiohttp import WSMsgType, web

        self._socket = web.WebSocketResponse(protocols=("push-notification",), timeout=CLOSE_SECONDS)
        await self._socket.prepare(request)
        self._transport = request.transport
        try:
            async for frame in self._socket:
                if frame.type is WSMsgType.TEXT:
                    await self._answer(json.loads(frame.data))
        except (ConnectionError, ValueError, KeyError):
            pass  # the browser went away, or never spoke this protocol
        finally:
            self._broker.disconnect(self.device, self)
        return self._socket

    async def deliver(self, message: ReceivedMessage) -> None:
        """Send a push; one without a body has no data."""
        frame: dict[str, Any] = {
            "messageType": "notification",
            "channelID": message.subscription.channel,
            "version": message.id,
            "ttl": message.ttl,
        }
        if message.body:
            frame["data"] = base64url.encode(message.body)
            frame["headers"] = {"encoding": message.headers["content-encoding"]}
        if self._faults.take_cut():
            self._break_off(json.dumps(frame).encode())
            raise ConnectionResetError("cut on request")
        await self._send(frame)

    async def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            await self._socket.close()

    def _break_off(self, text: bytes) -> None:
        """Send the first half of a message, and end the connection without a word."""
        # RFC 6455 section 5.2: a final text frame with a length of 16 bits.
        frame = b"\x81\x7e" + len(text).to_bytes(2, "big") + text[: len(text) // 2]
        if self._transport is not None:
            self._transport.write(frame)
            self._transport.close()

    async def _answer(self, frame: dict[str, Any]) -> None:
        kind = frame.get("messageType", "ping")
        if kind == "hello":
            await self._hello(frame)
        elif kind == "register":
            await self._register(frame)
        elif kind == "unregister":
            self._broker.end_channel(self.device, frame["channelID"])
            await self._send({"messageType": "unregister", "channelID": frame["channelID"], "status": 200})
        elif kind == "ack":
            for update in frame["updates"]:
                self._acknowledge(update["version"], update.get("code", DELIVERED))
        elif kind == "nack":
            self._acknowledge(frame["version"], frame.get("code", NOT_DELIVERED))
        elif kind == "ping":
            await self._send({})

    async def _hello(self, frame: dict[str, Any]) -> None:
        uaid = frame.get("uaid")
        # An unknown UAID gets a new one, whereupon Firefox drops its subscriptions.
        self.device = uaid if uaid in self._known_uaids else uuid.uuid4().hex
        self._known_uaids.add(self.device)
        await self._send(
            {
                "messageType": "hello",
                "status": 200,
                "uaid": self.device,
                "use_webpush": True,
                "broadcasts": {},
            }
        )
        await self._broker.connect(self.device, self)

    async def _register(self, frame: dict[str, Any]) -> None:
        subscription = self._broker.subscribe(
            "firefox",
            self.device,
            frame["channelID"],
            frame.get("key") or "",
            lambda token: self._endpoint + token,
        )
        await self._send(
            {
                "messageType": "register",
                "channelID": subscription.channel,
                "status": 200,
                "pushEndpoint": subscription.endpoint,
            }
        )

    def _acknowledge(self, version: str, code: int) -> None:
        for message in self._broker.pending(lambda message: message.id == version):
            self._broker.acknowledge(message, code)

    async def _send(self, frame: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send_json(frame)
