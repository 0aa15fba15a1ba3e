"""The subscription endpoint in a web application, asked as browsers ask and as attackers do."""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from types import ModuleType
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from pwagen.keys import base64url
from pwagen.keys.key_pair import generate_key_pair
from pwagen.push.storage.store import Store
from pwagen.push.transport.endpoints import EndpointPolicy
from pwagen.serve import json_body
from pwagen.serve.rate_limit import RateLimit
from pwagen.serve.subscription_endpoint import (
    Change,
    claimed_topics,
    claimed_user,
    subscription_routes,
)
from pwagen.serve.subscription_requests import MAX_BODY
from tests.folders import ROOT
from tests.serve.serving import Answer, Client, serving_app

# Each starts and stops a server of its own.
pytestmark = pytest.mark.slow

PATH = "/api/push/subscriptions"
P256DH = generate_key_pair().public_key
AUTH = base64url.encode(bytes(16))
OTHER_AUTH = base64url.encode(b"m" * 16)


def in_short(value: object) -> str:
    """Return a parameter as it stands in a test's name, where keys differ from run to run."""
    return str(value).replace(P256DH, "KEY")


def subscription(name: str, **more: Any) -> dict[str, Any]:
    keys = {"p256dh": P256DH, "auth": base64url.encode(name.encode().ljust(16)[:16])}
    endpoint = f"https://fcm.googleapis.com/fcm/send/{name}"
    return {"endpoint": endpoint, "expirationTime": None, "keys": keys, **more}


def endpoint(name: str) -> str:
    return str(subscription(name)["endpoint"])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "subscriptions.db")
    yield store
    store.close()


class Application:
    """Runs an application with the endpoint, each with options of its own."""

    def __init__(self, store: Store, resources: ExitStack) -> None:
        self.store = store
        self._resources = resources

    def __call__(self, **options: Any) -> Client:
        app = Starlette(routes=subscription_routes(self.store, **options))
        return self._resources.enter_context(serving_app(app))


@pytest.fixture
def application(store: Store) -> Iterator[Application]:
    with ExitStack() as resources:
        yield Application(store, resources)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """An application whose answers to refused requests are of interest, and nothing it keeps."""
    store = Store(tmp_path_factory.mktemp("store") / "subscriptions.db")
    routes = subscription_routes(store, rate_limit=RateLimit(burst=10_000))
    with serving_app(Starlette(routes=routes)) as client:
        yield client
    assert store.count() == 0
    store.close()


def post(client: Client, name: str, **headers: str | None) -> Answer:
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    return client.ask("POST", PATH, {"subscription": subscription(name)}, sent)


# --- what browsers do ---


def test_a_subscription_comes_changes_and_goes(application: Application, store: Store) -> None:
    client = application()
    assert post(client, "one").status == 204
    stored = store.get(endpoint("one"))
    assert stored and base64url.encode(stored.subscription.p256dh) == P256DH
    change = {"old": subscription("one"), "new": subscription("two")}
    assert client.ask("PUT", PATH, change).status == 204
    assert [one.subscription.endpoint for one in store.all()] == [endpoint("two")]
    assert client.ask("DELETE", PATH, {"endpoint": endpoint("two")}).status == 204
    assert store.count() == 0
    for unknown in (endpoint("two"), "https://[abc"):
        assert client.ask("DELETE", PATH, {"endpoint": unknown}).status == 204


def test_what_the_browser_says_of_the_key_is_not_kept(application: Application, store: Store) -> None:
    client = application()
    body = {"subscription": subscription("one", vapidPublicKey="x" * 500)}
    assert client.ask("POST", PATH, body).status == 204
    stored = store.get(endpoint("one"))
    assert stored and stored.subscription.vapid_public_key is None


def test_a_change_without_an_old_one_is_kept(application: Application, store: Store) -> None:
    assert application().ask("PUT", PATH, {"old": None, "new": subscription("one")}).status == 204
    assert store.count() == 1


