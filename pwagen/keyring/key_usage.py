"""Where each form of a key goes."""

from __future__ import annotations

from dataclasses import dataclass

from pwagen.keys import base64url
from pwagen.keys.key_pair import KeyPair, public_jwk, public_pem

_HIDDEN = "<the private key: --private shows it>"


@dataclass(frozen=True)
class Usage:
    """One place for a key: what it is called, and the lines to write there."""

    place: str
    lines: str


def usages(pair: KeyPair, key_file: str, *, private: bool) -> list[Usage]:
    """Return the places, with the private key itself only if `private`."""
    secret = pair.private_key if private else _HIDDEN
    public = pair.public_key
    return [
        Usage("pwagen.yaml", f'push:\n  vapid_public_key: "{public}"'),
        Usage("pwagen send", f"pwagen send --key {key_file} --subject mailto:you@your.domain …"),
        Usage(
            "Django (settings.py, django-webpush)",
            "WEBPUSH_SETTINGS = {\n"
            f'    "VAPID_PUBLIC_KEY": "{public}",\n'
            f'    "VAPID_PRIVATE_KEY": "{secret}",\n'
            '    "VAPID_ADMIN_EMAIL": "you@your.domain",\n'
            "}",
        ),
        Usage(
            "pywebpush",
            f'webpush(subscription, data, vapid_private_key="{key_file if not private else secret}", '
            'vapid_claims={"sub": "mailto:you@your.domain"}, ttl=86400)',
        ),
        Usage(
            "web-push (npm)",
            f'webpush.setVapidDetails("mailto:you@your.domain", "{public}", "{secret}")',
        ),
    ]


PUBLIC_FORMS = ("public", "public-pem", "public-jwk")
FORMS = ("pem", "sec1", "der", "jwk", "raw", "json", *PUBLIC_FORMS)


def converted(pair: KeyPair, form: str) -> bytes:
    """Return `pair` in one of FORMS; those that are not in PUBLIC_FORMS hold the private key."""
    match form:
        case "pem":
            return pair.private_pem
        case "sec1":
            return pair.private_sec1_pem
        case "der":
            return pair.private_der
        case "jwk":
            return _json(pair.to_jwk(private=True))
        case "raw":
            return pair.private_key.encode() + b"\n"
        case "json":
            return _json({"publicKey": pair.public_key, "privateKey": pair.private_key})
    return converted_public(pair.public_key_bytes, form)


def converted_public(point: bytes, form: str) -> bytes:
    """Return the public key, a 65-byte point, in one of PUBLIC_FORMS."""
    match form:
        case "public":
            return base64url.encode(point).encode() + b"\n"
        case "public-pem":
            return public_pem(point)
        case "public-jwk":
            return _json(public_jwk(point))
    raise ValueError(f"{form!r} is none of {', '.join(FORMS)}")


def _json(value: dict[str, str]) -> bytes:
    import json

    return json.dumps(value).encode() + b"\n"
