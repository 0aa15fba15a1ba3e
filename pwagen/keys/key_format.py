"""In which format a VAPID key is, whoever wrote it: openssl, web-push, py-vapid, a browser, a console.

Needs no cryptography, so that loading a config can explain a wrong key without that import.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from pwagen.keys import base64url, p256

CANONICAL = "base64url"
CANONICAL_LENGTH = 87

# As text: `re` compiles and keeps those that a run needs, most often one.
_PEM = r"(?s)-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----"
_PYTHON_BYTES = r"""(?s)b?(['"])(.*)\1"""
_SETTING = r"(?:export\s+)?[A-Za-z_][A-Za-z0-9_.-]*\s*[=:]\s*(\S{43,})"
_QUOTED_SETTING = r"""\s*(?:export\s+)?\w+\s*[=:]\s*(["'])(.*)\1,?\s*"""
_FCM = r"[A-Za-z0-9_-]{11,30}:APA91[A-Za-z0-9_-]{100,}"


@dataclass(frozen=True)
class KeyFormat:
    """What a text is, as a key.

    ``kind`` is for programs, ``label`` reads after "this is". ``public_key_bytes`` is the 65-byte point
    and ``private_key_bytes`` the 32-byte number, each None where the text doesn't hold or give it.
    ``defect`` says why a recognised key cannot serve as a VAPID key, "" if it can.
    """

    kind: str
    label: str
    private: bool = False
    public_key_bytes: bytes | None = None
    private_key_bytes: bytes | None = field(default=None, repr=False)
    defect: str = ""

    @property
    def public_key(self) -> str | None:
        """The public key as browsers and pwagen.yaml want it: base64url without padding, 87 characters."""
        return base64url.encode(self.public_key_bytes) if self.public_key_bytes else None


UNKNOWN = KeyFormat("unknown", "no key that pwagen knows")


def identify(text: str) -> KeyFormat:
    """Return which key format `text` is in; never raises, kind "unknown" if it is none.

    The kinds: ``base64url`` (the canonical one, or ``private-base64url``), ``base64``, ``hex``,
    ``compressed``, ``headless``, ``pem-*``, ``der-*``, ``ssh``, ``jwk``, ``json``, ``service-account``,
    ``fcm``, ``google-api-key``; and ``quoted`` or ``setting`` around one of them.
    """
    text = text.strip().removeprefix("\ufeff")
    if len(text) == CANONICAL_LENGTH and (found := _read_base64(text)):
        return found
    return _read_wrapped(text) or _read_plain(text)


def identify_content(content: str | bytes) -> KeyFormat:
    """Return what a whole file or variable is: what `identify` says, or the key that is in its lines.

    The kind of the latter is "lines": environment files, settings modules, what web-push prints.
    """
    if isinstance(content, bytes) and (found := _read_der(content, "der", "DER")):
        return found
    text = as_text(content)
    found = identify(text)
    return found if found.kind != "unknown" else _of_lines(identify_lines(text))


def identify_lines(text: str) -> list[KeyFormat]:
    """Return what each line is."""
    return [identify(re.sub(_QUOTED_SETTING, r"\2", line)) for line in text.splitlines()]


def as_text(content: str | bytes) -> str:
    """Return what was read as text; binary forms of a key in base64url."""
    if isinstance(content, str):
        return content
    from pwagen.keys import der

    try:
        # A DER structure may well consist of letters alone.
        text = "" if der.read_key(content) else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    return text or base64url.encode(content)


def _of_lines(lines: list[KeyFormat]) -> KeyFormat:
    private = [found for found in lines if found.private]
    public = [found for found in lines if not found.private and found.kind != "unknown"]
    if not private and not public:
        return UNKNOWN
    label = "a text with both keys in it" if private and public else "a text with a key in it"
    if len({found.private_key_bytes for found in private}) > 1:
        defect = "there is more than one private key in it - keep the one that is in use"
        return KeyFormat("lines", label, private=True, defect=defect)
    return replace((private or public)[0], kind="lines", label=label)


def _read_plain(text: str) -> KeyFormat:
    readers = (_read_pem, _read_json, _read_ssh, _read_google, _read_hex, _read_base64)
    return next((found for reader in readers if (found := reader(text))), UNKNOWN)


def _public(kind: str, label: str, point: bytes) -> KeyFormat:
    if p256.is_point(point):
        return KeyFormat(kind, label, public_key_bytes=point)
    return KeyFormat(kind, label, defect="its point is not on the curve P-256, so a character is wrong")


def _private(kind: str, label: str, secret: bytes) -> KeyFormat:
    point = p256.public_from_private(secret)
    if point is None:
        return KeyFormat(kind, label, private=True, defect="its number is no P-256 private key")
    return KeyFormat(kind, label, True, point, secret)


# --- containers ----------------------------------------------------------------------------------


def _read_pem(text: str) -> KeyFormat | None:
    if "-----BEGIN " not in text:
        return None
    # A key takes less than 8 KiB; looking further would let a long text cost a long time.
    text = text[text.index("-----BEGIN ") :][:8192]
    # Environment variables and JSON often carry the line breaks as two characters.
    blocks = re.findall(_PEM, text.replace("\\n", "\n"))
    found = [_pem_block(name, body) for name, body in blocks]
    # openssl writes "EC PARAMETERS" before the key itself.
    found.sort(key=lambda item: (not item.private, item.public_key_bytes is None))
    return (
        found[0]
        if found
        else KeyFormat("pem-broken", "a PEM text without its END line", private="PRIVATE" in text)
    )


def _pem_block(name: str, body: str) -> KeyFormat:
    private = "PRIVATE" in name
    if "ENCRYPTED" in name or "ENCRYPTED" in body:
        return KeyFormat(
            "pem-encrypted", "an encrypted PEM private key", True, defect="it needs a passphrase"
        )
    if name == "OPENSSH PRIVATE KEY":
        return KeyFormat("pem-openssh", "an OpenSSH private key", True, defect="it is made for ssh")
    data = _decode_base64("".join(body.split()))
    found = _read_der(data, "pem", "PEM") if data else None
    if found:
        return found
    kind = "private key" if private else name.lower()
    return KeyFormat("pem-other", f"a PEM {kind}", private, defect="it holds no P-256 key that can be read")


def _read_der(data: bytes, prefix: str, encoding: str) -> KeyFormat | None:
    from pwagen.keys import der

    key = der.read_key(data)
    if key is None:
        return None
    kind = f"{prefix}-{key.structure.lower().replace('#', '').replace(' ', '')}"
    label = f"a {encoding} {'private' if key.private else 'public'} key ({key.structure})"
    if key.other_algorithm:
        return KeyFormat(
            kind, label, key.private, defect=f"it is made for {key.other_algorithm}, not for P-256"
        )
    return _private(kind, label, key.secret) if key.private else _public(kind, label, key.point)


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
            "service-account", "a Google service account", "private_key" in data, defect="it is no VAPID key"
        )
    if "kty" in data:
        return _jwk(data)
    texts = {
        str(name).lower().replace("_", ""): value for name, value in data.items() if isinstance(value, str)
    }
    public = next((texts[name] for name in texts if name.endswith("publickey")), "")
    private = next((texts[name] for name in texts if name.endswith("privatekey")), "")
    if not public and not private:
        return UNKNOWN
    label = "JSON with both keys" if public and private else "JSON with a key in it"
    return replace(_read_plain((private or public).strip()), kind="json", label=label)


def _jwk(data: dict[str, Any]) -> KeyFormat:
    label = "a private JWK" if "d" in data else "a public JWK"
    if data.get("kty") != "EC" or data.get("crv") != "P-256":
        return KeyFormat("jwk", label, "d" in data, defect="its kty is not EC or its crv is not P-256")
    x, y, d = (_decode_base64(value) if isinstance(value := data.get(name), str) else None for name in "xyd")
    if "d" in data:
        return _private("jwk", label, d or b"")
    return _public("jwk", label, b"\x04" + (x or b"") + (y or b""))


def _read_ssh(text: str) -> KeyFormat | None:
    if not text.startswith("ecdsa-sha2-nistp256 "):
        return None
    blob = _decode_base64(text.split()[1])
    return _public("ssh", "an OpenSSH public key", (blob or b"")[-65:])


def _read_google(text: str) -> KeyFormat | None:
    if re.fullmatch(_FCM, text):
        if text.startswith("AAAA"):
            return KeyFormat("fcm", "a legacy FCM server key", True, defect="it is no VAPID key")
        return KeyFormat("fcm", "an FCM registration token", defect="it is no VAPID key")
    if re.fullmatch(r"AIza[A-Za-z0-9_-]{35}", text):
        return KeyFormat("google-api-key", "a Google API key", defect="it is no VAPID key")
    return None


def _read_wrapped(text: str) -> KeyFormat | None:
    for kind, label, pattern, group in (
        ("quoted", "with quotes as part of it", _PYTHON_BYTES, 2),
        ("setting", "with the name of a setting before it", _SETTING, 1),
    ):
        found = re.fullmatch(pattern, text)
        inner = _read_plain(found[group].strip()) if found else UNKNOWN
        if inner.kind != "unknown":
            return replace(inner, kind=kind, label=f"{inner.label}, {label}")
    return None


# --- bare numbers --------------------------------------------------------------------------------


def _read_hex(text: str) -> KeyFormat | None:
    digits = "".join(text.removeprefix("0x").replace(":", " ").split())
    if len(digits) not in (64, 66, 128, 130) or not re.fullmatch("[0-9a-fA-F]+", digits):
        return None
    found = _bare(bytes.fromhex(digits))
    return replace(found, kind="hex", label=f"{found.label} in hexadecimal") if found else None


def _read_base64(text: str) -> KeyFormat | None:
    compact = "".join(text.split())
    data = _decode_base64(compact)
    if data is None:
        return None
    if data.startswith(b"\x30"):
        found = _read_der(data, "der", "DER")
        if found:
            return replace(found, label=f"{found.label} in base64")
    found = _bare(data)
    if found is None:
        return None
    padded, standard = compact.endswith("="), "+" in compact or "/" in compact
    if standard or padded:
        encoding = "standard base64" if standard else "base64url with padding"
        return replace(found, kind="base64", label=f"{found.label} in {encoding}")
    spaced = ", with white space in it" if compact != text else ""
    kind = found.kind if not spaced else "spaced"
    return replace(found, kind=kind, label=f"{found.label} in base64url{spaced}")


def _bare(data: bytes) -> KeyFormat | None:
    """Return the format of a raw key by its length and first byte (SEC 1, section 2.3)."""
    if len(data) == 65 and data[0] == 4:
        return _public(CANONICAL, "a raw public key", data)
    if len(data) == 64:
        found = _public("headless", "a raw public key without its first byte 04", b"\x04" + data)
        return None if found.defect else found
    if len(data) == 33 and data[0] in (2, 3):
        point = p256.decompress(data)
        return _public("compressed", "a compressed public key", point or b"")
    if len(data) == 32:
        return _private("private-base64url", "a raw private key", data)
    return None


def _decode_base64(text: str) -> bytes | None:
    """Return the bytes of base64 in either alphabet; None for anything else, and for nothing."""
    try:
        return base64url.decode(text) or None
    except ValueError:
        return None