def test_an_older_browser_sends_origin_alone(application: Application) -> None:
    assert post(application(), "one", Sec_Fetch_Site=None).status == 204


def test_a_proxy_that_ends_tls_is_no_obstacle(application: Application) -> None:
    client = application()
    client.host = "harbour.news"
    assert post(client, "one", Origin="https://harbour.news").status == 204


def test_the_application_hears_of_changes(application: Application) -> None:
    seen: list[Change] = []

    async def changed(change: Change) -> None:
        seen.append(change)

    client = application(changed=changed)
    post(client, "one", User_Agent="Browser/1")
    client.ask("PUT", PATH, {"old": subscription("one"), "new": subscription("two")})
    client.ask("DELETE", PATH, {"endpoint": endpoint("two")})
    client.ask("DELETE", PATH, {})
    assert [(one.kind, one.endpoint[-3:], one.user_agent) for one in seen] == [
        ("subscribed", "one", "Browser/1"),
        ("changed", "two", ""),
        ("unsubscribed", "two", ""),
    ]


# --- whose they are ---


def test_a_user_of_the_application(application: Application, store: Store) -> None:
    threads: list[threading.Thread] = []

    def signed_in(request: Request) -> str | None:
        threads.append(threading.current_thread())
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()  # so that Django's database can be asked
        return request.cookies.get("user")

    client = application(user=signed_in)
    assert post(client, "one", Cookie="user=ada").status == 204
    assert threads
    stored = store.get(endpoint("one"))
    assert stored and stored.user == "ada"
    change = {"old": subscription("one"), "new": subscription("two")}
    client.ask("PUT", PATH, change)  # a worker without cookies
    stored = store.get(endpoint("two"))
    assert stored and stored.user == "ada"
    assert post(client, "two", Cookie="user=bob").status == 204
    stored = store.get(endpoint("two"))
    assert stored and stored.user == "bob", "the browser is another user's now"


def test_a_claimed_user_counts_only_where_the_application_believes_it(
    application: Application, store: Store
) -> None:
    claim = {"subscription": subscription("one"), "user": "ada"}
    assert application().ask("POST", PATH, claim).status == 204
    stored = store.get(endpoint("one"))
    assert stored and stored.user is None
    client = application(user=claimed_user)
    assert client.ask("POST", PATH, claim).status == 204
    change = {"old": subscription("one"), "new": subscription("two"), "user": "bob"}
    stored = store.get(endpoint("one"))
    assert stored and stored.user == "ada"
    assert client.ask("PUT", PATH, change).status == 204
    stored = store.get(endpoint("two"))
    assert stored and stored.user == "bob"
    assert post(client, "two").status == 204
    stored = store.get(endpoint("two"))
    assert stored and stored.user == "bob", "nobody has said that it is another's"


@pytest.mark.parametrize("user", ["", "a" * 256, 7, ["ada"], "a\nb", "\x00", "\ud800"])
def test_a_claimed_user_is_a_printable_text(plain: Client, user: object) -> None:
    answer = plain.ask("POST", PATH, {"subscription": subscription("one"), "user": user})
    assert answer.status == 400
    assert "printable" in answer.json()["error"]


