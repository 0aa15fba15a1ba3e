"""Who sends a push: voluntary application server identification (RFC 8292)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pwagen.errors import PwagenError
from pwagen.keys import base64url
from pwagen.push.crypto.contact import checked_contact
from pwagen.push.transport.endpoints import origin

if TYPE_CHECKING:
    from pwagen.keys.key_pair import KeyPair

DEFAULT_LIFETIME = 12 * 3600
MAX_LIFETIME = 24 * 3600  # RFC 8292 section 2: a longer one is refused
_HEADER = base64url.encode(b'{"typ":"JWT","alg":"ES256"}')
_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*"?([A-Za-z0-9._-]+)"?\s*')


class InvalidAuthorizationError(PwagenError):
    """What a push service has against an Authorization header; `status` is the answer it gives."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def authorization(
    endpoint: str,
    key_pair: KeyPair,
    subject: str,
    *,
    now: float,
    lifetime_seconds: int = DEFAULT_LIFETIME,
) -> str:
    """Return a freshly signed Authorization header for the push service of `endpoint`.

    `now` is in seconds since 1970, the lifetime at most a day. Raises SubjectError for a subject
    that push services refuse and ValueError for a lifetime they refuse.
    """
    if not 0 < lifetime_seconds <= MAX_LIFETIME:
        raise ValueError(f"lifetime_seconds is {lifetime_seconds}, it must be within a day")
    claims = {
        "aud": origin(endpoint),
        "exp": int(now) + lifetime_seconds,
        "sub": checked_contact(subject),
    }
    body = json.dumps(claims, separators=(",", ":")).encode()
    signed = f"{_HEADER}.{base64url.encode(body)}"
    return f"vapid t={signed}.{_signature(signed, key_pair)}, k={key_pair.public_key}"


class VapidSigner:
    """Authorization headers of one key pair, signed once for each push service and renewed in time."""

    # A stored list with very many services is not normal; it must not fill the memory either.
    _MAX_ORIGINS = 1000

    def __init__(self, key_pair: KeyPair, subject: str, *, lifetime_seconds: int = DEFAULT_LIFETIME) -> None:
        """Raises SubjectError at once, rather than at the first message."""
        self._key_pair = key_pair
        self._subject = checked_contact(subject)
        self._lifetime = lifetime_seconds
        self._headers: dict[str, tuple[float, str]] = {}

    def authorization(self, endpoint: str, now: float) -> str:
        """Return a header that stays valid for at least half of the lifetime."""
        audience = origin(endpoint)
        signed_at, header = self._headers.get(audience, (float("-inf"), ""))
        if not signed_at <= now < signed_at + self._lifetime / 2:
            header = authorization(
                audience, self._key_pair, self._subject, now=now, lifetime_seconds=self._lifetime
            )
            if len(self._headers) >= self._MAX_ORIGINS:
                self._headers.clear()
            self._headers[audience] = (now, header)
        return header


def verify(
    header: str | None, audience: str, *, now: float, public_key: str | None = None
) -> Mapping[str, Any]:
    """Return the claims of an Authorization header, as a push service checks it.

    `audience` is the service's own origin, `public_key` the key that the subscription was made
    with, if it was. Raises InvalidAuthorizationError: 401 for an absent or unreadable header, 403 for a
    wrong one (RFC 8292 section 4.2).
    """
    token, key = _parameters(header)
    claims = _verified_claims(token, key)
    if public_key is not None and key != public_key:
        raise InvalidAuthorizationError(403, "k is not the key that the subscription was made with")
    if claims.get("aud") != audience:
        raise InvalidAuthorizationError(
            403, f"aud is {claims.get('aud')!r}, the origin of this endpoint is {audience!r}"
        )
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or isinstance(expires, bool):
        raise InvalidAuthorizationError(403, f"exp is {expires!r}, a number is needed")
    if expires <= now:
        raise InvalidAuthorizationError(403, f"the token expired {now - expires:.0f} s ago")
    if expires > now + MAX_LIFETIME:
        raise InvalidAuthorizationError(403, "exp is more than 24 hours ahead")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.startswith(("mailto:", "https:")):
        raise InvalidAuthorizationError(403, f"sub is {subject!r}, a mailto: or https: URL is needed")
    return claims


def _signature(signed: str, key_pair: KeyPair) -> str:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    der = key_pair.signing_key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(der)
    return base64url.encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def _parameters(header: str | None) -> tuple[str, str]:
    if not header:
        raise InvalidAuthorizationError(401, "there is no Authorization header")
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() != "vapid":
        raise InvalidAuthorizationError(401, f"the scheme is {scheme!r} instead of vapid")
    matches = [_PARAMETER.fullmatch(part) for part in rest.split(",")]
    parameters = {match[1].lower(): match[2] for match in matches if match}
    if len(parameters) != len(matches) or not {"t", "k"} <= parameters.keys():
        raise InvalidAuthorizationError(401, "the header is not of the form vapid t=…, k=…")
    return parameters["t"], parameters["k"]


def _verified_claims(token: str, key: str) -> dict[str, Any]:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    try:
        signed, _, signature = token.rpartition(".")
        header, body = (json.loads(base64url.decode(part)) for part in signed.split("."))
        raw = base64url.decode(signature)
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64url.decode(key))
    except ValueError:
        raise InvalidAuthorizationError(401, "t is not a JWT, or k is not a P-256 point") from None
    if not (isinstance(header, dict) and isinstance(body, dict) and len(raw) == 64):
        raise InvalidAuthorizationError(401, "t is not an ES256 JWT")
    if header.get("alg") != "ES256":
        raise InvalidAuthorizationError(401, f"the token's alg is {header.get('alg')!r} instead of ES256")
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        point.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise InvalidAuthorizationError(403, "the token's signature is not from the key k") from None
    return body
