"""Elliptic curve keys inside DER: the three structures that tools write, read without a library.

RFC 5280 section 4.1 (SubjectPublicKeyInfo), RFC 5958 (PKCS#8) and RFC 5915 (SEC 1).
"""

from __future__ import annotations

from dataclasses import dataclass, field

INTEGER, BIT_STRING, OCTET_STRING, OID, SEQUENCE = 0x02, 0x03, 0x04, 0x06, 0x30
EC_PUBLIC_KEY = bytes.fromhex("2a8648ce3d0201")
P256 = bytes.fromhex("2a8648ce3d030107")
OTHER_KEYS = {
    bytes.fromhex("2a864886f70d010101"): "RSA",
    bytes.fromhex("2b6570"): "Ed25519",
    bytes.fromhex("2b656e"): "X25519",
    bytes.fromhex("2b81040022"): "P-384",
    bytes.fromhex("2b81040023"): "P-521",
    bytes.fromhex("2b8104000a"): "secp256k1",
}


@dataclass(frozen=True)
class DerKey:
    """What a DER structure holds: its name, the point, the private number, or another kind of key."""

    structure: str
    private: bool
    point: bytes = b""
    secret: bytes = field(default=b"", repr=False)
    other_algorithm: str = ""


Item = tuple[int, bytes]


def read_key(data: bytes) -> DerKey | None:
    """Return the key inside `data`, None if it is none of the three structures."""
    try:
        outer = _items(data)
        if len(outer) != 1 or outer[0][0] != SEQUENCE:
            return None
        return _key(_items(outer[0][1]))
    except (ValueError, IndexError):
        return None


def _key(parts: list[Item]) -> DerKey | None:
    match [tag for tag, _ in parts[:3]]:
        case [0x30, 0x03]:
            other = _other_algorithm(parts[0][1])
            return DerKey("SPKI", False, parts[1][1][1:], other_algorithm=other)
        case [0x02, 0x30, 0x04]:
            other = _other_algorithm(parts[1][1])
            inner = None if other else read_key(parts[2][1])
            point, secret = (inner.point, inner.secret) if inner else (b"", b"")
            return DerKey("PKCS#8", True, point, secret, other)
        case [0x02, 0x04, *_]:
            return _sec1(parts)
        case _:
            return None


def _sec1(parts: list[Item]) -> DerKey:
    optional = dict(parts[2:])
    curve = _items(optional[0xA0])[0][1] if 0xA0 in optional else P256
    point = _items(optional[0xA1])[0][1][1:] if 0xA1 in optional else b""
    other = "" if curve == P256 else OTHER_KEYS.get(curve, "another curve")
    return DerKey("SEC 1", True, point, parts[1][1].rjust(32, b"\0"), other)


def _other_algorithm(identifier: bytes) -> str:
    """Return "" for a P-256 key, else the name of what it is."""
    names = [content for tag, content in _items(identifier) if tag == OID]
    if names == [EC_PUBLIC_KEY, P256]:
        return ""
    return next((OTHER_KEYS[name] for name in names if name in OTHER_KEYS), "another algorithm")


def _items(data: bytes) -> list[Item]:
    """Return (tag, content) of each element; raises ValueError where the lengths don't add up."""
    items = []
    while data:
        length, start = data[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[2:start], "big")
        if start > 6 or start + length > len(data):
            raise ValueError("DER length beyond the end")
        items.append((data[0], data[start : start + length]))
        data = data[start + length :]
    return items
