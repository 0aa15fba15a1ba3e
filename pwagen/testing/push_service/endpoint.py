"""The web push endpoint that application servers send to (RFC 8030 section 5)."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from pwagen.push.transport.endpoints import EndpointError, origin
from pwagen.testing.push_service.broker import Broker
from pwagen.testing.push_service.faults import Faults
from pwagen.testing.push_service.push_request import RequestRefusedError, parse_push_request
from pwagen.testing.push_service.records import ReceivedMessage, SubscriptionRecord

if TYPE_CHECKING:
    from aiohttp import web

CHROMIUM_ORIGINS = ("https://fcm.googleapis.com", "https://jmt17.google.com")
"""Where Chromium's endpoints are; fixed in the browser."""


class Endpoint:
    """Judges push requests and passes the good ones on."""

    def __init__(self, broker: Broker, faults: Faults, own_origins: tuple[str, ...]) -> None:
        self._broker = broker
        self._faults = faults
        self._own_origins = own_origins
        self._deliveries: set[asyncio.Task[None]] = set()

    async def push(self, request: web.Request) -> web.Response:
        """Answer 201 with the message's Location, or an error with the reason as text."""
        from aiohttp import web

        token = request.match_info["token"]
        body = await request.read()
        try:
            message = self._accept(token, _origin(request), dict(request.headers), body)
        except RequestRefusedError as refused:
            self._broker.refuse(token, refused)
            return web.Response(status=refused.status, text=refused.reason + "\n", headers=refused.headers)
        self.deliver_soon(message)
        location = str(request.url.origin()) + f"/message/{message.id}"
        return web.Response(status=201, headers={"Location": location, "TTL": str(message.ttl)})

    def _accept(self, token: str, came_to: str, headers: dict[str, str], body: bytes) -> ReceivedMessage:
        self._faults.take_answer()
        subscription = self._broker.find(token)
        self._check_sender(subscription, came_to, headers)
        return self._broker.accept(subscription, parse_push_request(headers, body))

    def _check_sender(self, subscription: SubscriptionRecord, came_to: str, headers: dict[str, str]) -> None:
        from pwagen.push.crypto.vapid import InvalidAuthorizationError, verify

        header = next((value for name, value in headers.items() if name.lower() == "authorization"), None)
        key = subscription.application_server_key
        if header is None and not key:
            return  # RFC 8292 section 4.2 restricts only subscriptions made with a key
        refusals = []
        for audience in self._audiences_of(subscription, came_to):
            try:
                verify(header, audience, now=time.time(), public_key=key or None)
                return
            except InvalidAuthorizationError as error:
                refusals.append(RequestRefusedError(error.status, str(error)))
        raise refusals[0]

    def _audiences_of(self, subscription: SubscriptionRecord, came_to: str) -> tuple[str, ...]:
        """Return the origins that a token may name (RFC 8292 section 2): a service takes no other's.

        A sender that was given another address, by ``endpoint_for``, may as well name the origin of that one.
        """
        if subscription.family == "chromium" and came_to in CHROMIUM_ORIGINS:
            return (came_to,)  # through the tunnel, to the endpoint that the browser gave
        audience = origin(subscription.endpoint)
        return (audience, came_to) if came_to in self._own_origins and came_to != audience else (audience,)

    def deliver_soon(self, message: ReceivedMessage) -> asyncio.Task[None] | None:
        """Pass an accepted message on after the planned delay, or lose it as planned."""
        if self._faults.take_drop():
            message.becomes("dropped")
            self._broker.watch.notify()
            return None
        task = asyncio.ensure_future(self._deliver(message))
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)
        return task

    async def _deliver(self, message: ReceivedMessage) -> None:
        await asyncio.sleep(self._faults.delay_seconds)
        await self._broker.deliver(message)


def _origin(request: web.Request) -> str:
    """Return the origin that a request was sent to, empty if it doesn't say."""
    try:
        return origin(f"{request.scheme}://{request.host}")
    except EndpointError:
        return ""
