"""Elliptic curve keys inside DER, in the three structures that tools write.

RFC 5280 section 4.1 (SubjectPublicKeyInfo), RFC 5958 (PKCS#8) and RFC 5915 (SEC 1). The loaders of the
cryptography package refuse numbers of 31 or 33 octets and SEC 1 without the name of its curve, so its ASN.1
decoder reads the structures. Import this module where a text is about to be explained: it takes 20 ms.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

from pwagen.keys.p256 import ORDER

EC_PUBLIC_KEY = "1.2.840.10045.2.1"
P256 = "1.2.840.10045.3.1.7"
OTHER_KEYS = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.3.101.112": "Ed25519",
    "1.3.101.110": "X25519",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
    "1.3.132.0.10": "secp256k1",
}


@dataclass(frozen=True)
class DerKey:
    """What a DER structure holds.

    ``point`` is the public key as it is encoded, ``number`` the private one, big-endian; both may have any
    length, and be empty. ``other_algorithm`` names what the key is made for if that is not P-256.
    """

    structure: str
    private: bool
    point: bytes = b""
    number: bytes = field(default=b"", repr=False)
    other_algorithm: str = ""


@asn1.sequence
class _ExplicitCurve:
    """RFC 3279 section 2.3.5, ECParameters: ``openssl ecparam -param_enc explicit``."""

    version: int
    field_id: asn1.TLV
    curve: asn1.TLV
    base: bytes
    order: int
    cofactor: int | None


@asn1.sequence
class _Algorithm:
    algorithm: ObjectIdentifier
    parameters: ObjectIdentifier | _ExplicitCurve | asn1.Null | None


@asn1.sequence
class _Spki:
    algorithm: _Algorithm
    public_key: asn1.BitString


@asn1.sequence
class _Pkcs8:
    version: int
    algorithm: _Algorithm
    private_key: bytes
    attributes: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(0)]
    public_key: Annotated[asn1.BitString | None, asn1.Implicit(1)]


@asn1.sequence
class _Sec1:
    version: int
    private_key: bytes
    parameters: Annotated[ObjectIdentifier | _ExplicitCurve | None, asn1.Explicit(0)]
    public_key: Annotated[asn1.BitString | None, asn1.Explicit(1)]


def read_key(data: bytes) -> DerKey | None:
    """Return the key inside `data`, None if it is not one of the three structures."""
    structures: tuple[type[_Sec1 | _Pkcs8 | _Spki], ...] = (_Sec1, _Pkcs8, _Spki)
    for structure in structures:
        try:
            return _key(asn1.decode_der(structure, data))
        except ValueError:
            continue
    return None


def _key(decoded: _Sec1 | _Pkcs8 | _Spki) -> DerKey:
    if isinstance(decoded, _Spki):
        other = _other_algorithm(decoded.algorithm)
        return DerKey("SPKI", False, _bytes(decoded.public_key), other_algorithm=other)
    if isinstance(decoded, _Sec1):
        point = _bytes(decoded.public_key)
        return DerKey("SEC 1", True, point, decoded.private_key, _other_curve(decoded.parameters))
    other = _other_algorithm(decoded.algorithm)
    inner = None if other else read_key(decoded.private_key)
    point = (inner.point if inner else b"") or _bytes(decoded.public_key)
    return DerKey("PKCS#8", True, point, inner.number if inner else b"", other)


def _other_algorithm(algorithm: _Algorithm) -> str:
    """Return "" for a P-256 key, else the name of what it is."""
    name = algorithm.algorithm.dotted_string
    if name == EC_PUBLIC_KEY and not isinstance(algorithm.parameters, asn1.Null):
        return _other_curve(algorithm.parameters)
    return OTHER_KEYS.get(name, "another algorithm")


def _other_curve(parameters: ObjectIdentifier | _ExplicitCurve | None) -> str:
    """Return "" for P-256 and where no curve is named, else the name of the curve."""
    if isinstance(parameters, ObjectIdentifier):
        name = parameters.dotted_string
        return "" if name == P256 else OTHER_KEYS.get(name, "another curve")
    return "another curve" if parameters and parameters.order != ORDER else ""


def _bytes(bits: asn1.BitString | None) -> bytes:
    return bits.as_bytes() if bits else b""
