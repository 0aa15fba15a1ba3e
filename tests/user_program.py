"""A program of a user, which a type checker has to understand."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

import pwagen
from pwagen.push import (
    Action,
    Broadcast,
    EndpointPolicy,
    KeyPair,
    Message,
    Outcome,
    RetryPolicy,
    Sender,
    Status,
    Store,
    Subscription,
    load_key_pair,
    send,
    send_to_store,
)
from pwagen.serve import Change, subscription_routes
from pwagen.testing import Chromium, Desktop, PushService, SiteServer

KEYS: KeyPair = load_key_pair(Path("vapid-private.pem").read_bytes())
VERSION: str = pwagen.__version__


async def greet(store: Store, subscription: Subscription) -> Status:
    message = Message(
        title="Welcome aboard",
        navigate="https://harbour.news/",
        actions=(Action(action="tides", title="Tides"),),
    )
    outcome: Outcome = await send(subscription, message, key_pairs=KEYS, subject="mailto:push@harbour.news")
    if outcome.status is Status.GONE:
        store.remove(outcome.endpoint)
    return outcome.status


async def announce(store: Store, message: Message) -> int:
    delivered = 0
    async with Sender(
        KEYS, "mailto:push@harbour.news", policy=EndpointPolicy(), retry=RetryPolicy()
    ) as sender:
        async for outcome in send_to_store(sender, store, Broadcast(store, "noon"), message):
            delivered += outcome.status is Status.DELIVERED
    return delivered


def user(request: Request) -> str | None:
    return request.headers.get("x-user")


async def changed(change: Change) -> None:
    print(change.kind, change.endpoint)


app = Starlette(routes=subscription_routes(Store("subscriptions.db"), user=user, changed=changed))


@pytest.mark.pwa_site("public")
def test_push(chromium: Chromium, desktop: Desktop, push_service: PushService, pwa_site: SiteServer) -> None:
    page = chromium.open(pwa_site.url, wait_for_worker=True)
    subscription = chromium.subscribe(page, KEYS.public_key)
    push_service.deliver(subscription, {"title": "High tide"})
    assert desktop.wait_for_notification("High tide").body == ""
