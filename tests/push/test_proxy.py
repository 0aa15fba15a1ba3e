"""Sending through a proxy, as HTTPS_PROXY and NO_PROXY say."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from pwagen.keys.key_pair import generate_key_pair
from pwagen.push import Message, Outcome, Status, Subscription, send
from pwagen.push.transport.retry import RetryPolicy
from pwagen.testing.push_service.certificate import make_certificate
from tests.cli.test_cli_send import PROGRAM
from tests.push.push_sink import AUTH, RECEIVER, PushSink
from tests.testing.test_push_service import FakeBrowser, browser, running, service

__all__ = ["browser", "running", "service"]

pytestmark = pytest.mark.slow
HOST = "fcm.googleapis.com"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield


def test_the_test_harness_tests_an_app_that_sends_with_pwagen(
    service: object, browser: FakeBrowser, tmp_path: Path
) -> None:
    keys = generate_key_pair()
    (tmp_path / "vapid-private.pem").write_bytes(keys.private_pem)
    listed = json.dumps(browser.subscribe(keys.public_key))
    with browser.connect() as session:
        command = [*PROGRAM, "-", "--title", "High water", "--subject", "mailto:push@harbour.news"]
        environment = os.environ | browser.service.sender_environment()
        done = subprocess.run(
            command, input=listed, env=environment, cwd=tmp_path, text=True, capture_output=True, timeout=60
        )
        assert (done.returncode, done.stdout) == (0, "1 delivered\n"), done.stderr
        session.read()
    assert browser.service.refusals == []


class Proxy:
    """Leads every CONNECT to one port, or answers with `refusal`."""

    def __init__(self, port: int, refusal: bytes = b"") -> None:
        self.heads: list[bytes] = []
        self._port = port
        self._refusal = refusal

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        if self._refusal:
            writer.write(self._refusal)
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(b"HTTP/1.1 200 OK\r\nVia: x\r\n\r\n")

        async def pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            while data := await source.read(65536):
                target.write(data)
            target.close()

        await asyncio.gather(pass_on(reader, back), pass_on(there, writer), return_exceptions=True)


def through(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    url: str = "http://127.0.0.1:{port}",
    refusal: bytes = b"",
    no_proxy: str = "",
) -> tuple[Outcome, list[bytes]]:
    """Return the outcome of a message to FCM's host, and what the proxy was asked."""

    async def main() -> tuple[Outcome, list[bytes]]:
        async with PushSink(folder, make_certificate(folder, (HOST,))) as sink:
            sink_port = int(sink.origin.rpartition(":")[2])
            sink.origin = f"https://{HOST}"
            proxy = Proxy(sink_port, refusal)
            server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            monkeypatch.setenv("HTTPS_PROXY", url.format(port=port))
            monkeypatch.setenv("NO_PROXY", no_proxy)
            target = Subscription(f"https://{HOST}/push/a", RECEIVER.public_key_bytes, AUTH)
            options = sink.options | {"policy": None, "retry": RetryPolicy(attempts=1)}
            outcome = await send(target, Message(title="x"), **options)
            server.close()
            return outcome, proxy.heads

    return asyncio.run(asyncio.wait_for(main(), 30))


def test_a_message_goes_through_and_the_proxy_looks_the_name_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome, heads = through(tmp_path, monkeypatch, "http://me:p%40ss@127.0.0.1:{port}")
    assert outcome.status is Status.DELIVERED, outcome
    assert heads[0].startswith(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n".encode())
    assert b"Proxy-Authorization: Basic " + b64encode(b"me:p@ss") in heads[0]


@pytest.mark.parametrize(
    "refusal",
    [b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", b"HTTP/1.1 502 No\r\n\r\n", b"\x00\xff"],
)
def test_a_proxy_that_refuses_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: bytes
) -> None:
    outcome, _ = through(tmp_path, monkeypatch, "http://me:s3cret@127.0.0.1:{port}", refusal)
    assert outcome.status is Status.RETRY
    assert "proxy" in outcome.cause
    assert "s3cret" not in outcome.cause


@pytest.mark.parametrize(
    "url", ["socks5://me:s3cret@127.0.0.1:{port}", "http://me:s3cret@127.0.0.1:x", "http://"]
)
def test_a_url_that_is_not_an_http_proxy_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    outcome, heads = through(tmp_path, monkeypatch, url)
    assert outcome.status is Status.MISCONFIGURED
    assert "HTTPS_PROXY" in outcome.cause
    assert "s3cret" not in outcome.cause
    assert not heads


def test_no_proxy_goes_directly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _, port, *more, **options: look_up("127.0.0.1", port, *more, **options)
    )
    outcome, heads = through(tmp_path, monkeypatch, no_proxy="googleapis.com")
    assert "private address" in outcome.cause, "its address is checked again"
    assert not heads
