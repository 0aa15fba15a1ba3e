"""pywebpush: requests prepared per second, or messages per second to a sink.

python pywebpush_peer.py encrypt|encrypt-parsed|send-plain|send-session|send-async COUNT JSON
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from types import SimpleNamespace
from typing import Any

import requests
from py_vapid import Vapid02
from pywebpush import webpush, webpush_async


class NoSession:
    """Sends nothing."""

    def post(self, *_: object, **__: object) -> object:
        return SimpleNamespace(status_code=201, text="", headers={})


def arguments(order: dict[str, Any], key: str | Vapid02) -> dict[str, Any]:
    keys = {"p256dh": order["p256dh"], "auth": order["auth"]}
    return {
        "subscription_info": {"endpoint": f"{order['origin']}/push/0", "keys": keys},
        "data": order["payload"],
        "vapid_private_key": key,
        # The form asks for new claims for each message: it writes the audience into them.
        "vapid_claims": {"sub": order["subject"]},
        "ttl": 86400,
        "timeout": 30,
    }


def blocking(order: dict[str, Any], count: int, session: Any, key: str | Vapid02) -> None:
    for _ in range(count):
        webpush(**arguments(order, key), requests_session=session)


async def awaited(order: dict[str, Any], count: int) -> None:
    import aiohttp

    key, numbers = Vapid02.from_raw(order["privateKey"].encode()), iter(range(count))
    context = ssl.create_default_context(cafile=order["certificate"])

    async def work(session: aiohttp.ClientSession) -> None:
        for _ in numbers:
            await webpush_async(**arguments(order, key), aiohttp_session=session)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:
        await asyncio.gather(*(work(session) for _ in range(100)))


def run(mode: str, order: dict[str, Any], count: int) -> None:
    if mode == "send-async":
        asyncio.run(awaited(order, count))
        return
    session: Any = None
    if mode.startswith("encrypt"):
        session = NoSession()
    elif mode == "send-session":
        session = requests.Session()
    parsed = mode in ("encrypt-parsed", "send-session")
    key = Vapid02.from_raw(order["privateKey"].encode()) if parsed else order["privateKey"]
    blocking(order, count, session, key)


if __name__ == "__main__":
    count = int(sys.argv[2])
    started = time.perf_counter()
    run(sys.argv[1], json.loads(sys.argv[3]), count)
    print(json.dumps({"perSecond": count / (time.perf_counter() - started)}))