def test_topics_of_the_application_or_of_the_page(application: Application, store: Store) -> None:
    choice = {"subscription": subscription("one"), "topics": ["tides", "news", "tides"]}
    assert application().ask("POST", PATH, choice).status == 204
    assert store.topics(endpoint("one")) == set()
    client = application(topics=claimed_topics)
    assert client.ask("POST", PATH, choice).status == 204
    assert store.count(topic="tides") == 1
    assert post(client, "one").status == 204
    client.ask("PUT", PATH, {"old": subscription("one"), "new": subscription("two")})
    assert store.topics(endpoint("two")) == {"tides", "news"}, "nobody has chosen others"
    change = {"old": subscription("two"), "new": subscription("three"), "topics": ["storms"]}
    client.ask("PUT", PATH, change)
    assert store.topics(endpoint("three")) == {"storms"}
    client.ask("POST", PATH, {"subscription": subscription("three"), "topics": []})
    assert store.topics(endpoint("three")) == set()

    async def everybody_s(_: Request) -> list[str]:
        return ["all"]

    assert application(topics=everybody_s).ask("POST", PATH, choice).status == 204
    assert store.topics(endpoint("one")) == {"all"}
    client = application(topics=["tides", "news"])
    assert client.ask("POST", PATH, choice).status == 204
    assert store.topics(endpoint("one")) == {"tides", "news"}
    assert client.ask("POST", PATH, {**choice, "topics": ["storms"]}).status == 400


@pytest.mark.parametrize("topics", ["tides", {"tides": 1}, [""], ["a" * 256], [7], ["a\n"], ["a"] * 51])
def test_topics_are_a_few_printable_texts(plain: Client, topics: object) -> None:
    answer = plain.ask("POST", PATH, {"subscription": subscription("one"), "topics": topics})
    assert answer.status == 400
    assert "topics are not a list" in answer.json()["error"]


def test_an_application_may_refuse(application: Application, store: Store) -> None:
    async def nobody(_: Request) -> str | None:
        raise HTTPException(401, "sign in first", {"WWW-Authenticate": "Cookie"})

    answer = post(application(user=nobody), "one")
    assert (answer.status, answer.json()) == (401, {"error": "sign in first"})
    assert answer.headers["www-authenticate"] == "Cookie"
    assert store.count() == 0


@pytest.mark.parametrize(
    "old",
    [
        {"endpoint": endpoint("one")},
        {**subscription("one"), "keys": {"p256dh": P256DH, "auth": AUTH}},
        subscription("unknown"),
        "one",
        ["one"],
        {"endpoint": "\ud800"},
    ],
)
def test_an_endpoint_alone_does_not_hand_over_a_user(
    application: Application, store: Store, old: object
) -> None:
    client = application(user=lambda request: request.cookies.get("user"))
    post(client, "one", Cookie="user=ada")
    assert client.ask("PUT", PATH, {"old": old, "new": subscription("mallory")}).status == 204
    found = {one.subscription.endpoint[-7:]: one.user for one in store.all()}
    assert found == {"end/one": "ada", "mallory": None}


def impostor(name: str) -> dict[str, Any]:
    """Return the subscription of somebody who has read an endpoint in a log."""
    return subscription(name, keys={"p256dh": generate_key_pair().public_key, "auth": OTHER_AUTH})


@pytest.mark.parametrize("user", ["ada", None])
def test_who_knows_an_endpoint_cannot_take_it_over(
    application: Application, store: Store, user: str | None
) -> None:
    client = application(user=lambda request: request.cookies.get("user"))
    post(client, "one", Cookie=f"user={user}" if user else None)
    before = store.get(endpoint("one"))
    mallory = {"Cookie": "user=mallory"}
    for method, body in (
        ("POST", {"subscription": impostor("one")}),
        ("PUT", {"old": None, "new": impostor("one")}),
        ("PUT", {"old": impostor("one"), "new": impostor("one")}),
        ("PUT", {"old": subscription("unknown"), "new": impostor("one")}),
        ("DELETE", {"endpoint": endpoint("one"), "auth": OTHER_AUTH}),
        ("DELETE", impostor("one")),
        ("DELETE", {"endpoint": endpoint("one"), "auth": 7}),
        *([("DELETE", {"endpoint": endpoint("one")})] if user else []),
    ):
        answer = client.ask(method, PATH, body, mallory)
        assert answer.status == 409, (method, body)
        assert "another auth" in answer.json()["error"]
    assert store.get(endpoint("one")) == before


