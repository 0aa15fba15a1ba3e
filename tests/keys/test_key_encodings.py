"""Keys as openssl, gnutls, Node, Java and py-vapid write them: every honest encoding is read.

tests/vectors/keys.json has the output of those programs for two private numbers: one whose first bit is set,
which a number with a sign needs a 33rd octet for, and one whose first octet is zero, which some leave out.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization as ser

from pwagen.keys import base64url
from pwagen.keys.key_format import identify, identify_content
from pwagen.keys.key_pair import KeyPair, KeyPairError, load_key_pair
from tests.folders import TESTS

VECTORS = json.loads((TESTS / "vectors/keys.json").read_text())
SHORT = KeyPair.from_private_bytes(bytes(1) + bytes(range(200, 231)))
SIGNED = KeyPair.from_private_bytes(bytes(range(200, 232)))
CURVE = bytes.fromhex("06082a8648ce3d030107")


def element(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return bytes([tag, len(content)]) + content


def sec1(number: bytes, point: bytes = b"", *, curve: bool = True) -> bytes:
    """Return RFC 5915's ECPrivateKey."""
    public = element(0xA1, element(0x03, b"\0" + point)) if point else b""
    return element(0x30, b"\x02\x01\x01", element(4, number), element(0xA0, CURVE) if curve else b"", public)


def compressed(pair: KeyPair) -> bytes:
    return pair.signing_key.public_key().public_bytes(ser.Encoding.X962, ser.PublicFormat.CompressedPoint)


def number(pair: KeyPair) -> bytes:
    return base64url.decode(pair.private_key)


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{vector['by']}, {vector['number']}" for vector in VECTORS])
def test_what_other_tools_write_is_read(vector: dict[str, Any]) -> None:
    source = vector["text"] if "text" in vector else base64.b64decode(vector["base64"])
    key = identify_content(source)
    assert (key.private, key.public_key, key.defect) == (vector["private"], vector["public_key"], "")
    if vector["private"]:
        assert load_key_pair(source).public_key == vector["public_key"]


@pytest.mark.parametrize(
    ("source", "pair"),
    [
        (sec1(b"\0" + number(SIGNED)), SIGNED),
        (sec1(b"\0\0" + number(SHORT), compressed(SHORT)), SHORT),
        (sec1(number(SIGNED), curve=False), SIGNED),
        (sec1(number(SHORT)[1:], SHORT.public_key_bytes), SHORT),
        (sec1(number(SHORT)[1:], compressed(SHORT), curve=False), SHORT),
        (base64url.encode(b"\0" + number(SIGNED)), SIGNED),
        (json.dumps({"kty": "EC", "crv": "P-256", "d": SIGNED.private_key}), SIGNED),
    ],
    ids=["33 octets", "34", "no curve", "31 beside a point", "31, compressed", "raw 33", "JWK, d alone"],
)
def test_numbers_of_other_lengths_are_read(source: str | bytes, pair: KeyPair) -> None:
    assert load_key_pair(source) == pair


JWK = {"kty": "EC", "crv": "P-256", "d": SIGNED.private_key}


@pytest.mark.parametrize(
    "source",
    [
        SIGNED.private_pem.decode().encode("utf-16"),  # openssl … > key.pem in Windows PowerShell
        b"\xfe\xff" + SIGNED.private_key.encode("utf-16-be"),
        json.dumps({"keys": [JWK]}),  # RFC 7517 section 5
    ],
    ids=["PEM in UTF-16", "base64url in UTF-16", "JWK Set"],
)
def test_what_else_a_key_is_wrapped_in(source: str | bytes) -> None:
    assert load_key_pair(source) == SIGNED


def test_a_set_of_two_private_keys_is_in_doubt() -> None:
    other = JWK | {"d": SHORT.private_key}
    with pytest.raises(KeyPairError, match="there is more than one private key in it"):
        load_key_pair(json.dumps({"keys": [JWK, other]}))


def test_a_number_that_begins_like_utf_16_is_a_number() -> None:
    pair = KeyPair.from_private_bytes(b"\xff\xfe" + bytes(range(200, 230)))
    assert load_key_pair(b"\xff\xfe" + bytes(range(200, 230))) == pair


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (sec1(number(SHORT)[1:]), "31 octets instead of 32, and no public key beside it confirms it"),
        (sec1(number(SHORT)[1:], SIGNED.public_key_bytes), "31 octets instead of 32"),
        (sec1(number(SHORT), compressed(SIGNED)), "are not a pair"),
        (sec1(number(SHORT), b"\x05" + bytes(32)), "beside the private key .* not on the curve P-256"),
        (sec1(b"\1" + number(SHORT)), "not a P-256 private key"),
        (SHORT.private_pem + SIGNED.public_pem, "are not a pair"),
        (
            json.dumps({"publicKey": SIGNED.public_key, "privateKey": base64url.encode(number(SHORT)[1:])}),
            "31",
        ),
    ],
    ids=["31 alone", "31 and another point", "another point", "not a point", "33", "two PEM", "30 in JSON"],
)
def test_what_is_in_doubt_is_refused_with_the_reason(source: str | bytes, why: str) -> None:
    with pytest.raises(KeyPairError, match=why) as refusal:
        load_key_pair(source)
    assert SHORT.private_key[2:] not in str(refusal.value)


def test_explicit_parameters_of_another_curve_are_told_apart() -> None:
    order = ["openssl", "ecparam", "-name", "secp256k1", "-genkey", "-noout", "-param_enc", "explicit"]
    pem = subprocess.run(order, capture_output=True, check=True, text=True).stdout
    assert "made for another curve, not for P-256" in identify(pem).defect


def test_no_text_of_a_config_costs_the_import_of_cryptography() -> None:
    """A public key as it should be, and texts that could be a raw key or DER by their length."""
    texts = [
        SIGNED.public_key,
        "a" * 43,
        "MA" + "b" * 41,
        "Make sure that you know where the tide tables are",
    ]
    code = (
        "import sys; from pwagen.keys.key_format import identify\n"
        "for text in sys.argv[1:]: identify(text)\n"
        "assert 'cryptography' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, *texts], check=True)
