"""Chromium's check-in and registration over HTTP.

Messages and parameters: google_apis/gcm/protocol/checkin.proto and google_apis/gcm/engine/.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from pwagen.testing.push_service import protobuf
from pwagen.testing.push_service.broker import Broker
from pwagen.testing.push_service.faults import Faults

if TYPE_CHECKING:
    from aiohttp import web

ENDPOINT = "https://fcm.googleapis.com/fcm/send/"
"""What Chromium puts before the token; Google Chrome's builds and channels also use jmt17.google.com."""

_REQUEST_ID, _REQUEST_TOKEN = 2, 13
_STATS_OK, _TIME_MSEC, _ANDROID_ID, _SECURITY_TOKEN, _SETTINGS_DIFF = 1, 3, 7, 8, 9


class ChromiumRegistration:
    """Gives browsers an identity and their pages a token."""

    def __init__(self, broker: Broker, faults: Faults) -> None:
        self._broker = broker
        self._faults = faults

    async def check_in(self, request: web.Request) -> web.Response:
        """Answer AndroidCheckinRequest; a browser that has been here keeps its identity."""
        from aiohttp import web

        record = protobuf.decode(await request.read())
        android_id = protobuf.number(record, _REQUEST_ID) or secrets.randbits(62) | 1
        security_token = protobuf.number(record, _REQUEST_TOKEN) or secrets.randbits(62) | 1
        answer = protobuf.encode(
            [
                (_STATS_OK, 1),
                (_TIME_MSEC, int(time.time() * 1000)),
                (_ANDROID_ID, protobuf.Fixed64(android_id)),
                (_SECURITY_TOKEN, protobuf.Fixed64(security_token)),
                (_SETTINGS_DIFF, 0),
            ]
        )
        return web.Response(body=answer, content_type="application/x-protobuf")

    async def register(self, request: web.Request) -> web.Response:
        """Answer a registration, or a deletion, with ``token=…``, ``deleted=…`` or ``Error=…``."""
        from aiohttp import web

        form = {name: str(value) for name, value in (await request.post()).items()}
        device, channel = form.get("device", ""), form.get("X-subtype", "")
        is_web_push = channel.startswith("wp:")
        if form.get("delete") == "true":
            self._broker.end_channel(device, channel)
            return web.Response(text=f"deleted={form.get('app', '')}")
        if not is_web_push:
            # The browser's own registration: it is never sent anything.
            return web.Response(text=f"token={secrets.token_urlsafe(32)}")
        if self._faults.registration_errors:
            return web.Response(text=f"Error={self._faults.registration_errors.popleft()}")
        subscription = self._broker.subscribe(
            "chromium", device, channel, form.get("sender", ""), lambda token: ENDPOINT + token
        )
        return web.Response(text=f"token={subscription.token}")
