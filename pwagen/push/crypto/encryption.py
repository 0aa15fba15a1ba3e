"""Message encryption for Web Push (RFC 8291)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pwagen.errors import PwagenError
from pwagen.keys import p256
from pwagen.push.crypto.aes128gcm import RECORD_SIZE, TAG_LENGTH, hkdf_sha256, seal, unpack, unseal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import (
        EllipticCurvePrivateKey,
        EllipticCurvePublicKey,
    )

_HEADER_LENGTH = 86  # salt 16, record size 4, key id length 1, the sender's public key 65
MAX_PLAINTEXT = RECORD_SIZE - _HEADER_LENGTH - TAG_LENGTH - 1  # push services take 4096 octets


class PayloadTooLargeError(PwagenError):
    """The message does not fit the one record that a push may have."""


class SubscriptionKeysError(PwagenError):
    """The keys of a subscription cannot be used for encryption."""


def encrypt(
    plaintext: bytes,
    p256dh: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    sender_key: EllipticCurvePrivateKey | None = None,
    padding: int = 0,
) -> bytes:
    """Return the request body for `plaintext`, readable by the owner of `p256dh` and `auth` alone.

    Salt and sender key are made anew for each message; pass them only to reproduce test vectors.
    `padding` octets hide the length. Raises PayloadTooLargeError when plaintext and padding together are
    longer than MAX_PLAINTEXT octets, and SubscriptionKeysError for unusable keys.
    """
    from cryptography.hazmat.primitives.asymmetric import ec

    if len(plaintext) + padding > MAX_PLAINTEXT:
        padded = f" and {padding} of padding" if padding else ""
        raise PayloadTooLargeError(
            f"the payload has {len(plaintext)} bytes{padded}, a push carries {MAX_PLAINTEXT} at most"
        )
    receiver = _receiver_key(p256dh, auth)
    sender_key = sender_key or ec.generate_private_key(ec.SECP256R1())
    sender = p256.point_of(sender_key.public_key())
    secret = sender_key.exchange(ec.ECDH(), receiver)
    keying_material = _input_keying_material(secret, auth, p256dh, sender)
    return seal(plaintext, keying_material, salt or os.urandom(16), sender, padding=padding)


def padding_to(multiple: int, length: int) -> int:
    """Return the octets that fill `length` up to a `multiple`, or to all that a push carries; 0 for 0."""
    padded = -(-length // multiple) * multiple if multiple else length
    return max(0, min(padded, MAX_PLAINTEXT) - length)


def decrypt(body: bytes, private_key: EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """Return the plaintext of a push to the subscription that owns `private_key` and `auth`.

    Raises ValueError, with the reason, when the body is not for it or not well-formed.
    """
    from cryptography.hazmat.primitives.asymmetric import ec

    coded = unpack(body)
    try:
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), coded.key_id)
    except ValueError:
        raise ValueError("the header's key id is not a point of the curve P-256") from None
    secret = private_key.exchange(ec.ECDH(), sender)
    receiver = p256.point_of(private_key.public_key())
    return unseal(coded, _input_keying_material(secret, auth, receiver, coded.key_id))


def _receiver_key(p256dh: bytes, auth: bytes) -> EllipticCurvePublicKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    if len(auth) != 16:
        raise SubscriptionKeysError(f"keys.auth has {len(auth)} bytes instead of 16")
    if len(p256dh) != 65 or p256dh[0] != 4:
        raise SubscriptionKeysError(
            f"keys.p256dh has {len(p256dh)} bytes instead of the 65 of an uncompressed P-256 point"
        )
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    except ValueError:
        raise SubscriptionKeysError("keys.p256dh is not a point of the curve P-256") from None


def _input_keying_material(secret: bytes, auth: bytes, receiver: bytes, sender: bytes) -> bytes:
    return hkdf_sha256(auth, secret, b"WebPush: info\0" + receiver + sender, 32)
