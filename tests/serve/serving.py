"""A server in a thread on loopback, and requests to it that may say anything."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import uvicorn

from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.push.storage.store import Store
from pwagen.serve.dev_build import build_in_memory
from pwagen.serve.dev_server import DevServer, open_socket
from pwagen.serve.host_names import Hosts
from pwagen.serve.server_state import ServerState
from pwagen.serve.signing import Signing

CONFIG = "app: {name: Harbour}\nsite: public\npush: {vapid_public_key: KEY}\n"
PAGE = (
    "<!DOCTYPE html>\n<html lang=en>\n<head>\n<title>Harbour</title>\n</head>\n<body>News</body>\n</html>\n"
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    """Requests to a port, as from a page of `host` unless the headers say otherwise."""

    port: int
    host: str = ""

    def __post_init__(self) -> None:
        self.host = self.host or f"localhost:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        data: object = None,
        headers: Mapping[str, str | None] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Return the answer; `data` is sent as JSON, a header of None is left out."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            response = self._send(connection, method, path, data, headers or {}, body)
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    @contextmanager
    def news(self, path: str = "/_pwagen/news") -> Iterator[Iterator[tuple[str, Any]]]:
        """Enter a stream of server-sent events: (kind, data)."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            yield _events(self._send(connection, "GET", path, None, {}, None))
        finally:
            connection.close()

    def _send(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        data: object,
        headers: Mapping[str, str | None],
        body: bytes | None,
    ) -> HTTPResponse:
        sent: dict[str, str | None] = {"Host": self.host}
        if method not in ("GET", "HEAD"):
            body = json.dumps(data).encode() if body is None else body
            sent |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
            sent |= {"Origin": f"http://{self.host}", "Sec-Fetch-Site": "same-origin"}
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in (sent | dict(headers)).items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse()


def _events(response: HTTPResponse) -> Iterator[tuple[str, Any]]:
    kind = ""
    for line in response:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


def until(events: Iterator[tuple[str, Any]], kind: str) -> Any:
    """Return the data of the next event of a kind."""
    return next(data for found, data in events if found == kind)


@contextmanager
def running(server: uvicorn.Server, port: int, started: threading.Event) -> Iterator[Client]:
    """Enter a server that runs in a thread until the end."""
    bound = open_socket(port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        assert started.wait(20)
        yield Client(bound.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(20)
        bound.close()
        assert not thread.is_alive()


@contextmanager
def serving_app(app: Any) -> Iterator[Client]:
    """Enter a server of an ASGI application."""
    started = threading.Event()

    class Telling(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            started.set()

    config = uvicorn.Config(app, log_level="warning", access_log=False, ws="none", lifespan="off")
    with running(Telling(config), 0, started) as client:
        yield client


@dataclass
class Served:
    """The dev server of a project; `site` and `console` are pages of the two hosts."""

    folder: Path
    desk: ServerState
    site: Client
    console: Client
    reports: list[str]


@contextmanager
def serving(folder: Path, signing: Signing | None = None, others: tuple[str, ...] = ()) -> Iterator[Served]:
    """Enter the dev server of the project in `folder`."""
    build, started, reports = build_in_memory(folder), threading.Event(), list[str]()
    with open_socket(0) as probe:
        port = probe.getsockname()[1]
    store = Store(folder / ".pwagen" / "subscriptions.db")
    desk = ServerState(folder, build, store, Hosts(port, others), signing or Signing(), reports.append)
    try:
        with running(DevServer(desk, started.set), port, started) as site:
            yield Served(folder, desk, site, Client(port, f"127.0.0.1:{port}"), reports)
    finally:
        store.close()


def make_project(folder: Path, pair: KeyPair | None = None, config: str = CONFIG) -> Path:
    """Return a project with a small site, and the private key where `init` puts it."""
    pair = pair or generate_key_pair()
    (folder / "public").mkdir(parents=True)
    (folder / "pwagen.yaml").write_text(config.replace("KEY", pair.public_key))
    (folder / "vapid-private.pem").write_bytes(pair.private_pem)
    (folder / "public" / "index.html").write_text(PAGE)
    return folder
