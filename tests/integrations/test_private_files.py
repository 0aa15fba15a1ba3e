"""No framework serves what a build writes for developers and hosts, however it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from fastapi import FastAPI
from flask import Flask
from starlette.applications import Starlette

from pwagen.integrations.flask import FlaskPwagen
from pwagen.integrations.starlette import StarlettePwagen
from pwagen.push import Store
from pwagen.serve import subscription_routes, subscription_wsgi
from tests.integrations.shop import PRIVATE_PATHS, furnish
from tests.serve.serving import Client, make_project, serving, serving_app

CONFIG = "app: {name: Harbour}\nsite: public\nhosting: nginx\n"


class SilentHandler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served_by_wsgi(application: Any) -> Iterator[Client]:
    with make_server("127.0.0.1", 0, application, handler_class=SilentHandler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Client(server.server_port)
        server.shutdown()
        thread.join()


@contextmanager
def flask(folder: Path) -> Iterator[Client]:
    app = Flask("shop", root_path=str(folder), instance_path=str(folder / "instance"))
    FlaskPwagen(app)
    with served_by_wsgi(app) as client:
        yield client


@contextmanager
def fastapi(folder: Path) -> Iterator[Client]:
    app = FastAPI()
    StarlettePwagen(app, folder=folder)
    with serving_app(app) as client:
        yield client


@contextmanager
def wsgi_endpoint(folder: Path) -> Iterator[Client]:
    with served_by_wsgi(subscription_wsgi(Store(folder / "subscriptions.db"))) as client:
        yield client


@contextmanager
def asgi_endpoint(folder: Path) -> Iterator[Client]:
    with serving_app(Starlette(routes=subscription_routes(Store(folder / "subscriptions.db")))) as client:
        yield client


@contextmanager
def dev_server(folder: Path) -> Iterator[Client]:
    with serving(make_project(folder / "harbour", config=CONFIG)) as served:
        yield served.site


@pytest.mark.slow
@pytest.mark.parametrize("server", [flask, fastapi, wsgi_endpoint, asgi_endpoint, dev_server])
def test_what_is_for_developers_is_not_served(server: object, tmp_path: Path) -> None:
    furnish(tmp_path)
    with (tmp_path / "pwagen.yaml").open("a", encoding="utf-8") as config:
        config.write("hosting: nginx\n")
    with server(tmp_path) as client:  # type: ignore[operator]
        if "endpoint" not in server.__name__:  # type: ignore[attr-defined]
            assert client.ask("GET", "/sw.js").status == 200
        for path in PRIVATE_PATHS:
            assert client.ask("GET", path).status in (404, 405), path