def test_its_browser_may_renew_its_secret_and_remove_it(application: Application, store: Store) -> None:
    client = application(user=lambda request: request.cookies.get("user"))
    post(client, "one", Cookie="user=ada")
    change = {"old": subscription("one"), "new": impostor("one")}
    assert client.ask("PUT", PATH, change).status == 204
    stored = store.get(endpoint("one"))
    assert stored and (stored.user, stored.subscription.auth) == ("ada", b"m" * 16)
    assert client.ask("DELETE", PATH, {"endpoint": endpoint("one"), "auth": OTHER_AUTH}).status == 204
    assert store.count() == 0
    post(client, "one", Cookie="user=ada")
    assert client.ask("DELETE", PATH, {"endpoint": endpoint("one")}, {"Cookie": "user=ada"}).status == 204
    post(client, "two")
    assert client.ask("DELETE", PATH, {"endpoint": endpoint("two")}).status == 204
    assert store.count() == 0


def test_a_proxy_with_a_host_of_its_own_is_no_obstacle(application: Application) -> None:
    """nginx passes $proxy_host on unless it is told otherwise."""
    answer = post(application(), "one", Host="127.0.0.1:8000", Origin="https://harbour.news")
    assert answer.status == 204
    older = post(application(), "one", Host="app:8000", Origin="https://harbour.news", Sec_Fetch_Site=None)
    assert older.status == 403
    for word in ("https://harbour.news", "app:8000", "Host header"):
        assert word in older.json()["error"]


def test_a_page_on_www_that_posts_to_the_bare_host_is_told_so(application: Application) -> None:
    answer = post(
        application(),
        "one",
        Host="harbour.news",
        Origin="https://www.harbour.news",
        Sec_Fetch_Site="same-site",
    )
    assert answer.status == 403
    assert "with and without www. are two origins" in answer.json()["error"]


def test_a_locked_store_is_503_in_seconds_and_holds_up_nobody_else(
    application: Application, store: Store
) -> None:
    app = Starlette(routes=[*subscription_routes(store, rate_limit=RateLimit(burst=1000))])
    app.add_route("/thread", lambda _: PlainTextResponse("from a thread of the application's"))
    with serving_app(app) as client, closing(sqlite3.connect(str(store._engine.url.database))) as other:
        post(client, "one")
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        started = monotonic()
        with ThreadPoolExecutor(60) as pool:
            waiting = [pool.submit(post, client, str(number)) for number in range(50)]
            sleep(0.3)
            asked = monotonic()
            assert client.ask("GET", "/thread").status == 200
            assert monotonic() - asked < 1
            answers = [one.result() for one in waiting]
        assert {answer.status for answer in answers} == {503}
        assert all(answer.headers["retry-after"] for answer in answers)
        assert monotonic() - started < 10
        other.execute("ROLLBACK")
        assert post(client, "two").status == 204


SERVING = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")


