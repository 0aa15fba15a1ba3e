"""Just enough of the protobuf wire format for Chromium's check-in and MCS messages.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterable

Field = tuple[int, "int | str | bytes | Fixed64"]
Decoded = dict[int, list["int | bytes"]]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Fixed64(int):
    """An integer that goes over the wire as eight bytes."""


def encode(fields: Iterable[Field]) -> bytes:
    """Return the message made of ``(number, value)`` pairs, repeated numbers included."""
    return b"".join(_encode_field(number, value) for number, value in fields)


def _encode_field(number: int, value: int | str | bytes | Fixed64) -> bytes:
    if isinstance(value, Fixed64):
        return varint(number << 3 | _FIXED64) + value.to_bytes(8, "little")
    if isinstance(value, int):
        return varint(number << 3 | _VARINT) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | _BYTES) + varint(len(data)) + data


def varint(value: int) -> bytes:
    """Return a non-negative integer in groups of seven bits, the lowest first."""
    if value < 0:
        raise ValueError("only non-negative integers are encoded")
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)


def decode(data: bytes) -> Decoded:
    """Return the fields by number, each with all its values in order; raises ValueError when cut short."""
    fields: Decoded = {}
    position = 0
    while position < len(data):
        key, position = _read_varint(data, position)
        value, position = _read_value(data, position, key & 7)
        fields.setdefault(key >> 3, []).append(value)
    return fields


def _read_value(data: bytes, position: int, wire_type: int) -> tuple[int | bytes, int]:
    if wire_type == _VARINT:
        return _read_varint(data, position)
    if wire_type == _BYTES:
        length, position = _read_varint(data, position)
    elif wire_type in (_FIXED64, _FIXED32):
        length = 8 if wire_type == _FIXED64 else 4
    else:
        raise ValueError(f"wire type {wire_type} is not known")
    end = position + length
    if end > len(data):
        raise ValueError("the message is cut short")
    value = data[position:end]
    return (value if wire_type == _BYTES else int.from_bytes(value, "little")), end


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if position >= len(data) or shift > 63:
            raise ValueError("the message is cut short")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def text(fields: Decoded, number: int) -> str:
    """Return a string field, empty when it is absent."""
    values = fields.get(number)
    return values[-1].decode() if values and isinstance(values[-1], bytes) else ""


def number(fields: Decoded, field: int) -> int:
    """Return an integer field, 0 when it is absent."""
    values = fields.get(field)
    return values[-1] if values and isinstance(values[-1], int) else 0
