"""The Python in docs/sending.md runs as it stands, against a real push service on loopback."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

import pwagen.push
from pwagen.push import Message, Sender, Status, Store
from pwagen.push.delivery import sending
from tests.folders import ROOT
from tests.push.push_sink import SENDER, PushSink, serving

PAGE = ROOT / "docs/sending.md"


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[PushSink]:
    with serving(PushSink(tmp_path)) as sink:
        yield sink


@pytest.fixture
def page(sink: PushSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the names that the page's Python defines, with a sender that may reach the sink."""
    monkeypatch.chdir(tmp_path)
    Path("vapid-private.pem").write_bytes(SENDER.private_pem)
    reach = {name: sink.options[name] for name in ("policy", "ssl_context", "retry")}
    for module in (sending, pwagen.push):
        monkeypatch.setattr(module, "Sender", partial(Sender, **reach), raising=False)
    names: dict[str, Any] = {}
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    return names


@pytest.fixture
def store(sink: PushSink) -> Iterator[Store]:
    store = Store("subscriptions.db")
    for name in ("a", "gone"):
        store.save(sink.subscription(name), user="ann", topics=["tides"])
    sink.answers["gone"] = lambda _: web.Response(status=410)
    yield store
    store.close()


def titles(sink: PushSink) -> list[str]:
    return [json.loads(one.plaintext)["notification"]["title"] for one in sink.received]


def test_one_message_is_awaited(page: dict[str, Any], store: Store, sink: PushSink) -> None:
    found = [asyncio.run(page["greet"](store, sink.subscription(name))) for name in ("a", "gone")]
    assert [one.status for one in found] == [Status.DELIVERED, Status.GONE]
    assert [stored.failures for stored in store.all()] == [0, 1]
    assert titles(sink) == ["Welcome aboard"] * 2


def test_a_view_waits(page: dict[str, Any], store: Store, sink: PushSink) -> None:
    page["order_is_ready"](store, "ann")
    assert [stored.failures for stored in store.all()] == [0, 1]
    assert page["test_message"](sink.subscription("a")) == "delivered"
    assert titles(sink) == [*["Your order is ready"] * 2, "It works"]


def test_a_broadcast_goes_to_the_store(page: dict[str, Any], store: Store, sink: PushSink) -> None:
    store.save(sink.subscription("no tides"))
    message = Message(title="High water")
    assert asyncio.run(page["announce"]("subscriptions.db", message, "noon")) == 1
    assert asyncio.run(page["announce"]("subscriptions.db", message, "noon")) == 0
    assert sorted(sink.names()) == ["a", "gone"]
