"""docs/subscriptions.openapi.yaml, held against the endpoint: each answer, and which bodies it takes."""

from __future__ import annotations

import json
from contextlib import closing
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
import yaml
from jsonschema import Draft202012Validator
from starlette.applications import Starlette

from pwagen.push.storage.store import Store
from pwagen.serve.rate_limit import RateLimit
from pwagen.serve.subscription_endpoint import subscription_routes
from pwagen.serve.subscription_requests import MAX_BODY, METHODS
from pwagen.serve.wsgi_endpoint import subscription_wsgi
from tests.folders import ROOT
from tests.serve.serving import Answer, serving_app
from tests.serve.test_serve_subscriptions import PATH, subscription

DOCUMENT = yaml.safe_load((ROOT / "docs/subscriptions.openapi.yaml").read_text(encoding="utf-8"))
OPERATIONS = DOCUMENT["paths"][PATH]
FIRST, SECOND = subscription("one"), subscription("two")
TAKEN = {**FIRST, "keys": {**FIRST["keys"], "auth": "bW1tbW1tbW1tbW1tbW1tbQ"}}
# Method, body, status; in this order, in one store.
REQUESTS: list[tuple[str, Any, int]] = [
    ("POST", {"subscription": FIRST}, 204),
    ("POST", {"subscription": FIRST, "user": "ada", "topics": ["tides"]}, 204),
    ("POST", {"subscription": FIRST, "user": None, "topics": None}, 204),
    ("POST", {"subscription": TAKEN}, 409),
    ("POST", {}, 400),
    ("POST", {"subscription": {"endpoint": FIRST["endpoint"]}}, 400),
    ("POST", {"subscription": {**FIRST, "endpoint": "http://fcm.googleapis.com/fcm/send/x"}}, 400),
    ("POST", {"subscription": {**FIRST, "keys": {**FIRST["keys"], "p256dh": "AA"}}}, 400),
    ("POST", {"subscription": FIRST, "user": ""}, 400),
    ("POST", {"subscription": FIRST, "user": "x" * 256}, 400),
    ("POST", {"subscription": FIRST, "topics": "tides"}, 400),
    ("POST", {"subscription": FIRST, "topics": ["x"] * 51}, 400),
    ("PUT", {"old": FIRST, "new": SECOND}, 204),
    ("PUT", {"old": None, "new": SECOND}, 204),
    ("PUT", {"new": SECOND, "user": "ada"}, 204),
    ("PUT", {"old": SECOND}, 400),
    ("DELETE", {"endpoint": SECOND["endpoint"], "auth": SECOND["keys"]["auth"]}, 204),
    ("DELETE", {"endpoint": SECOND["endpoint"]}, 204),
    ("DELETE", {"auth": "x"}, 400),
]
# Status -> what is asked so.
REFUSALS: list[tuple[int, dict[str, Any]]] = [
    (403, {"data": {}, "headers": {"Sec-Fetch-Site": "cross-site"}}),
    (413, {"body": b" " * (MAX_BODY + 1)}),
    (415, {"body": b"{}", "headers": {"Content-Type": "text/plain"}}),
]


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference leads to."""
    found: Any = value
    while "$ref" in found:
        name = found["$ref"]
        found = DOCUMENT
        for part in name.removeprefix("#/").split("/"):
            found = found[part]
    return dict(found)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def check(method: str, answer: Answer) -> None:
    """Hold an answer against the document."""
    response = resolved(OPERATIONS[method.lower()]["responses"][str(answer.status)])
    for name, header in response.get("headers", {}).items():
        validator(header["schema"]).validate(int(answer.headers[name.lower()]))
    if "content" not in response:
        assert answer.body == b""
        return
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    validator(response["content"]["application/json"]["schema"]).validate(json.loads(answer.body))


def test_it_has_the_methods_and_valid_schemas() -> None:
    assert {method.upper() for method in OPERATIONS} == set(METHODS)
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(("method", "body", "status"), REQUESTS)
def test_bodies_that_are_taken_are_those_of_the_schema(method: str, body: Any, status: int) -> None:
    """A conflict is no mistake of the body's."""
    schema = OPERATIONS[method.lower()]["requestBody"]["content"]["application/json"]["schema"]
    assert validator(schema).is_valid(body) is (status in (204, 409))


@pytest.mark.slow
def test_the_endpoint_answers_so(tmp_path: Path) -> None:
    path = tmp_path / "subscriptions.db"
    answers = []
    with closing(Store(path)) as store, serving_app(Starlette(routes=subscription_routes(store))) as client:
        for method, body, status in REQUESTS:
            answer = client.ask(method, PATH, body)
            assert answer.status == status
            answers.append((method, answer))
        for method, refusal in product(METHODS, REFUSALS):
            status, options = refusal
            answer = client.ask(method, PATH, **options)
            assert answer.status == status
            answers.append((method, answer))
    limit = RateLimit(per_minute=1, burst=1)
    with (
        closing(Store(path)) as store,
        serving_app(Starlette(routes=subscription_routes(store, rate_limit=limit))) as client,
    ):
        answers += [(method, client.ask(method, PATH, {})) for method in METHODS]
    for method, answer in answers:
        check(method, answer)
    assert {answer.status for _, answer in answers} == {204, 400, 403, 409, 413, 415, 429}


def test_the_wsgi_endpoint_answers_so(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "subscriptions.db")) as store:
        application = subscription_wsgi(store)
        for method, body, status in REQUESTS:
            answer = ask_wsgi(application, method, json.dumps(body).encode())
            assert answer.status == status
            check(method, answer)


def ask_wsgi(application: Any, method: str, body: bytes) -> Answer:
    """Return the answer of a WSGI application to a request of its own page."""
    started: list[Any] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": PATH,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "HTTP_ORIGIN": "http://127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    content = b"".join(application(environ, lambda *arguments: started.extend(arguments)))
    headers = {name.lower(): value for name, value in started[1]}
    return Answer(int(started[0].split()[0]), headers, content)
