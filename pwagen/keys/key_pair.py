"""VAPID key pairs: made, read from any common form, written in each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pwagen.errors import PwagenError
from pwagen.keys import base64url, p256
from pwagen.keys.key_format import (
    KeyFormat,
    as_text,
    identify,
    identify_content,
    identify_lines,
    identify_pem_blocks,
    public_beside,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_PRIVATE_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(.*?)-----END ", re.DOTALL)


class KeyPairError(PwagenError):
    """A text or file that gives no usable VAPID key pair. Its message never quotes the key."""


@dataclass(frozen=True)
class KeyPair:
    """A P-256 key pair that identifies an application server (RFC 8292).

    `public_key` is the uncompressed point, 87 characters of base64url, as browsers want it;
    `private_key` is the 32-byte number, 43 characters, as web-push and pywebpush want it.
    """

    public_key: str
    private_key: str = field(repr=False)

    @classmethod
    def from_private_bytes(cls, number: bytes) -> KeyPair:
        """Return the pair of a 32-byte private number; raises KeyPairError outside 1 … n-1."""
        from cryptography.hazmat.primitives.asymmetric import ec

        try:
            key = ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1())
        except ValueError:
            raise KeyPairError("the private key is not a number that P-256 allows") from None
        return cls.from_signing_key(key)

    @classmethod
    def from_signing_key(cls, key: EllipticCurvePrivateKey) -> KeyPair:
        """Return the pair of a key of the cryptography package."""
        point = p256.point_of(key.public_key())
        number = key.private_numbers().private_value.to_bytes(32, "big")
        return cls(base64url.encode(point), base64url.encode(number))

    @cached_property
    def signing_key(self) -> EllipticCurvePrivateKey:
        """The private key as the cryptography package wants it."""
        from cryptography.hazmat.primitives.asymmetric import ec

        number = int.from_bytes(base64url.decode(self.private_key), "big")
        return ec.derive_private_key(number, ec.SECP256R1())

    @property
    def public_key_bytes(self) -> bytes:
        """The 65 bytes of the public point."""
        return base64url.decode(self.public_key)

    @property
    def private_pem(self) -> bytes:
        """PKCS#8 in PEM without a passphrase, the form that pwagen keeps on disk."""
        return self._private_bytes("PEM", "PKCS8")

    @property
    def private_sec1_pem(self) -> bytes:
        """SEC1 in PEM, as `openssl ecparam -genkey` writes it."""
        return self._private_bytes("PEM", "TraditionalOpenSSL")

    @property
    def private_der(self) -> bytes:
        """PKCS#8 in DER."""
        return self._private_bytes("DER", "PKCS8")

    @property
    def public_pem(self) -> bytes:
        """SubjectPublicKeyInfo in PEM."""
        return public_pem(self.public_key_bytes)

    def to_jwk(self, *, private: bool) -> dict[str, str]:
        """Return the JSON Web Key (RFC 7518 section 6.2), with its `d` only if `private`."""
        jwk = public_jwk(self.public_key_bytes)
        return jwk | {"d": self.private_key} if private else jwk

    def _private_bytes(self, encoding: str, form: str) -> bytes:
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        return self.signing_key.private_bytes(
            getattr(Encoding, encoding), getattr(PrivateFormat, form), NoEncryption()
        )


def public_pem(point: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo in PEM of a 65-byte point."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_jwk(point: bytes) -> dict[str, str]:
    """Return the JSON Web Key (RFC 7518 section 6.2) of a 65-byte point."""
    x, y = base64url.encode(point[1:33]), base64url.encode(point[33:])
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def generate_key_pair() -> KeyPair:
    """Return a new random key pair."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return KeyPair.from_signing_key(ec.generate_private_key(ec.SECP256R1()))


def load_key_pair(source: str | bytes) -> KeyPair:
    """Return the key pair in `source`: PEM, DER, JWK, the JSON of web-push, or the raw private key.

    A public key in `source` must be the private one's own. Raises KeyPairError, which says what
    `source` is instead.
    """
    key = identify_content(source)
    if key.private_key_bytes is None:
        raise KeyPairError(_no_private_key(key))
    pair = KeyPair.from_private_bytes(key.private_key_bytes)
    for public in _stated_public_keys(as_text(source)):
        if public.defect:
            raise KeyPairError(f"beside the private key there is {public.label}, but {public.defect}")
        if public.public_key_bytes not in (None, pair.public_key_bytes):
            raise KeyPairError("the public and the private key are not a pair: they come from two key pairs")
    return pair


def _stated_public_keys(text: str) -> list[KeyFormat]:
    """Return the public keys that `text` gives beside the private one."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict):
        public = {name: value for name, value in data.items() if name != "d" and "rivate" not in name}
        has_key = "kty" not in public or {"x", "y"} & public.keys()
        return [identify(json.dumps(public))] if has_key else []
    pem = _PRIVATE_PEM.search(text.replace("\\n", "\n"))
    embedded = _embedded_public_key(pem[1] if pem else text)
    beside = [key for key in identify_pem_blocks(text) if key.kind == "pem-spki"]
    beside += [embedded] if embedded else []
    return beside or [key for key in identify_lines(text) if not key.private]


def _embedded_public_key(text: str) -> KeyFormat | None:
    try:
        return public_beside(base64url.decode("".join(text.split())))
    except ValueError:
        return None


def _no_private_key(key: KeyFormat) -> str:
    if key.kind == "unknown" or key.defect:
        return described(key)
    return f"this is {key.label}, without the private key that signing needs"


def described(key: KeyFormat) -> str:
    """Return what something that holds no usable key is, as a sentence."""
    if key.kind == "unknown":
        return f"this is {key.label} - it reads PEM, DER, JWK, base64url and the JSON of web-push"
    return f"this is {key.label}" + (f", but {key.defect}" if key.defect else "")
