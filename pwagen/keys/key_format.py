"""In which format a VAPID key is, whoever wrote it: openssl, web-push, py-vapid, a browser, a console.

The cryptography package is imported where DER or a point has to be calculated with, never for a key that is
as it should be: that takes 50 ms, and every build looks at the texts of its config.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pwagen.keys import base64url, p256

if TYPE_CHECKING:
    from pwagen.keys.der import DerKey

CANONICAL = "base64url"
CANONICAL_LENGTH = 87

# As text: `re` compiles and keeps those that a run needs, most often one.
_PEM = r"(?s)-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----"
_PYTHON_BYTES = r"""(?s)b?(['"])(.*)\1"""
_SETTING = r"(?:export\s+)?[A-Za-z_][A-Za-z0-9_.-]*\s*[=:]\s*(\S{43,})"
_QUOTED_SETTING = r"""\s*(?:export\s+)?\w+\s*[=:]\s*(["'])(.*)\1,?\s*"""
# 28 to 31 octets of base64 at the end of a line: a number whose zero octets at the front were left out.
_SHORT_NUMBER = r"""(?m)(?:^|[=:\s"'])([A-Za-z0-9_+/-]{38,42}={0,2})["',]*\s*$"""
_FCM = r"[A-Za-z0-9_-]{11,30}:APA91[A-Za-z0-9_-]{100,}"


@dataclass(frozen=True)
class KeyFormat:
    """What a text is, as a key.

    ``kind`` is for programs, ``label`` reads after "this is". ``point`` is the 65-byte public key of a text
    without a private one, ``private_key_bytes`` the 32-byte number, each None where there is none.
    ``defect`` says why a recognised key cannot serve as a VAPID key, "" if it can.
    """

    kind: str
    label: str
    private: bool = False
    point: bytes | None = None
    private_key_bytes: bytes | None = field(default=None, repr=False)
    defect: str = ""

    @cached_property
    def public_key_bytes(self) -> bytes | None:
        """The 65-byte public key, calculated if need be; None if the text neither holds nor gives it."""
        return p256.public_from_private(self.private_key_bytes) if self.private_key_bytes else self.point

    @property
    def public_key(self) -> str | None:
        """The public key as browsers and pwagen.yaml want it: base64url without padding, 87 characters."""
        return base64url.encode(self.public_key_bytes) if self.public_key_bytes else None


NOT_VAPID = "it is not a VAPID key"
_SEVERAL = "there is more than one private key in it - keep the one that is in use"
UNKNOWN = KeyFormat("unknown", "not a key that pwagen knows")


def identify(text: str) -> KeyFormat:
    """Return which key format `text` is in; never raises, kind "unknown" if it is not a key.

    The kinds: ``base64url`` (the canonical one, or ``private-base64url``), ``base64``, ``hex``,
    ``compressed``, ``headless``, ``pem-*``, ``der-*``, ``ssh``, ``jwk``, ``json``, ``service-account``,
    ``fcm``, ``google-api-key``; and ``quoted`` or ``setting`` around one of them.
    """
    text = text.strip().removeprefix("\ufeff")
    if len(text) == CANONICAL_LENGTH and (key := _read_base64(text)):
        return key
    return _read_wrapped(text) or _read_plain(text)


def identify_content(content: str | bytes) -> KeyFormat:
    """Return what a whole file or variable is: what `identify` says, or the key that is in its lines.

    The kind of the latter is "lines": environment files, settings modules, what web-push prints.
    """
    if isinstance(content, bytes) and (key := _read_der(content, "der", "DER")):
        return key
    text = as_text(content)
    key = identify(text)
    return key if key.kind != "unknown" else _of_lines(text)


def identify_lines(text: str) -> list[KeyFormat]:
    """Return what each line is."""
    return [identify(re.sub(_QUOTED_SETTING, r"\2", line)) for line in text.splitlines()]


def as_text(content: str | bytes) -> str:
    """Return what was read as text; binary forms of a key in base64url."""
    if isinstance(content, str):
        return content
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # what `>` of Windows PowerShell writes
        text = content.decode("utf-16", "replace")
        if text.isascii():
            return text
    try:
        # A DER structure may well consist of letters alone.
        text = "" if _read_der(content, "der", "DER") else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    return text or base64url.encode(content)


def _of_lines(text: str) -> KeyFormat:
    lines = identify_lines(text)
    private = [key for key in lines if key.private]
    public = [key for key in lines if not key.private and key.kind != "unknown"]
    if public and not private:
        private = list(_short_numbers(text, public[0]))
    if not private and not public:
        return UNKNOWN
    label = "a text with both keys in it" if private and public else "a text with a key in it"
    if len({key.private_key_bytes for key in private}) > 1:
        return KeyFormat("lines", label, private=True, defect=_SEVERAL)
    return replace((private or public)[0], kind="lines", label=label)


def _short_numbers(text: str, public: KeyFormat) -> Iterator[KeyFormat]:
    """Yield the private key of `public` where a line holds it without its leading zero octets."""
    for word in re.findall(_SHORT_NUMBER, text):
        key = _private("short", "a raw private key", _decode_base64(word) or b"", public.point or b"")
        if not key.defect:
            yield key


def _read_plain(text: str) -> KeyFormat:
    readers = (_read_pem, _read_json, _read_ssh, _read_google, _read_hex, _read_base64)
    return next((key for reader in readers if (key := reader(text))), UNKNOWN)


def _public(kind: str, label: str, point: bytes) -> KeyFormat:
    """Return the key of a point in any form of SEC 1, section 2.3.3."""
    if uncompressed := p256.uncompressed(point):
        return KeyFormat(kind, label, point=uncompressed)
    return KeyFormat(kind, label, defect="its point is not on the curve P-256, so a character is wrong")


def _private(kind: str, label: str, number: bytes, public: bytes = b"") -> KeyFormat:
    """Return the key of a big-endian number.

    Octets of zero may stand before it: some tools write any number as one with a sign. They may be missing
    where ``public``, the public key beside it, shows that nothing else is.
    """
    padded = number.lstrip(b"\0").rjust(32, b"\0")
    if not p256.is_private_number(padded):
        return KeyFormat(kind, label, private=True, defect="its number is not a P-256 private key")
    if len(number) < 32 and p256.public_from_private(padded) != p256.uncompressed(public):
        defect = f"its number has {len(number)} octets instead of 32, and no public key beside it confirms it"
        return KeyFormat(kind, label, private=True, defect=defect)
    return KeyFormat(kind, label, private=True, private_key_bytes=padded)


# --- containers ----------------------------------------------------------------------------------


def _read_pem(text: str) -> KeyFormat | None:
    if "-----BEGIN " not in text:
        return None
    # openssl writes "EC PARAMETERS" before the key itself.
    blocks = sorted(identify_pem_blocks(text), key=lambda key: (not key.private, bool(key.defect)))
    if blocks:
        return blocks[0]
    return KeyFormat("pem-broken", "a PEM text without its END line", private="PRIVATE" in text)


def identify_pem_blocks(text: str) -> list[KeyFormat]:
    """Return what each PEM block of a text is."""
    # A key takes less than 8 KiB; looking further would let a long text cost a long time.
    text = text[text.find("-----BEGIN ") :][:8192]
    # Environment variables and JSON often carry the line breaks as two characters.
    return [_pem_block(name, body) for name, body in re.findall(_PEM, text.replace("\\n", "\n"))]


def _pem_block(name: str, body: str) -> KeyFormat:
    private = "PRIVATE" in name
    if "ENCRYPTED" in name or "ENCRYPTED" in body:
        return KeyFormat(
            "pem-encrypted", "an encrypted PEM private key", True, defect="it needs a passphrase"
        )
    if name == "OPENSSH PRIVATE KEY":
        return KeyFormat("pem-openssh", "an OpenSSH private key", True, defect="it is made for ssh")
    data = _decode_base64("".join(body.split()))
    key = _read_der(data, "pem", "PEM") if data else None
    if key:
        return key
    kind = "private key" if private else name.lower()
    defect = "it does not hold a P-256 key that can be read"
    return KeyFormat("pem-other", f"a PEM {kind}", private, defect=defect)


def public_beside(data: bytes) -> KeyFormat | None:
    """Return the public key that a private key in DER carries with it, None if there is none."""
    key = _der_key(data)
    return _public("embedded", "a public key", key.point) if key and key.private and key.point else None


def _der_key(data: bytes) -> DerKey | None:
    # A SEQUENCE of one octet of length or two: all that needs no import to be told from other texts.
    if not re.match(rb"\x30(?:[\x20-\x7f]|\x81[\x80-\xff]|\x82)", data):
        return None
    from pwagen.keys import der

    return der.read_key(data)


def _read_der(data: bytes, prefix: str, encoding: str) -> KeyFormat | None:
    key = _der_key(data)
    if key is None:
        return None
    kind = f"{prefix}-{key.structure.lower().replace('#', '').replace(' ', '')}"
    label = f"a {encoding} {'private' if key.private else 'public'} key ({key.structure})"
    if key.other_algorithm:
        return KeyFormat(
            kind, label, key.private, defect=f"it is made for {key.other_algorithm}, not for P-256"
        )
    if key.private:
        return _private(kind, label, key.number, key.point)
    return _public(kind, label, key.point)


def _read_json(text: str) -> KeyFormat | None:
    if not text.startswith("{"):
        return None
    import json

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return identify_mapping(data) if isinstance(data, dict) else None


def identify_mapping(data: dict[str, Any]) -> KeyFormat:
    """Return the format of a key given as members: a JWK, a publicKey/privateKey pair, a service account."""
    if data.get("type") == "service_account":
        return KeyFormat(
            "service-account", "a Google service account", "private_key" in data, defect=NOT_VAPID
        )
    if "kty" in data:
        return _jwk(data)
    if isinstance(data.get("keys"), list):
        return _jwk_set(data["keys"])
    texts = {
        str(name).lower().replace("_", ""): value for name, value in data.items() if isinstance(value, str)
    }
    public = next((texts[name] for name in texts if name.endswith("publickey")), "")
    private = next((texts[name] for name in texts if name.endswith("privatekey")), "")
    if not public and not private:
        return UNKNOWN
    label = "JSON with both keys" if public and private else "JSON with a key in it"
    key = _read_plain((private or public).strip())
    if key.kind == "unknown" and public and (number := _decode_base64(private.strip())) and len(number) < 32:
        key = _private("json", label, number, _read_plain(public.strip()).point or b"")
    return replace(key, kind="json", label=label)


def _jwk_set(members: list[Any]) -> KeyFormat:
    keys = [_jwk(member) for member in members if isinstance(member, dict)]
    private = [key for key in keys if key.private]
    if len({key.private_key_bytes for key in private}) > 1:
        return KeyFormat("jwk", "a JWK Set", private=True, defect=_SEVERAL)
    return next(iter(private or keys), UNKNOWN)


def _jwk(data: dict[str, Any]) -> KeyFormat:
    label = "a private JWK" if "d" in data else "a public JWK"
    if data.get("kty") != "EC" or data.get("crv") != "P-256":
        return KeyFormat("jwk", label, "d" in data, defect="its kty is not EC or its crv is not P-256")
    x, y, d = (_decode_base64(value) if isinstance(value := data.get(name), str) else None for name in "xyd")
    # RFC 7518 section 6.2.1.2 wants 32 octets; numbers with a sign, or without leading zeros, are common.
    point = b"\x04" + b"".join((number or b"").lstrip(b"\0").rjust(32, b"\0") for number in (x, y))
    return _private("jwk", label, d or b"", point) if "d" in data else _public("jwk", label, point)


def _read_ssh(text: str) -> KeyFormat | None:
    if not text.startswith("ecdsa-sha2-nistp256 "):
        return None
    blob = _decode_base64(text.split()[1])
    return _public("ssh", "an OpenSSH public key", (blob or b"")[-65:])


def _read_google(text: str) -> KeyFormat | None:
    if re.fullmatch(_FCM, text):
        if text.startswith("AAAA"):
            return KeyFormat("fcm", "a legacy FCM server key", True, defect=NOT_VAPID)
        return KeyFormat("fcm", "an FCM registration token", defect=NOT_VAPID)
    if re.fullmatch(r"AIza[A-Za-z0-9_-]{35}", text):
        return KeyFormat("google-api-key", "a Google API key", defect=NOT_VAPID)
    return None


def _read_wrapped(text: str) -> KeyFormat | None:
    for kind, label, pattern, group in (
        ("quoted", "with quotes as part of it", _PYTHON_BYTES, 2),
        ("setting", "with the name of a setting before it", _SETTING, 1),
    ):
        match = re.fullmatch(pattern, text)
        inner = _read_plain(match[group].strip()) if match else UNKNOWN
        if inner.kind != "unknown":
            return replace(inner, kind=kind, label=f"{inner.label}, {label}")
    return None


# --- bare numbers --------------------------------------------------------------------------------


def _read_hex(text: str) -> KeyFormat | None:
    digits = "".join(text.removeprefix("0x").replace(":", " ").split())
    if len(digits) not in (64, 66, 128, 130) or not re.fullmatch("[0-9a-fA-F]+", digits):
        return None
    key = _bare(bytes.fromhex(digits))
    return replace(key, kind="hex", label=f"{key.label} in hexadecimal") if key else None


def _read_base64(text: str) -> KeyFormat | None:
    compact = "".join(text.split())
    data = _decode_base64(compact)
    if data is None:
        return None
    if key := _read_der(data, "der", "DER"):
        return replace(key, label=f"{key.label} in base64")
    key = _bare(data)
    if key is None:
        return None
    padded, standard = compact.endswith("="), "+" in compact or "/" in compact
    if standard or padded:
        encoding = "standard base64" if standard else "base64url with padding"
        return replace(key, kind="base64", label=f"{key.label} in {encoding}")
    spaced = ", with white space in it" if compact != text else ""
    kind = key.kind if not spaced else "spaced"
    return replace(key, kind=kind, label=f"{key.label} in base64url{spaced}")


def _bare(data: bytes) -> KeyFormat | None:
    """Return the format of a raw key by its length and first byte (SEC 1, section 2.3)."""
    if len(data) == 65 and data[0] == 4:
        return _public(CANONICAL, "a raw public key", data)
    if len(data) == 64:
        key = _public("headless", "a raw public key without its first byte 04", b"\x04" + data)
        return None if key.defect else key
    if len(data) == 33 and data[0] in (2, 3):
        return _public("compressed", "a compressed public key", data)
    if len(data) == 32 or (len(data) == 33 and data[0] == 0):
        return _private("private-base64url", "a raw private key", data)
    return None


def _decode_base64(text: str) -> bytes | None:
    """Return the bytes of base64 in either alphabet; None for anything else, and for nothing."""
    try:
        return base64url.decode(text) or None
    except ValueError:
        return None
