"""The console's requests: forged ones, wrong ones, and messages that really go out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pwagen.push.storage.store_errors import StoreError
from pwagen.push.subscription import Subscription
from pwagen.render import templates_folder
from pwagen.serve import console
from pwagen.serve.signing import Signing
from pwagen.testing.event_loop import BackgroundLoop
from tests.push.push_sink import AUTH, RECEIVER, SENDER, SUBJECT, PushSink, Received
from tests.serve.serving import Served, make_project, serving, until

# Each starts and stops a server of its own.
pytestmark = pytest.mark.slow

MESSAGE = {
    "message": {"title": "High tide", "body": "at noon", "ttl": 60, "topic": "tide"},
}


class PlainSink(PushSink):
    """The push service of the tests without TLS, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._loop = BackgroundLoop("push sink")

    def __enter__(self) -> PlainSink:
        self._loop.run(self._listen(), "the sink to listen")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run(self._runner.cleanup(), "the sink to end")
        self._loop.stop()

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_post("/push/{name}", self._push)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainSink]:
    with PlainSink(tmp_path_factory.mktemp("certificate")) as sink:
        yield sink


@pytest.fixture(scope="module")
def served(sink: PlainSink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = make_project(tmp_path_factory.mktemp("project") / "harbour", SENDER)
    with serving(folder, Signing(subject=SUBJECT, push_origin=sink.origin)) as served:
        yield served


def subscribe(served: Served, name: str) -> int:
    """Return the id of a new subscription at a vendor's service, whose path the sink knows."""
    endpoint = f"https://fcm.googleapis.com/push/{name}"
    served.desk.store.save(Subscription(endpoint, RECEIVER.public_key_bytes, AUTH))
    stored = served.desk.store.get(endpoint)
    assert stored
    return stored.id


# --- forged ---


@pytest.mark.parametrize("path", ["/_pwagen/messages", "/_pwagen/preview"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost:{port}", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost:{port}", "Sec-Fetch-Site": None},
        {"Origin": "null"},
        {"Origin": None},
    ],
    ids=str,
)
def test_no_other_page_can_send(served: Served, path: str, headers: dict[str, str | None]) -> None:
    sent = {name: value and value.format(port=served.site.port) for name, value in headers.items()}
    answer = served.console.ask("POST", path, MESSAGE | {"to": [1]}, sent)
    assert answer.status == 403


def test_a_form_cannot_send(served: Served) -> None:
    body = json.dumps(MESSAGE | {"to": [1]}).encode()
    answer = served.console.ask(
        "POST", "/_pwagen/messages", headers={"Content-Type": "text/plain"}, body=body
    )
    assert answer.status == 415


def test_a_body_may_not_be_huge(served: Served) -> None:
    assert served.console.ask("POST", "/_pwagen/preview", body=b"x" * (console._MAX_BODY + 1)).status == 413


# --- the page ---


@pytest.mark.parametrize(
    "path",
    [
        *("", "console.js", "console.css", "icon.svg", "schema.json", "missing.js"),
        *("icons", "icon-preview.css", "icon-preview.js", "icon-colors.css", "pictures/missing.png"),
    ],
)
def test_the_console_is_apart_from_all_other_pages(served: Served, path: str) -> None:
    answer = served.console.ask("GET", f"/_pwagen/{path}")
    assert answer.status == (404 if "missing" in path else 200)
    policy = answer.headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert not any("unsafe" in directive for directive in policy)
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_there_is_nothing_inline() -> None:
    page = (templates_folder() / "console" / "console.html").read_text()
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|https?://(?!NAME)", page
    )


def test_the_form_is_made_from_the_schema(served: Served) -> None:
    schema = served.console.ask("GET", "/_pwagen/schema.json").json()
    assert schema == json.loads((templates_folder() / "message.schema.json").read_text())


# --- messages ---


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"title": ""}, "title: is empty"),
        ({"title": "x", "titel": 1}, 'did you mean "title"?'),
        ({"title": "x", "navigate": "javascript:alert(1)"}, "write an http(s) URL"),
        ({"title": "x", "topic": "a b"}, "topic"),
        ({"title": "x", "ttl": -1}, "ttl: "),
        ({"title": "x", "body": "x" * 5000}, "shorten body"),
    ],
)
def test_what_is_wrong_with_a_message(served: Served, message: dict[str, Any], problem: str) -> None:
    request = {"message": message}
    found = served.console.ask("POST", "/_pwagen/preview", request).json()
    assert any(problem in one for one in found["problems"]), found
    answer = served.console.ask("POST", "/_pwagen/messages", request | {"to": [1]})
    assert answer.status == 400
    assert problem in answer.json()["error"]


def test_a_good_message(served: Served) -> None:
    message = {"web_push": 8030, "notification": {"title": "é", "navigate": "tides/"}, "app_badge": 3}
    found = served.console.ask("POST", "/_pwagen/preview", {"message": message}).json()
    assert found["problems"] == []
    assert found["payload"]["notification"]["app_badge"] == "3"
    assert found["bytes"] == len(
        json.dumps(found["payload"], ensure_ascii=False, separators=(",", ":")).encode()
    )
    assert found["limit"] == 3993
    assert any("Safari" in warning for warning in found["warnings"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": []},
        {"to": "all"},
        {"to": ["1"]},
        {"to": [True]},
        {"to": [1], "delay_seconds": -1},
        {"to": [1], "delay_seconds": 3600},
        {"to": [1], "delay_seconds": "10"},
        {"to": [1], "message": "High tide"},
        {"to": [1], "message": {"title": "x", "ttl": "1h"}},
    ],
    ids=str,
)
def test_a_wrong_order(served: Served, wrong: dict[str, Any]) -> None:
    assert served.console.ask("POST", "/_pwagen/messages", MESSAGE | wrong).status == 400


