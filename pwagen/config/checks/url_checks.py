"""URLs as a config may hold them: same-origin by being relative, or https elsewhere.

The characters are those of https://url.spec.whatwg.org/#url-code-points.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pwagen.binding.invalid_value import InvalidValue

SCHEME = r"([A-Za-z][A-Za-z0-9+.-]*):"
# Letters, digits, - . _ and all that is not ASCII, said by what is left out: that compiles 20 times as fast.
HOST = r"(?:(?![-.])[^\x00-,/:-@\[-^`{-\x7f]+|\[[0-9A-Fa-f:.]+\])"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
PLACEHOLDER = "%s"


def check_url(text: str) -> InvalidValue | None:
    """Judge a URL that must stay on the app's own origin: relative, or a path from its root."""
    scheme = re.match(SCHEME, text)
    if scheme and scheme[1].lower() in ("http", "https"):
        return InvalidValue(
            "names a host, so it would point there wherever the app is installed",
            f'write "{_path_of(_mended(text))}"',
        )
    return _check_characters(text, _mended_path) or _check_no_scheme(text)


def check_url_any_origin(text: str) -> InvalidValue | None:
    """Judge a URL that may be relative or https; http only on this machine."""
    scheme = re.match(SCHEME, text)
    if not scheme or scheme[1].lower() not in ("http", "https"):
        return _check_characters(text, _mended_absolute) or _check_no_scheme(text, 'write "https:" before it')
    return _check_characters(text, _mended_absolute) or _check_absolute(text)


def check_url_with_placeholder(text: str) -> InvalidValue | None:
    """Judge a protocol handler's URL, in which ``%s`` stands for the address."""
    if PLACEHOLDER not in text:
        return InvalidValue("has no %s", 'write %s where the address goes, like "open?address=%s"')
    if text.count(PLACEHOLDER) > 1:
        return InvalidValue("has %s more than once; browsers fill in only the first", "keep one of them")
    return check_url(text.replace(PLACEHOLDER, "x"))


def check_origin(text: str) -> InvalidValue | None:
    """Judge an origin: scheme, host and port, nothing more (RFC 6454)."""
    match = re.match(rf"(?i:https?)://{HOST}(?::[0-9]+)?", text)
    if not match:
        if re.fullmatch(rf"{HOST}(?::[0-9]+)?/?", text) and "." in text:
            return InvalidValue("is not an origin", f'write "https://{text.rstrip("/").lower()}"')
        return InvalidValue("is not an origin", 'write it like "https://docs.example.com"')
    origin = match[0].lower()
    if text != origin:
        return InvalidValue("is more than an origin", f'write "{_mended_absolute(origin)}"')
    return _check_absolute(text)


def check_published_address(text: str) -> InvalidValue | None:
    """Judge the address of a folder of a site, with its scheme and host."""
    if not re.match(r"(?i:https?)://", text):
        return InvalidValue(
            "is not a whole address, which other sites need", 'write it like "https://example.com/"'
        )
    if re.search(r"[?#]", text):
        return InvalidValue("is more than the address of a folder", "leave out everything from the ? or # on")
    return _check_characters(text, _mended_absolute) or _check_absolute(text)


def _check_characters(text: str, mended: Callable[[str], str]) -> InvalidValue | None:
    if not text:
        return InvalidValue("is empty", 'write "./" for the folder that the files are copied to')
    if "\\" in text:
        return InvalidValue("contains a backslash", f'write "{_shown(mended(text))}"')
    if re.search(r"[\x00-\x1f\x7f]", text):
        return InvalidValue("contains a line break or another control character", "write it on one line")
    if re.search(r"\s", text):
        return InvalidValue("contains a space", f'write "{_shown(mended(text))}"')
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        return InvalidValue(
            "contains a % without two hexadecimal digits after it", f'write "{_shown(mended(text))}"'
        )
    if re.search(r"[<>\"`{}|^]", text):
        return InvalidValue(
            "contains a character that URLs cannot have", "write < as %3C, > as %3E, { as %7B and so on"
        )
    return None


def _check_no_scheme(text: str, host_fix: str = "write a path on the app's own host") -> InvalidValue | None:
    if text.startswith("//"):
        return InvalidValue("begins with //, which names a host", host_fix)
    scheme = re.match(SCHEME, text)
    if not scheme:
        return None
    name = scheme[1].lower()
    if name in ("javascript", "data", "vbscript", "blob", "file", "about"):
        return InvalidValue(
            f"is a {name}: URL, which cannot be published", "publish a file and write its path"
        )
    return InvalidValue(
        f"begins with {name}:, as if that were a protocol", f'write "./{_shown(text)}" if it is a path'
    )


def _check_absolute(text: str) -> InvalidValue | None:
    match = re.match(rf"((?i:https?))://(?:([^/?#]*)@)?({HOST})(?::([0-9]*))?(?=[/?#]|$)", text)
    if not match:
        return InvalidValue("does not name a valid host", 'write it like "https://example.com/path"')
    scheme, user, host, port = match.groups()
    if user is not None:
        return InvalidValue(
            "contains a user name or password, which would be published", "remove everything up to the @"
        )
    if port and int(port[:6]) > 65535:
        return InvalidValue("has a port above 65535", "write the right port")
    if scheme.lower() == "http" and host.lower() not in LOOPBACK:
        return InvalidValue("is http, which pages over https may not use", f'write "https{_shown(text[4:])}"')
    return None


def _mended(url: str) -> str:
    """Return a URL with every character as URLs have it, so that no other is complained about next."""
    url = re.sub(r"\s", "%20", url.strip().replace("\\", "/"))
    url = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", url)
    return re.sub(r"[\x00-\x1f\x7f<>\"`{}|^]", lambda character: f"%{ord(character[0]):02X}", url)


def _mended_path(url: str) -> str:
    return re.sub(r"^/{2,}", "/", _mended(url))


def _mended_absolute(url: str) -> str:
    mended = _mended(url)
    if mended.startswith("//"):
        return f"https:{mended}"
    wrong = _check_absolute(mended)
    return f"https{mended[4:]}" if wrong and mended[:5].lower() == "http:" else mended


def _path_of(url: str) -> str:
    path = re.sub(r"^[^:]*:/*[^/?#]*", "", url)
    return _shown(_mended_path(path) if path.startswith("/") else f"/{path}")


def _shown(url: str) -> str:
    """Return the URL, cut where pasting it from a message is no help any more."""
    return url if len(url) <= 200 else url[:199] + "…"
