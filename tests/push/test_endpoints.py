"""Where nothing may be sent: endpoints come from browsers, so anybody can make them up."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from pwagen.push import EndpointPolicy, Message, RetryPolicy, Status, Subscription
from pwagen.push.delivery.sending import send
from pwagen.push.transport.endpoints import EndpointError, is_public
from tests.push.push_sink import AUTH, RECEIVER, SENDER, SUBJECT

ANY_PUBLIC = EndpointPolicy(services=None)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://jmt17.google.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
        "https://FCM.googleapis.com./fcm/send/abc",
    ],
)
def test_the_browsers_push_services_are_allowed(endpoint: str) -> None:
    EndpointPolicy().check(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://push.apple.com/x",
        "https://evilpush.apple.com/x",
        "https://user:secret@fcm.googleapis.com/x",
        "https://@fcm.googleapis.com/x",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "ftp://fcm.googleapis.com/x",
        "file:///etc/passwd",
        "https:///x",
        "",
        "https://fcm.googleapis.com:0/x",
        "https://fcm.googleapis.com/\r\nHost: evil",
    ],
)
def test_everything_else_is_refused_by_default(endpoint: str) -> None:
    with pytest.raises(EndpointError):
        EndpointPolicy().check(endpoint)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "fec0::1",
        "feff::1",
        "192.88.99.1",
        "::ffff:192.88.99.1",
    ],
)
def test_private_addresses_are_refused_in_every_form(address: str) -> None:
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(EndpointError):
        ANY_PUBLIC.check(f"https://{host}/x")


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4001:81b::200e", "::ffff:8.8.8.8"])
def test_public_addresses_are_not(address: str) -> None:
    assert is_public(address)


def test_services_are_named_as_people_write_hosts() -> None:
    EndpointPolicy(("Push.Harbour.News.", "*.Example.dev")).check("https://push.harbour.news/x")
    EndpointPolicy(("*.Example.dev",)).check("https://a.example.dev/x")
    for wrong, instead in (
        ("https://push.harbour.news/x", "such as push.harbour.news"),
        ("a:443", "not a host name"),
    ):
        with pytest.raises(EndpointError, match=instead):
            EndpointPolicy((wrong,))


def test_loopback_needs_the_explicit_switch() -> None:
    EndpointPolicy(loopback=True).check("http://127.0.0.1:9100/push/x")
    EndpointPolicy(loopback=True).check("https://localhost:9100/push/x")
    for endpoint in ("http://10.0.0.1/x", "http://fcm.googleapis.com/x", "https://evil.example/x"):
        with pytest.raises(EndpointError):
            EndpointPolicy(loopback=True).check(endpoint)


def sent_to(endpoint: str, policy: EndpointPolicy) -> Any:
    subscription = Subscription(endpoint, RECEIVER.public_key_bytes, AUTH)
    return asyncio.run(
        send(
            subscription,
            Message(title="x"),
            key_pairs=SENDER,
            subject=SUBJECT,
            policy=policy,
            retry=RetryPolicy(attempts=1),
        )
    )


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.1"]
)
def test_names_and_odd_spellings_of_this_machine_are_never_connected_to(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        outcome = sent_to(f"https://{host}:{server.getsockname()[1]}/x", ANY_PUBLIC)
        assert outcome.status is Status.MISCONFIGURED, outcome.cause
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_push_service_s_name_that_resolves_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def poisoned(host: str, port: int, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        addresses = ["142.250.1.1", "127.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        monkeypatch.setattr(socket, "getaddrinfo", poisoned)
        outcome = sent_to(f"https://fcm.googleapis.com:{server.getsockname()[1]}/x", EndpointPolicy())
        assert outcome.status is Status.MISCONFIGURED
        assert outcome.cause == (
            "fcm.googleapis.com resolves to a private address: "
            "127.0.0.1 is not an address of the public internet"
        )
        assert asked == ["fcm.googleapis.com"]
        with pytest.raises(TimeoutError):
            server.accept()


def test_an_unknown_name_may_be_known_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    outcome = sent_to("https://fcm.googleapis.com/x", EndpointPolicy())
    assert outcome.status is Status.RETRY
    assert "fcm.googleapis.com" in outcome.cause


def test_a_host_that_two_standards_read_differently_is_not_connected_to() -> None:
    # IDNA 2003 makes fass.example of it, IDNA 2008 a name of its own.
    outcome = sent_to("https://faß.example/x", ANY_PUBLIC)
    assert (outcome.status, outcome.cause) == (
        Status.MISCONFIGURED,
        "'https://faß.example/x' is not the URL of a push service",
    )
