"""Where each form of a key goes."""

from __future__ import annotations

from dataclasses import dataclass

from pwagen.push.keys import KeyPair

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


FORMS = ("pem", "sec1", "der", "jwk", "raw", "json", "public", "public-pem", "public-jwk")


def converted(pair: KeyPair, form: str) -> bytes:
    """Return `pair` in one of FORMS; those that don't start with "public" hold the private key."""
    import json

    match form:
        case "pem":
            return pair.private_pem
        case "sec1":
            return pair.private_sec1_pem
        case "der":
            return pair.private_der
        case "jwk" | "public-jwk":
            return json.dumps(pair.to_jwk(private=form == "jwk")).encode() + b"\n"
        case "raw":
            return pair.private_key.encode() + b"\n"
        case "json":
            keys = {"publicKey": pair.public_key, "privateKey": pair.private_key}
            return json.dumps(keys).encode() + b"\n"
        case "public":
            return pair.public_key.encode() + b"\n"
        case "public-pem":
            return pair.public_pem
    raise ValueError(f"{form!r} is none of {', '.join(FORMS)}")
