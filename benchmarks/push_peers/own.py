"""pwagen: requests prepared per second, or messages per second to a sink with 100 in flight.

python own.py encrypt|send|send-process|send-store|faults COUNT JSON

With faults, `order["refused"]` are the targets that COUNT targets begin with; prints what came of them.
"""

from __future__ import annotations

import asyncio
import json
import resource
import ssl
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pwagen.push import EndpointPolicy, Outcome, RawMessage, Sender, Status, Subscription, load_key_pair
from pwagen.push.crypto.encryption import encrypt as encrypted
from pwagen.push.crypto.vapid import VapidSigner
from pwagen.push.transport.request_headers import encrypted_headers

if TYPE_CHECKING:
    from pwagen.push import Store


def subscription(order: dict[str, Any], number: int = 0) -> Subscription:
    keys = {"p256dh": order["p256dh"], "auth": order["auth"]}
    return Subscription.from_json({"endpoint": f"{order['origin']}/push/{number}", "keys": keys})


def encrypt(order: dict[str, Any], count: int) -> float:
    signer = VapidSigner(load_key_pair(order["privateKey"]), order["subject"])
    message, target = RawMessage(order["payload"].encode()), subscription(order)
    started = time.perf_counter()
    for _ in range(count):
        authorization = signer.authorization(target.endpoint, time.time())
        body = encrypted(message.payload(), target.p256dh, target.auth)
        encrypted_headers(body, message.headers(), authorization)
    return count / (time.perf_counter() - started)


def open_sender(order: dict[str, Any], *, process: bool) -> Sender:
    return Sender(
        load_key_pair(order["privateKey"]),
        order["subject"],
        policy=EndpointPolicy(loopback=True),
        ssl_context=ssl.create_default_context(cafile=order["certificate"]),
        encryption_process=process,
    )


async def send(order: dict[str, Any], count: int, mode: str) -> float:
    message = RawMessage(order["payload"].encode())
    async with open_sender(order, process=mode != "send") as sender:
        if mode != "send-store":
            target = subscription(order)
            return await rate(sender.send_many((target for _ in range(count)), message), count)
        from pwagen.push import Broadcast, send_to_store

        with tempfile.TemporaryDirectory() as folder:
            store = filled_store(Path(folder) / "store.db", order, count)
            return await rate(send_to_store(sender, store, Broadcast(store, "all"), message), count)


def filled_store(path: Path, order: dict[str, Any], count: int) -> Store:
    from pwagen.push import Store

    store = Store(path)
    fill(store, order, count)
    return store


def fill(store: Store, order: dict[str, Any], count: int) -> None:
    from pwagen.push.storage.store_schema import tables

    one = subscription(order)
    row = {"p256dh": one.p256dh, "auth": one.auth, "created": 1, "last_seen": 1}
    for first in range(0, count, 1000):
        numbers = range(first, min(first + 1000, count))
        rows = [row | {"endpoint": subscription(order, number).endpoint} for number in numbers]
        with store.transaction() as connection:
            connection.execute(tables().subscriptions.insert(), rows)


async def rate(outcomes: AsyncGenerator[Outcome], count: int) -> float:
    started, delivered = time.perf_counter(), 0
    async for outcome in outcomes:
        assert outcome.status is Status.DELIVERED, outcome
        delivered += 1
    assert delivered == count
    return count / (time.perf_counter() - started)


async def faults(order: dict[str, Any], count: int) -> dict[str, Any]:
    """Return seconds and sums of sending to targets some of which are refused."""
    targets = [subscription(order, number) for number in range(count)]
    every = max(1, count // max(1, len(order["refused"])))
    for number, target in enumerate(order["refused"]):
        targets[number * every] = replace(targets[0], endpoint=order["origin"] + target)
    started, sums, last = time.perf_counter(), Counter[str](), 0.0
    async with open_sender(order, process=False) as sender:
        async for outcome in sender.send_many(targets, RawMessage(order["payload"].encode())):
            sums[outcome.status.value] += 1
            last = time.perf_counter() - started
    return {"seconds": last, "sums": sums}


if __name__ == "__main__":
    mode, count, order = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
    if mode == "faults":
        print(json.dumps(asyncio.run(faults(order, count))))
        sys.exit()
    speed = encrypt(order, count) if mode == "encrypt" else asyncio.run(send(order, count, mode))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"perSecond": speed, "peakMiB": peak}))
