"""Points of the curve P-256 in plain integers: enough to judge and convert a public key.

Nothing here signs or encrypts, so nothing here needs to run in constant time; `keys.py` does that work
with the cryptography library, which takes 50 ms to import that a build can do without.
"""

from __future__ import annotations

# SEC 2, section 2.4.2 (secp256r1); a = -3.
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
GENERATOR = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

Point = tuple[int, int]


def is_point(data: bytes) -> bool:
    """Return whether the 65 bytes are an uncompressed point on the curve (SEC 1, section 2.3.4)."""
    if len(data) != 65 or data[0] != 4:
        return False
    x, y = int.from_bytes(data[1:33], "big"), int.from_bytes(data[33:], "big")
    return x < P and y < P and y * y % P == _right_side(x)


def decompress(data: bytes) -> bytes | None:
    """Return the 65-byte form of a 33-byte compressed point, None if it is no point of the curve."""
    if len(data) != 33 or data[0] not in (2, 3):
        return None
    x = int.from_bytes(data[1:], "big")
    if x >= P:
        return None
    # P % 4 == 3, so this is a square root of the right side wherever there is one.
    y = pow(_right_side(x), (P + 1) // 4, P)
    if y % 2 != data[0] % 2:
        y = P - y
    point = encode((x, y))
    return point if is_point(point) else None


def public_from_private(private: bytes) -> bytes | None:
    """Return the 65-byte public key of a 32-byte private key, None if the number is out of range."""
    scalar = int.from_bytes(private, "big")
    if len(private) != 32 or not 0 < scalar < ORDER:
        return None
    result: Point | None = None
    addend: Point | None = GENERATOR
    while scalar:
        if scalar & 1:
            result = _add(result, addend)
        addend = _add(addend, addend)
        scalar >>= 1
    return encode(result) if result else None


def encode(point: Point) -> bytes:
    """Return the uncompressed 65-byte form of a point."""
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def _right_side(x: int) -> int:
    return (x * x * x - 3 * x + B) % P


def _add(one: Point | None, other: Point | None) -> Point | None:
    """Return the sum of two points; None is the point at infinity."""
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    if one == other:
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P
