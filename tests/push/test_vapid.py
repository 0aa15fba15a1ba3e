"""VAPID headers as push services read them (RFC 8292)."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from pwagen.keys import base64url
from pwagen.keys.key_pair import generate_key_pair
from pwagen.push.crypto.contact import ContactError, checked_contact
from pwagen.push.crypto.vapid import InvalidAuthorizationError, VapidSigner, authorization, verify
from pwagen.push.transport.endpoints import EndpointError, origin
from tests.folders import TESTS

KEYS = generate_key_pair()
SUBJECT = "mailto:push@harbour.news"
NOW = 1_800_000_000.0
FCM = "https://fcm.googleapis.com/fcm/send/abc"
MOZILLA = "https://updates.push.services.mozilla.com/wpush/v2/abc"


def rfc_header() -> str:
    path = TESTS / "vectors" / "rfc8292.json"
    return str(json.loads(path.read_text())["authorization"])


def test_the_example_of_rfc_8292_verifies() -> None:
    claims = verify(rfc_header(), "https://push.example.net", now=1453523768 - 3600)
    assert claims["sub"] == "mailto:push@example.com"


def test_a_header_verifies_for_its_own_service_only() -> None:
    header = authorization(FCM, KEYS, SUBJECT, now=NOW)
    claims = verify(header, "https://fcm.googleapis.com", now=NOW, public_key=KEYS.public_key)
    assert claims == {"aud": "https://fcm.googleapis.com", "exp": NOW + 12 * 3600, "sub": SUBJECT}
    with pytest.raises(InvalidAuthorizationError, match="aud is"):
        verify(header, "https://updates.push.services.mozilla.com", now=NOW)


def test_an_independent_implementation_accepts_the_token() -> None:
    from py_vapid import Vapid02

    header = authorization(FCM, KEYS, SUBJECT, now=NOW)
    assert Vapid02.verify(header.replace(", ", ","))  # it reads the form without a space only


def test_tokens_of_an_independent_implementation_verify() -> None:
    from py_vapid import Vapid02

    other = Vapid02.from_raw(KEYS.private_key.encode())
    headers = other.sign({"sub": SUBJECT, "aud": "https://fcm.googleapis.com", "exp": int(NOW) + 60})
    claims = verify(headers["Authorization"], "https://fcm.googleapis.com", now=NOW)
    assert claims["sub"] == SUBJECT


def test_two_services_get_two_audiences_from_one_signer() -> None:
    """pywebpush writes the first audience into the caller's claims (web-push-libs/pywebpush#130)."""
    signer = VapidSigner(KEYS, SUBJECT)
    first, second = signer.authorization(FCM, NOW), signer.authorization(MOZILLA, NOW)
    assert verify(first, origin(FCM), now=NOW)["aud"] == origin(FCM)
    assert verify(second, origin(MOZILLA), now=NOW)["aud"] == origin(MOZILLA)


def test_a_vapid_token_is_reused_until_shortly_before_it_expires() -> None:
    signer = VapidSigner(KEYS, SUBJECT, lifetime_seconds=1000)
    first = signer.authorization(FCM, NOW)
    assert signer.authorization(FCM + "/another", NOW + 499) == first
    renewed = signer.authorization(FCM, NOW + 501)
    assert renewed != first
    assert verify(renewed, origin(FCM), now=NOW + 1400)
    # A clock that was set back must not keep a token that is too far ahead.
    assert signer.authorization(FCM, NOW) != renewed


def altered(part: int) -> str:
    pieces = authorization(FCM, KEYS, SUBJECT, now=NOW).split(".")
    data = bytearray(base64url.decode(pieces[part].split(",")[0].removeprefix("vapid t=")))
    data[-3] ^= 1
    pieces[part] = ("vapid t=" if part == 0 else "") + base64url.encode(bytes(data))
    return ".".join(pieces) + (f", k={KEYS.public_key}" if part == 2 else "")


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, 401),
        ("", 401),
        ("Bearer abc", 401),
        ("vapid t=abc", 401),
        ("vapid t=a.b.c, k=abc", 401),
        (f"WebPush {KEYS.public_key}", 401),
        (altered(2), 403),
        (
            authorization(FCM, KEYS, SUBJECT, now=NOW).split("k=")[0] + "k=" + generate_key_pair().public_key,
            403,
        ),
        (authorization(FCM, generate_key_pair(), SUBJECT, now=NOW), 403),
        (authorization(FCM, KEYS, SUBJECT, now=NOW - 13 * 3600), 403),
        (authorization(FCM, KEYS, SUBJECT, now=NOW + 13 * 3600), 403),
    ],
    ids=[
        "no header",
        "empty header",
        "another scheme",
        "no key",
        "no JWT",
        "an old scheme",
        "another signature",
        "another key in the header",
        "another key's signature",
        "expired",
        "valid for too long",
    ],
)
def test_a_push_service_refuses(header: str | None, status: int) -> None:
    with pytest.raises(InvalidAuthorizationError) as refusal:
        verify(header, origin(FCM), now=NOW, public_key=KEYS.public_key)
    assert refusal.value.status == status


