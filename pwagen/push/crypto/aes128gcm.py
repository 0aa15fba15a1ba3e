"""The aes128gcm content coding with a single record (RFC 8188), which is all that Web Push allows."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hmac import digest

RECORD_SIZE = 4096
TAG_LENGTH = 16
_LAST_RECORD = b"\x02"
_PREFIX_LENGTH = 21  # salt, record size, length of the key id


@dataclass(frozen=True)
class CodedBody:
    """A body taken apart into the header's fields and the encrypted record."""

    salt: bytes
    record_size: int
    key_id: bytes
    record: bytes


def seal(
    plaintext: bytes,
    input_keying_material: bytes,
    salt: bytes,
    key_id: bytes = b"",
    *,
    padding: int = 0,
) -> bytes:
    """Return header and record for `plaintext`, with `padding` zero octets after the delimiter."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, nonce = _key_and_nonce(input_keying_material, salt)
    record = AESGCM(key).encrypt(nonce, plaintext + _LAST_RECORD + bytes(padding), None)
    return salt + struct.pack("!IB", RECORD_SIZE, len(key_id)) + key_id + record


def unpack(body: bytes) -> CodedBody:
    """Return the parts of `body`.

    Raises ValueError when the header is cut short or when there is more than one record
    (RFC 8291 section 4 forbids that for push messages).
    """
    if len(body) < _PREFIX_LENGTH:
        raise ValueError("the body is shorter than an aes128gcm header")
    record_size, key_id_length = struct.unpack("!IB", body[16:_PREFIX_LENGTH])
    start = _PREFIX_LENGTH + key_id_length
    record = body[start:]
    if record_size < TAG_LENGTH + 2:
        raise ValueError(f"the record size is {record_size}, the least is {TAG_LENGTH + 2}")
    if len(record) <= TAG_LENGTH:
        raise ValueError("the body does not contain a complete record")
    if len(record) > record_size:
        raise ValueError("the body has more than one record")
    return CodedBody(body[:16], record_size, body[_PREFIX_LENGTH:start], record)


def unseal(body: CodedBody, input_keying_material: bytes) -> bytes:
    """Return the plaintext; raises ValueError when the key is another or the record was altered."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, nonce = _key_and_nonce(input_keying_material, body.salt)
    try:
        padded = AESGCM(key).decrypt(nonce, body.record, None)
    except InvalidTag:
        raise ValueError("the record was encrypted with another key, or altered") from None
    plaintext, delimiter = padded.rstrip(b"\x00")[:-1], padded.rstrip(b"\x00")[-1:]
    if delimiter != _LAST_RECORD:
        raise ValueError("the record does not end in the delimiter of a last record")
    return plaintext


def hkdf_sha256(salt: bytes, key: bytes, info: bytes, length: int) -> bytes:
    """Return `length` octets, at most 32, of HKDF with SHA-256 (RFC 5869)."""
    extracted = digest(salt, key, "sha256")
    return digest(extracted, info + b"\x01", "sha256")[:length]


def _key_and_nonce(input_keying_material: bytes, salt: bytes) -> tuple[bytes, bytes]:
    key = hkdf_sha256(salt, input_keying_material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = hkdf_sha256(salt, input_keying_material, b"Content-Encoding: nonce\0", 12)
    return key, nonce