def test_a_message_goes_out_and_its_outcome_comes_back(served: Served, sink: PlainSink) -> None:
    one, other = subscribe(served, "one"), subscribe(served, "other")
    sink.received.clear()
    with served.console.news() as news:
        state = until(news, "state")
        assert state["app"]["canSend"]
        assert [shown["id"] for shown in state["subscriptions"]][:2] == [other, one]
        answer = served.console.ask("POST", "/_pwagen/messages", MESSAGE | {"to": [one]})
        assert answer.status == 202
        assert until(news, "accepted")["number"] == answer.json()["number"]
        result = until(news, "result")
    assert (result["subscription"], result["status"], result["httpStatus"]) == (one, "delivered", 201)
    assert result["service"] == "Google"
    (received,) = sink.received
    assert received.name == "one"
    assert json.loads(received.plaintext)["notification"]["title"] == "High tide"
    assert (received.headers["TTL"], received.headers["Topic"]) == ("60", "tide")


def test_failures_are_explained_and_gone_ones_leave(served: Served, sink: PlainSink) -> None:
    def gone(_: Received) -> web.Response:
        return web.Response(status=410)

    def refused(_: Received) -> web.Response:
        return web.Response(status=403, text="do not correspond")

    sink.answers |= {"gone": gone, "refused": refused}
    ids = [subscribe(served, "gone"), subscribe(served, "refused")]
    with served.console.news() as news:
        until(news, "state")
        number = served.console.ask("POST", "/_pwagen/messages", MESSAGE | {"to": ids}).json()["number"]
        results: dict[int, dict[str, Any]] = {}
        while len(results) < 2:
            result = until(news, "result")
            if result["number"] == number:
                results[result["subscription"]] = result
    assert results[ids[0]]["status"] == "gone"
    assert results[ids[1]]["status"] == "key-rejected"
    assert "another VAPID key" in results[ids[1]]["cause"]
    left = {one.id: one for one in served.desk.store.all()}
    assert ids[0] not in left
    assert left[ids[1]].failures == 1


def test_a_message_for_later_waits(served: Served, sink: PlainSink) -> None:
    one = subscribe(served, "later")
    sink.received.clear()
    with served.console.news() as news:
        until(news, "state")
        later = served.console.ask("POST", "/_pwagen/messages", MESSAGE | {"to": [one], "delay_seconds": 10})
        served.console.ask("POST", "/_pwagen/messages", MESSAGE | {"to": [one]})
        due = {}
        while later.json()["number"] + 1 not in due:
            accepted = until(news, "accepted")
            due[accepted["number"]] = accepted["due"] - accepted["at"]
        assert due[later.json()["number"]] == 10
        while until(news, "result")["number"] != later.json()["number"] + 1:
            pass
    assert len(sink.received) == 1


def test_a_store_that_fails_is_told(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the store failed: disk full")

    one = subscribe(served, "one")
    monkeypatch.setattr(served.desk.store, "record", fail)
    with served.console.news() as news:
        until(news, "state")
        number = served.console.ask("POST", "/_pwagen/messages", MESSAGE | {"to": [one]}).json()["number"]
        told = until(news, "failed")
    assert (told["number"], told["cause"]) == (number, "the store failed: disk full")


def test_secrets_stay_on_the_server(served: Served) -> None:
    subscribe(served, "secret-endpoint")
    with served.console.news() as news:
        text = json.dumps(until(news, "state"))
    assert "secret-endpoint" not in text
    assert "p256dh" not in text
    assert "PRIVATE" not in text


def test_what_has_happened_is_told_to_a_page_that_opens_later(served: Served) -> None:
    event = {"event": "shown", "detail": {"title": "</script>"}}
    assert served.site.ask("POST", "/_pwagen/events", event).status == 204
    with served.console.news() as news:
        assert next(news)[0] == "state"
        told = until(news, "worker")
    assert (told["event"], told["detail"]) == ("shown", {"title": "</script>"})


def test_only_the_sites_own_worker_reports(served: Served) -> None:
    event = {"event": "shown"}
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert served.site.ask("POST", "/_pwagen/events", event, foreign).status == 403
    assert (
        served.site.ask("POST", "/_pwagen/events", body=b'{"event": "' + b"x" * 20_000 + b'"}').status == 413
    )
    assert served.site.ask("GET", "/_pwagen/events").status == 404


def test_a_page_that_leaves_is_forgotten(served: Served) -> None:
    connection = HTTPConnection("127.0.0.1", served.console.port, timeout=20)
    connection.putrequest("GET", "/_pwagen/news", skip_host=True)
    connection.putheader("Host", served.console.host)
    connection.endheaders()
    response = connection.getresponse()
    assert response.readline()
    assert len(served.desk.events._listeners) == 1
    response.close()
    connection.close()
    with served.console.news() as news:  # what is published finds out
        until(news, "state")
        while len(served.desk.events._listeners) > 1:
            served.site.ask("POST", "/_pwagen/events", {"event": "sync"})