CLAIMS = {"aud": origin(FCM), "exp": NOW + 60, "sub": SUBJECT}


@pytest.mark.parametrize(
    ("algorithm", "claims", "message"),
    [
        ("none", {}, "alg is 'none'"),
        ("HS256", {}, "alg is 'HS256'"),
        ("ES256", {"exp": str(NOW + 60)}, "a number is needed"),
        ("ES256", {"exp": True}, "a number is needed"),
        ("ES256", {"exp": NOW}, "expired 0 s ago"),
        ("ES256", {"sub": None}, "sub is None"),
        ("ES256", {"sub": "push@harbour.news"}, "sub is"),
        ("ES256", {}, None),
    ],
)
def test_what_a_token_says_is_checked_though_it_is_signed(
    algorithm: str, claims: dict[str, Any], message: str | None
) -> None:
    parts = (json.dumps(part).encode() for part in ({"typ": "JWT", "alg": algorithm}, CLAIMS | claims))
    text = ".".join(map(base64url.encode, parts))
    r, s = decode_dss_signature(KEYS.signing_key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    signature = base64url.encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    refusal = pytest.raises(InvalidAuthorizationError, match=message) if message else nullcontext()
    with refusal:
        verify(f"vapid t={text}.{signature}, k={KEYS.public_key}", origin(FCM), now=NOW)


@pytest.mark.parametrize(
    ("header", "claims", "signature"),
    [([], CLAIMS, 64), ({"alg": "ES256"}, [], 64), ({"alg": "ES256"}, CLAIMS, 72)],
)
def test_what_is_no_token_of_es256_is_unreadable(header: object, claims: object, signature: int) -> None:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), bytes(signature))
    with pytest.raises(InvalidAuthorizationError, match="t is not an ES256 JWT") as refusal:
        verify(f"vapid t={'.'.join(map(base64url.encode, parts))}, k={KEYS.public_key}", origin(FCM), now=NOW)
    assert refusal.value.status == 401


def test_a_lifetime_beyond_a_day_is_a_mistake() -> None:
    assert authorization(FCM, KEYS, SUBJECT, now=NOW, lifetime_seconds=24 * 3600)
    with pytest.raises(ValueError, match="within a day"):
        authorization(FCM, KEYS, SUBJECT, now=NOW, lifetime_seconds=24 * 3600 + 1)


@pytest.mark.parametrize(
    "subject", ["mailto:push@harbour.news", "https://harbour.news/contact", "mailto:a+b@sub.harbour.co.uk"]
)
def test_reachable_subjects(subject: str) -> None:
    assert checked_contact(subject) == subject


@pytest.mark.parametrize(
    ("subject", "instead"),
    [
        ("push@harbour.news", "write 'mailto:push@harbour.news'"),
        ("http://harbour.news", "write 'https://harbour.news'"),
        ("mailto:x@localhost", "Apple refuses"),
        ("https://localhost:8000", "Apple refuses"),
        ("mailto:x@foo.invalid", "Apple refuses"),
        ("mailto:x@printer.local", "Apple refuses"),
        ("mailto:example@example.com", "Apple refuses"),
        ("mailto:me@mail.example.org", "Apple refuses"),
        ("mailto:x@127.0.0.1", "Apple refuses"),
        ("mailto:you@your.domain", "Apple refuses"),
        ("mailto:push@db.internal", "Apple refuses"),
        ("https://nas.lan/contact", "Apple refuses"),
        ("mailto:push@router.home.arpa", "Apple refuses"),
        ("https://[::1]/", "Apple refuses"),
        ("mailto:<push@harbour.news>", "without spaces or brackets"),
        ("mailto: push@harbour.news", "without spaces or brackets"),
        ("mailto:", "write 'mailto:'"),
        ("", "write 'mailto:'"),
        ("https://", "write 'mailto:'"),
    ],
)
def test_subjects_that_a_push_service_refuses(subject: str, instead: str) -> None:
    """pywebpush and web-push let x@localhost and x@foo.invalid pass (web-push-libs/web-push#947)."""
    with pytest.raises(ContactError) as refusal:
        checked_contact(subject)
    assert instead in str(refusal.value)
    with pytest.raises(ContactError):
        VapidSigner(KEYS, subject)


@pytest.mark.parametrize(
    ("endpoint", "serialised"),
    [
        ("https://Push.Example.net/x", "https://push.example.net"),
        ("https://push.example.net:443/x", "https://push.example.net"),
        ("https://push.example.net:8443/x", "https://push.example.net:8443"),
        ("http://127.0.0.1:9100/x", "http://127.0.0.1:9100"),
        ("https://[::1]:9100/x", "https://[::1]:9100"),
        ("https://xn--bcher-kva.example/x", "https://xn--bcher-kva.example"),
    ],
)
def test_origins(endpoint: str, serialised: str) -> None:
    assert origin(endpoint) == serialised


@pytest.mark.parametrize(
    "endpoint", ["", "abc", "ftp://a/b", "https:///x", "https://a:b/", "https://a b/", "//a/b"]
)
def test_what_is_no_endpoint(endpoint: str) -> None:
    with pytest.raises(EndpointError):
        origin(endpoint)
