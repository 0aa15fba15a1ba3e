"""The subscription endpoint in a WSGI server: the rules are those of the ASGI one."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from pwagen.keys import base64url
from pwagen.keys.key_pair import generate_key_pair
from pwagen.push import Store
from pwagen.serve import subscription_wsgi

ENDPOINT = "https://fcm.googleapis.com/fcm/send/one"
AUTH = base64url.encode(b"a" * 16)


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "subscriptions.db")
    yield store
    store.close()


@pytest.fixture
def url(store: Store) -> Iterator[str]:
    application = subscription_wsgi(
        store, user=lambda environ: environ.get("HTTP_X_USER"), topics=["tides", "news"]
    )
    with make_server("127.0.0.1", 0, application, handler_class=QuietHandler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def ask(url: str, method: str, body: object, **headers: str) -> tuple[int, Any]:
    own = {"Origin": url.rstrip("/"), "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, own | headers, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["error"]


def subscription(auth: str = AUTH) -> dict[str, Any]:
    return {"endpoint": ENDPOINT, "keys": {"p256dh": generate_key_pair().public_key, "auth": auth}}


def test_a_subscription_is_stored_for_its_user_and_removed(url: str, store: Store) -> None:
    assert ask(url, "POST", {"subscription": subscription()}, **{"X-User": "ada"}) == (204, b"")
    assert [row.user for row in store.all()] == ["ada"]
    assert ask(url, "POST", {"subscription": subscription(), "topics": ["tides"]}) == (204, b"")
    assert store.topics(ENDPOINT) == {"tides"}
    assert ask(url, "POST", {"subscription": subscription(), "topics": ["storms"]}) == (
        400,
        'there is no topic "storms" - there are tides, news',
    )
    taken = subscription(base64url.encode(b"b" * 16))
    assert ask(url, "POST", {"subscription": taken})[0] == 409
    assert ask(url, "DELETE", {"endpoint": ENDPOINT, "auth": AUTH}) == (204, b"")
    assert store.count() == 0


@pytest.mark.parametrize(
    ("method", "body", "headers", "status"),
    [
        ("GET", b"", {}, 405),
        ("POST", {}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", {}, {"Content-Type": "text/plain"}, 415),
        ("POST", b"{", {}, 400),
        ("POST", {"subscription": {"endpoint": "https://10.0.0.1/"}}, {}, 400),
        ("POST", b"x" * 9000, {}, 413),
    ],
)
def test_what_is_refused(url: str, method: str, body: object, headers: dict[str, str], status: int) -> None:
    assert ask(url, method, body, **headers)[0] == status
