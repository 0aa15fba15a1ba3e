"""Key pairs in every form that tools write."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest

from pwagen.keys import base64url
from pwagen.keys.key_pair import KeyPair, KeyPairError, generate_key_pair, load_key_pair

KEYS = generate_key_pair()
OTHER = generate_key_pair()


def as_json(public: str, private: str) -> str:
    return json.dumps({"publicKey": public, "privateKey": private})


FORMS: dict[str, str | bytes] = {
    "PKCS#8 PEM": KEYS.private_pem,
    "SEC1 PEM": KEYS.private_sec1_pem,
    "PEM in one line, from an environment variable": KEYS.private_pem.decode().replace("\n", "\\n"),
    "DER": KEYS.private_der,
    "DER in base64": base64.b64encode(KEYS.private_der).decode(),
    "JWK": json.dumps(KEYS.to_jwk(private=True)),
    "base64url": KEYS.private_key,
    "base64url with a line break": KEYS.private_key + "\n",
    "padded base64": base64.b64encode(base64url.decode(KEYS.private_key)).decode(),
    "hex": base64url.decode(KEYS.private_key).hex(),
    "web-push --json": as_json(KEYS.public_key, KEYS.private_key),
    "vapidkeys.com": json.dumps(
        {"subject": "mailto:a@b.org", "publicKey": KEYS.public_key, "privateKey": KEYS.private_key}
    ),
    "web-push": f"=====\n\nPublic Key:\n{KEYS.public_key}\n\nPrivate Key:\n{KEYS.private_key}\n\n=====\n",
    "an environment file": f"VAPID_PUBLIC_KEY={KEYS.public_key}\nVAPID_PRIVATE_KEY='{KEYS.private_key}'\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(form: str) -> None:
    """web-push reads the raw number alone, and pywebpush no PEM text."""
    assert load_key_pair(FORMS[form]) == KEYS


@pytest.mark.parametrize(
    "mixed",
    [
        as_json(OTHER.public_key, KEYS.private_key),
        json.dumps(KEYS.to_jwk(private=True) | OTHER.to_jwk(private=False)),
        f"Public Key:\n{OTHER.public_key}\n\nPrivate Key:\n{KEYS.private_key}\n",
        KEYS.private_der.replace(KEYS.public_key_bytes, OTHER.public_key_bytes),
        b"-----BEGIN PRIVATE KEY-----\n"
        + base64.encodebytes(KEYS.private_der.replace(KEYS.public_key_bytes, OTHER.public_key_bytes))
        + b"-----END PRIVATE KEY-----\n",
    ],
    ids=["JSON", "JWK", "text", "DER", "PEM"],
)
def test_halves_of_two_pairs_are_refused(mixed: str | bytes) -> None:
    """web-push checks the lengths only, pywebpush and webpush-rs nothing."""
    with pytest.raises(KeyPairError, match="not a pair"):
        load_key_pair(mixed)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (KEYS.public_key, "without the private key"),
        (KEYS.public_pem, "without the private key"),
        ("", "not a key that pwagen knows"),
        ("missing.pem", "not a key that pwagen knows"),
        (b"\xff\xfe\x00", "not a key that pwagen knows"),
        (base64url.encode(bytes(32)), "not a P-256 private key"),
        (base64url.encode(b"\xff" * 32), "not a P-256 private key"),
        (as_json(KEYS.public_key[:-2] + "AA", KEYS.private_key), "beside the private key"),
        (f"A={KEYS.private_key}\nB={OTHER.private_key}\n", "more than one private key"),
    ],
    ids=["public", "public PEM", "empty", "a file", "bytes", "zero", "too large", "two halves", "two keys"],
)
def test_what_is_no_key_pair_is_named(source: str | bytes, why: str) -> None:
    with pytest.raises(KeyPairError, match=why) as refusal:
        load_key_pair(source)
    assert KEYS.private_key not in str(refusal.value)


def test_a_private_key_with_a_leading_zero_keeps_its_length() -> None:
    pair = KeyPair.from_private_bytes(bytes(31) + b"\x07")
    assert len(pair.private_key) == 43
    assert load_key_pair(pair.private_key) == pair
    assert load_key_pair(pair.private_sec1_pem) == pair


def test_key_pairs_differ_and_have_the_lengths_that_browsers_want() -> None:
    assert KEYS != OTHER
    assert (len(KEYS.public_key), len(KEYS.private_key)) == (87, 43)
    assert KEYS.public_key_bytes[0] == 4


@pytest.mark.parametrize("show", [repr, str])
def test_printing_a_pair_hides_the_private_key(show: Callable[[object], str]) -> None:
    assert KEYS.private_key not in show(KEYS)
    assert KEYS.public_key in show(KEYS)


def test_what_is_written_is_what_other_tools_read() -> None:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
    from py_vapid import Vapid02

    for pem in (KEYS.private_pem, KEYS.private_sec1_pem):
        assert KeyPair.from_signing_key(load_pem_private_key(pem, None)) == KEYS  # type: ignore[arg-type]
    public = load_pem_public_key(KEYS.public_pem)
    assert public == KEYS.signing_key.public_key()
    raw = Vapid02.from_raw(KEYS.private_key.encode())
    assert raw.private_key.private_numbers() == KEYS.signing_key.private_numbers()
    assert Vapid02.from_pem(KEYS.private_pem).public_key.public_numbers() == public.public_numbers()  # type: ignore[union-attr]