def example(beginning: str) -> str:
    """Return a block of code of the documentation."""
    found = re.search(rf"^```python\n({beginning}.*?)^```$", SERVING, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Run the example for Starlette, and return its names."""
    accounts = ModuleType("harbour.accounts")
    accounts.signed_in_user = lambda request: request.cookies.get("user")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "harbour", ModuleType("harbour"))
    monkeypatch.setitem(sys.modules, "harbour.accounts", accounts)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(example("# app.py"), names)
    yield names
    names["store"].close()


def is_stored(app: object, store: Store, user: str | None) -> bool:
    """Return whether a subscription that is posted to an application arrives in its store."""
    with serving_app(app) as client:
        assert post(client, "one", Cookie="user=ada").status == 204
    (stored,) = store.all()
    return (stored.subscription.endpoint, stored.user) == (endpoint("one"), user)


def test_the_example_for_starlette(documented: dict[str, Any]) -> None:
    assert is_stored(documented["app"], documented["store"], "ada")


def test_the_example_for_fastapi(documented: dict[str, Any]) -> None:
    fastapi = pytest.importorskip("fastapi", reason="FastAPI is not installed")
    (statement,) = re.findall(r"FastAPI takes it with `(.*?)`", SERVING, re.DOTALL)
    app = fastapi.FastAPI()
    app.add_api_route("/tides", lambda: "4.2 m")
    exec(statement, documented | {"app": app})
    assert is_stored(app, documented["store"], None)
    with serving_app(app) as client:
        assert client.ask("GET", "/tides").json() == "4.2 m"


def test_the_example_for_django(documented: dict[str, Any]) -> None:
    django = pytest.importorskip("django", reason="Django is not installed")
    conf, asgi = import_module("django.conf"), import_module("django.core.asgi")
    if not conf.settings.configured:
        urls = ModuleType("urls")
        urls.urlpatterns = [  # type: ignore[attr-defined]
            django.urls.path("tides", lambda _: django.http.HttpResponse("4.2 m"))
        ]
        conf.settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=urls, LOGGING_CONFIG=None)
    names = documented | {"django_application": asgi.get_asgi_application()}
    exec(example("subscriptions = "), names)
    assert is_stored(names["application"], names["store"], "ada")
    with serving_app(names["application"]) as client:
        assert client.ask("GET", "/tides").body == b"4.2 m"


# --- forged, wrong, too much ---


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": None},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": None},
        {"Origin": None, "Sec-Fetch-Site": None},
        {"Origin": "null"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": None},
        {"Origin": "http://localhost:1", "Sec-Fetch-Site": None},
        {"Origin": "http://[", "Sec-Fetch-Site": None},
        {"Origin": "file://"},
    ],
    ids=in_short,
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_foreign_page_is_refused(plain: Client, method: str, headers: dict[str, str | None]) -> None:
    both = {"subscription": subscription("one"), "new": subscription("one"), "endpoint": endpoint("one")}
    answer = plain.ask(method, PATH, both, headers)
    assert answer.status == 403
    assert "not from our own page" in answer.json()["error"]


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_form_can_send_is_refused(plain: Client, content_type: str | None) -> None:
    assert post(plain, "one", Content_Type=content_type).status == 415


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 8000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "no subscription"),
        (b'{"subscription": null}', "no subscription"),
        (b'{"subscription": {}}', "has no keys"),
    ],
)
def test_a_body_that_is_no_subscription(plain: Client, body: bytes, words: str) -> None:
    answer = plain.ask("POST", PATH, body=body)
    assert answer.status == 400
    assert words in answer.json()["error"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"endpoint": "http://fcm.googleapis.com/one"}, "http"),
        ({"endpoint": "https://evil.example/one"}, "not one of the push services"),
        ({"endpoint": "https://127.0.0.1/one"}, "not an address of the public internet"),
        ({"endpoint": "https://me:pw@fcm.googleapis.com/one"}, "password"),
        ({"endpoint": "javascript:alert(1)"}, "not the URL"),
        ({"endpoint": "https://[abc"}, "not the URL"),
        ({"endpoint": "https://fcm.googleapis.com/" + "x" * 2048}, "no endpoint"),
        ({"endpoint": "https://fcm.googleapis.com/\ud800"}, "as browsers write them"),
        ({"endpoint": "https://fcm.googleapis.com/é"}, "as browsers write them"),
        ({"endpoint": 1}, "no endpoint"),
        ({"keys": {"p256dh": P256DH}}, "keys.auth has 0 bytes"),
        ({"keys": {"p256dh": AUTH, "auth": AUTH}}, "keys.p256dh has 16 bytes"),
        ({"keys": {"p256dh": P256DH, "auth": "!" * 22}}, "not base64url"),
        ({"keys": {"p256dh": base64url.encode(bytes(65)), "auth": AUTH}}, "P-256"),
        ({"keys": {"p256dh": base64url.encode(b"\4" + bytes(64)), "auth": AUTH}}, "P-256"),
    ],
    ids=in_short,
)
@pytest.mark.parametrize(("method", "member"), [("POST", "subscription"), ("PUT", "new")])
def test_a_wrong_subscription(
    plain: Client, method: str, member: str, change: dict[str, Any], words: str
) -> None:
    answer = plain.ask(method, PATH, {member: subscription("one") | change})
    assert answer.status == 400
    assert words in answer.json()["error"]


@pytest.mark.parametrize("wrong", [None, 1, "\ud800", "a\x00b"])
def test_a_wrong_endpoint_to_delete(plain: Client, wrong: object) -> None:
    assert plain.ask("DELETE", PATH, {"endpoint": wrong}).status == 400


def test_other_methods(plain: Client) -> None:
    answer = plain.ask("GET", PATH)
    assert (answer.status, answer.headers["allow"]) == (405, "POST, PUT, DELETE")
    assert plain.ask("PATCH", PATH, {}).status == 405


def test_loopback_only_where_it_is_allowed(application: Application) -> None:
    own = {"subscription": subscription("one") | {"endpoint": "http://127.0.0.1:9/one"}}
    assert application().ask("POST", PATH, own).status == 400
    assert application(policy=EndpointPolicy(loopback=True)).ask("POST", PATH, own).status == 204


def test_a_body_that_is_too_large(plain: Client) -> None:
    body = b"{}".ljust(MAX_BODY + 1)
    assert plain.ask("POST", PATH, body=body).status == 413
    assert plain.ask("POST", PATH, body=body[:-1]).status == 400, "read, and found to be no subscription"
    parts = [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:4000], body[4000:], b"")]
    chunked = {"Content-Length": None, "Transfer-Encoding": "chunked"}
    assert plain.ask("POST", PATH, headers=chunked, body=b"".join(parts)).status == 413


def test_a_body_that_never_ends(plain: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_body, "TIMEOUT_SECONDS", 0.05)
    head = f"POST {PATH} HTTP/1.1\r\nHost: {plain.host}\r\nOrigin: http://{plain.host}\r\n"
    with socket.create_connection(("127.0.0.1", plain.port), timeout=20) as connection:
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{{".encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 408 ")


def test_too_many_requests(application: Application) -> None:
    client = application(rate_limit=RateLimit(per_minute=1, burst=2))
    answers = [post(client, "one") for _ in range(3)]
    assert [answer.status for answer in answers] == [204, 204, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 60


def test_a_broken_store_says_nothing_of_itself(application: Application, tmp_path: Path) -> None:
    client = application()
    with sqlite3.connect(tmp_path / "subscriptions.db") as connection:
        connection.execute("ALTER TABLE pwagen_subscriptions RENAME TO elsewhere")
    connection.close()
    answer = post(client, "one")
    assert answer.status == 503
    assert "pwagen_subscriptions" not in answer.body.decode()
    assert answer.headers["retry-after"]


# --- pages of other sites, where they are listed ---


def test_a_listed_origin_may_subscribe_here(application: Application, store: Store) -> None:
    client = application(origins=["https://app.harbour.news"])
    theirs: dict[str, str | None] = {"Origin": "https://app.harbour.news", "Sec-Fetch-Site": "same-site"}
    preflight = theirs | {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type,x-csrftoken",
    }
    answer = client.ask("OPTIONS", PATH, headers=preflight)
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "https://app.harbour.news"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "PUT" in answer.headers["access-control-allow-methods"]
    answer = client.ask("POST", PATH, {"subscription": subscription("one")}, theirs)
    assert (answer.status, store.count()) == (204, 1)
    assert answer.headers["access-control-allow-origin"] == "https://app.harbour.news"
    others = theirs | {"Origin": "https://evil.example"}
    assert client.ask("POST", PATH, {"subscription": subscription("two")}, others).status == 403
    assert post(client, "three").status == 204, "its own pages still may"
