"""Message encryption against the RFCs' vectors and against independent implementations."""

from __future__ import annotations

import json
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from pwagen.keys import base64url
from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.push.crypto import aes128gcm
from pwagen.push.crypto.encryption import (
    MAX_PLAINTEXT,
    PayloadTooLargeError,
    SubscriptionKeysError,
    decrypt,
    encrypt,
    padding_to,
)
from tests.folders import TESTS

VECTORS = TESTS / "vectors"
RECEIVER = generate_key_pair()
AUTH = bytes(range(16))


def vector(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text())


def key_of(number: str) -> ec.EllipticCurvePrivateKey:
    return KeyPair.from_private_bytes(base64url.decode(number)).signing_key


def test_the_example_of_rfc_8291_byte_for_byte() -> None:
    example = vector("rfc8291")
    body = encrypt(
        example["plaintext"].encode(),
        base64url.decode(example["ua_public"]),
        base64url.decode(example["auth_secret"]),
        salt=base64url.decode(example["salt"]),
        sender_key=key_of(example["as_private"]),
    )
    assert base64url.encode(body) == example["body"]
    assert len(body) == example["body_octets_actual"]


def test_the_example_of_rfc_8291_is_read() -> None:
    example = vector("rfc8291")
    plaintext = decrypt(
        base64url.decode(example["body"]),
        key_of(example["ua_private"]),
        base64url.decode(example["auth_secret"]),
    )
    assert plaintext.decode() == example["plaintext"]


def test_the_first_example_of_rfc_8188_both_ways() -> None:
    example = vector("rfc8188")["examples"][0]
    key = base64url.decode(example["ikm"])
    body = aes128gcm.seal(example["plaintext"].encode(), key, base64url.decode(example["salt"]))
    assert base64url.encode(body) == example["body"]
    assert aes128gcm.unseal(aes128gcm.unpack(body), key) == example["plaintext"].encode()


def test_a_body_of_several_records_is_refused() -> None:
    body = base64url.decode(vector("rfc8188")["examples"][1]["body"])
    with pytest.raises(ValueError, match="more than one record"):
        aes128gcm.unpack(body)


@settings(max_examples=60, deadline=None)
@given(plaintext=st.binary(max_size=MAX_PLAINTEXT), padding=st.integers(0, 200))
def test_an_independent_implementation_reads_every_payload(plaintext: bytes, padding: int) -> None:
    padding = min(padding, MAX_PLAINTEXT - len(plaintext))
    body = encrypt(plaintext, RECEIVER.public_key_bytes, AUTH, padding=padding)
    read = http_ece.decrypt(body, private_key=RECEIVER.signing_key, auth_secret=AUTH, version="aes128gcm")
    assert read == plaintext
    assert len(body) == 86 + len(plaintext) + 1 + padding + 16


@settings(max_examples=30, deadline=None)
@given(plaintext=st.binary(min_size=1, max_size=3000))  # http_ece writes no record for nothing
def test_what_an_independent_implementation_wrote_is_read(plaintext: bytes) -> None:
    sender = generate_key_pair().signing_key
    body = http_ece.encrypt(
        plaintext,
        private_key=sender,
        dh=RECEIVER.public_key_bytes,
        auth_secret=AUTH,
        version="aes128gcm",
    )
    assert decrypt(body, RECEIVER.signing_key, AUTH) == plaintext


def test_salt_and_sender_key_are_new_for_each_message() -> None:
    first, second = (encrypt(b"same", RECEIVER.public_key_bytes, AUTH) for _ in range(2))
    assert first[:16] != second[:16]
    assert first[21:86] != second[21:86]


def test_the_largest_payload_fills_4096_octets_and_one_more_is_refused() -> None:
    """pywebpush makes several records of 5,000 bytes; webpush-rs refuses everything above 3,052."""
    assert len(encrypt(bytes(3993), RECEIVER.public_key_bytes, AUTH)) == 4096
    with pytest.raises(PayloadTooLargeError, match=r"3994 bytes.* 3993 at most"):
        encrypt(bytes(3994), RECEIVER.public_key_bytes, AUTH)
    with pytest.raises(PayloadTooLargeError, match="3990 bytes and 4 of padding"):
        encrypt(bytes(3990), RECEIVER.public_key_bytes, AUTH, padding=4)


@pytest.mark.parametrize(
    ("p256dh", "auth", "why"),
    [
        (RECEIVER.public_key_bytes, AUTH[:15], "keys.auth has 15 bytes"),
        (RECEIVER.public_key_bytes[1:], AUTH, "keys.p256dh has 64 bytes"),
        (b"\x02" + RECEIVER.public_key_bytes[1:], AUTH, "uncompressed"),
        (b"\x04" + bytes(64), AUTH, "not a point of the curve"),
    ],
)
def test_unusable_subscription_keys_are_named(p256dh: bytes, auth: bytes, why: str) -> None:
    with pytest.raises(SubscriptionKeysError, match=why):
        encrypt(b"", p256dh, auth)


@pytest.mark.parametrize("position", [0, 20, 50, 86, -1])
def test_an_altered_body_is_refused(position: int) -> None:
    body = bytearray(encrypt(b"hello", RECEIVER.public_key_bytes, AUTH))
    body[position] ^= 1
    with pytest.raises(ValueError, match=r"^the "):
        decrypt(bytes(body), RECEIVER.signing_key, AUTH)


def test_another_subscription_cannot_read_it() -> None:
    body = encrypt(b"hello", RECEIVER.public_key_bytes, AUTH)
    with pytest.raises(ValueError, match="another key"):
        decrypt(body, generate_key_pair().signing_key, AUTH)
    with pytest.raises(ValueError, match="another key"):
        decrypt(body, RECEIVER.signing_key, bytes(16))


@pytest.mark.parametrize("length", [0, 20, 85, 86, 102])
def test_a_body_cut_short_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r"^the "):
        decrypt(encrypt(b"", RECEIVER.public_key_bytes, AUTH)[:length], RECEIVER.signing_key, AUTH)


@pytest.mark.parametrize(
    ("multiple", "length", "padding"),
    [(0, 5, 0), (100, 5, 95), (100, 100, 0), (100, 101, 99), (3000, 3001, 992), (1000, 4000, 0), (7, 0, 0)],
)
def test_padding_fills_up_to_a_multiple_and_never_too_far(multiple: int, length: int, padding: int) -> None:
    assert padding_to(multiple, length) == padding


@pytest.mark.parametrize(
    ("size", "why"), [(17, "the record size is 17, the least is 18"), (18, "more than one")]
)
def test_a_record_has_room_for_its_tag_and_its_end(size: int, why: str) -> None:
    body = encrypt(b"hello", RECEIVER.public_key_bytes, AUTH)
    with pytest.raises(ValueError, match=why):
        aes128gcm.unpack(body[:16] + size.to_bytes(4, "big") + body[20:])
