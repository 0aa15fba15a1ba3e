"""The web push endpoint that application servers send to (RFC 8030 section 5)."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from pwagen.browser.push_service.broker import Broker
from pwagen.browser.push_service.faults import Faults
from pwagen.browser.push_service.push_request import Refused, parse_push_request
from pwagen.browser.push_service.records import Message, Subscription

if TYPE_CHECKING:
    from aiohttp import web

CHROMIUM_ORIGINS = ("https://fcm.googleapis.com", "https://jmt17.google.com")
"""Where Chromium's endpoints are; fixed in the browser."""


class Endpoint:
    """Judges push requests and passes the good ones on."""

    def __init__(self, broker: Broker, faults: Faults, own_origins: tuple[str, ...]) -> None:
        self._broker = broker
        self._faults = faults
        self._audiences = (*CHROMIUM_ORIGINS, *own_origins)
        self._deliveries: set[asyncio.Task[None]] = set()

    async def push(self, request: web.Request) -> web.Response:
        """Answer 201 with the message's Location, or an error with the reason as text."""
        from aiohttp import web

        token = request.match_info["token"]
        body = await request.read()
        try:
            message = self._accept(token, dict(request.headers), body)
        except Refused as refused:
            self._broker.refuse(token, refused)
            return web.Response(status=refused.status, text=refused.reason + "\n", headers=refused.headers)
        self._deliver_soon(message)
        location = str(request.url.origin()) + f"/message/{message.id}"
        return web.Response(status=201, headers={"Location": location, "TTL": str(message.ttl)})

    def _accept(self, token: str, headers: dict[str, str], body: bytes) -> Message:
        self._faults.take_answer()
        subscription = self._broker.find(token)
        self._check_sender(subscription, headers)
        return self._broker.accept(subscription, parse_push_request(headers, body))

    def _check_sender(self, subscription: Subscription, headers: dict[str, str]) -> None:
        from pwagen.push.vapid import InvalidAuthorization, verify

        header = next((value for name, value in headers.items() if name.lower() == "authorization"), None)
        key = subscription.application_server_key
        if header is None and not key:
            return  # RFC 8292 section 4.2 restricts only subscriptions made with a key
        refusals = []
        for audience in self._audiences_of(subscription):
            try:
                verify(header, audience, now=time.time(), public_key=key or None)
                return
            except InvalidAuthorization as error:
                refusals.append(Refused(error.status, str(error)))
        raise refusals[0]

    def _audiences_of(self, subscription: Subscription) -> tuple[str, ...]:
        """Return the origins that a token may name: the subscription's own first, it is in the reason."""
        own = next((known for known in self._audiences if subscription.endpoint.startswith(known + "/")), "")
        return (own, *(known for known in self._audiences if known != own))

    def _deliver_soon(self, message: Message) -> None:
        if self._faults.take_drop():
            message.becomes("dropped")
            self._broker.watch.notify()
            return
        task = asyncio.ensure_future(self._deliver(message))
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _deliver(self, message: Message) -> None:
        await asyncio.sleep(self._faults.delay_seconds)
        await self._broker.deliver(message)
