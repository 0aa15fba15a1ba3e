"""Points and numbers of the curve P-256: judged in plain integers, calculated by the cryptography package.

That takes 50 ms to import, which a build whose key is as it should be can do without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

# SEC 2, section 2.4.2 (secp256r1); a = -3.
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def is_point(data: bytes) -> bool:
    """Return whether the 65 bytes are an uncompressed point on the curve (SEC 1, section 2.3.4)."""
    if len(data) != 65 or data[0] != 4:
        return False
    x, y = int.from_bytes(data[1:33], "big"), int.from_bytes(data[33:], "big")
    return x < P and y < P and y * y % P == (x * x * x - 3 * x + B) % P


def is_private_number(data: bytes) -> bool:
    """Return whether the 32 bytes are a number from 1 to one less than the curve's order."""
    return len(data) == 32 and 0 < int.from_bytes(data, "big") < ORDER


def uncompressed(data: bytes) -> bytes | None:
    """Return the 65-byte form of a point in any form of SEC 1, None if it is not a point of the curve."""
    if data[:1] in (b"\x04", b"\x06", b"\x07"):  # 6 and 7 are the hybrid form of X9.62
        point = b"\x04" + data[1:]
        return point if is_point(point) else None
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        return point_of(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data))
    except ValueError:
        return None


def public_from_private(number: bytes) -> bytes:
    """Return the 65-byte public key of a 32-byte private number; raises ValueError if it is out of range."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return point_of(ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1()).public_key())


def point_of(key: EllipticCurvePublicKey) -> bytes:
    """Return the 65-byte uncompressed point of a key of the cryptography package."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
