"""Private keys that lie where everybody can fetch them.

What a key is stored as nearly always has a run of at least 43 characters of base64 or hexadecimal in it, so
those runs are looked for first, and only what stands in and before one is looked at any closer.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator
from functools import cached_property

from pwagen.keys import p256

# What a key is called where people keep one: there a name is enough.
SUFFIXES = (".pem", ".key", ".p8", ".pk8", ".der", ".jwk", ".json", ".env")
# Pictures, sound and films: their formats have no place for a key that anybody would put there. Nor has what
# is compressed by Brotli or Zstandard, beside the file itself.
MEDIA = frozenset(
    (
        *("avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "tif", "tiff", "webp"),
        *("flac", "m4a", "mp3", "ogg", "opus", "wav", "weba"),
        *("m4v", "mkv", "mov", "mp4", "ogv", "webm"),
        *("eot", "otf", "ttf", "woff", "woff2"),
        *("br", "pdf", "zst"),
    )
)
LIMIT = 64 << 20  # bytes: beyond it, a file is data, and is looked into only if it is read anyway
OVERLAP = 4 << 10  # bytes before a piece of a file that are looked at once more with it

_RUN = 43  # characters of 32 bytes in base64
# Every second byte is looked at: of a run, this many one after the other are in it.
_STEP = 2
_PUBLIC_LENGTHS = (87, 88)
_LONGEST = 80  # characters; public keys have 87, and pictures in data: URLs thousands
_UNBROKEN = b"1" * _RUN
_IN_A_ROW = b"1" * (_RUN // _STEP)
_CLASSES = bytes(
    0x31 if (chr(code).isalnum() and code < 0x80) or code in b"+/-_" else 0x30 for code in range(256)
)

_BASE64URL = re.compile(rb"[A-Za-z0-9_-]{43,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{43,}")
_HEXADECIMAL = re.compile(rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])")
# `openssl ec -text` shows the number as pairs of digits, with a colon between them, in several lines.
_OPENSSL_TEXT = re.compile(rb"priv:\s*((?:[0-9a-f]{2}[:\s]+){31,33})")
_PEM = re.compile(rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")
_PEM_BODY = re.compile(rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----(.*?)(?:-----END|\Z)", re.DOTALL)
# What pages and scripts put between the lines of a key.
_BETWEEN_LINES = re.compile(rb"<[^>]*>|\\[nr]|&[^;\s]{1,9};|[^A-Za-z0-9+/]")
# RFC 5208 PrivateKeyInfo of a P-256 key and RFC 5915 ECPrivateKey, what is the same in each, in base64.
_DER_IN_BASE64 = re.compile(
    rb"AgEAMBMGByqGSM49AgEGCCqGSM49AwEHB[A-Za-z0-9+/]{50}|\AM[A-Z][cE]CAQEEI[A-Za-z0-9+/]{42}"
)
# RFC 7518 section 6.2.2 and RFC 8037 section 2: d is what makes a key private.
_JWK_D = re.compile(rb"""\\?["']?\bd\\?["']?\s*:\s*\\?["']\Z""")
_KTY = re.compile(rb"""\\?["']?\bkty\\?["']?\s*:\s*\\?["'](?:EC|OKP|RSA)\b""")
_NAMED = re.compile(rb"(?i)private[_-]?key\\?[\"']?\s*[:=]\s*\\?[\"']?\Z")
# The inside of both structures, before the 32 bytes of the number.
_DER_NUMBER = b"\x02\x01\x01\x04\x20"
_DER = re.compile(
    rb"\A0[\x70-\x7f]\x02\x01\x01\x04\x20|\A0\x81[\x40-\xff]\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d"
)

PEM, JWK, DER, VAPID = (
    f"a private key in {form} form" if form != "VAPID" else "a VAPID private key"
    for form in ("PEM", "JWK", "DER", "VAPID")
)
OWN = "the private half of push.vapid_public_key"
OWN_NAME = f"{OWN} in its name"


def is_read_for_keys(path: str, size: int) -> bool:
    """Tell from a file's name and its size in bytes whether it is read only to look for keys."""
    return 0 < size <= LIMIT and _suffix(path) not in MEDIA


class KeySearch:
    """The search for private keys in bytes; for the one of a public key, in whatever form it is there."""

    def __init__(self, public_key: str | None = None, examples: Collection[str] = ()) -> None:
        """Take `push.vapid_public_key`, if there is one, and the paths of files that may show other keys."""
        self.public_key = public_key
        self.examples = frozenset(examples)

    def find(self, content: bytes, path: str = "", packed_in: str = "") -> str | None:
        """Return which kind of private key is in the content of a file, None if there is none.

        ``path`` tells files in which keys are kept: there, a number that is called a private key is one.
        ``packed_in`` is the published archive that the file is an entry of, if it is.
        """
        text = _without_nulls(content)
        if (packed_in or path) in self.examples:
            return OWN if self._point and self._is_in_example(content, text) else None
        is_kept_here = path.lower().endswith(SUFFIXES) or path.rpartition("/")[2].startswith(".env")
        if is_kept_here and (_DER.match(content) or _PEM.search(text)):
            return DER if _DER.match(content) else PEM
        if self._point and self._in_binary(content):
            return OWN
        if text is content and b"\0" in content[:512] and _suffix(path) in MEDIA:
            return None
        for start, end in _runs(text):
            if kind := self._in_run(text, start, end, named=is_kept_here):
                return kind
        return None

    def names_with_key(self, paths: Collection[str]) -> list[str]:
        """Return the paths that have our own private key in them."""
        if not self._point or self.find("\n".join(paths).encode(errors="replace")) != OWN:
            return []
        return [path for path in paths if self.find(path.encode(errors="replace")) == OWN]

    @cached_property
    def _point(self) -> bytes | None:
        """The 65 bytes of the public key."""
        if not self.public_key:
            return None
        try:
            return base64.urlsafe_b64decode(self.public_key + "=" * (-len(self.public_key) % 4))
        except ValueError:
            return None

    def _in_binary(self, content: bytes) -> bool:
        at = content.find(_DER_NUMBER)
        while at >= 0:
            start = at + len(_DER_NUMBER)
            if self._is_ours(content[start : start + 32]):
                return True
            at = content.find(_DER_NUMBER, start)
        return b"priv:" in content and any(
            self._is_ours(bytes.fromhex(re.sub(rb"[:\s]", b"", digits).decode())[-32:])
            for digits in _OPENSSL_TEXT.findall(content)
        )

    def _is_in_example(self, content: bytes, text: bytes) -> bool:
        """Tell whether our own key is among those of an example: also inside PEM and other base64."""
        if self._in_binary(content):
            return True
        for start, end in _runs(text):
            if any(map(self._is_ours, _numbers(text[start:end]))):
                return True
        pem = (_BETWEEN_LINES.sub(b"", body) for body in _PEM_BODY.findall(text))
        inside = (*pem, *(match[0] for match in _BASE64.finditer(text)))
        return any(self._in_binary(_decoded(base64_text)) for base64_text in inside)

    def _in_run(self, text: bytes, start: int, end: int, *, named: bool) -> str | None:
        """Look at the run text[start:end], and at what stands before and behind."""
        run = text[start:end]
        if not _is_mixed(run):
            is_ours = self._point and run.isupper() and any(map(self._is_ours, _numbers(run)))
            return OWN if is_ours else None
        before = text[max(0, start - 300) : start]
        if b"PRIVATE KEY-----" in before and _PEM.search(before):
            return PEM
        if _DER_IN_BASE64.search(run):
            return DER
        match = _BASE64URL.search(run)
        if match:
            lead = text[max(0, start + match.start() - 60) : start + match.start()]
            if _JWK_D.search(lead) and _KTY.search(text, max(0, start - 2000), end + 2000):
                return JWK
            if named and len(match[0]) == _RUN and _NAMED.search(lead):
                return VAPID
        is_public = len(run) in _PUBLIC_LENGTHS and run.startswith(b"B")
        if self._point and not is_public and any(map(self._is_ours, _numbers(run))):
            return OWN
        return None

    def _is_ours(self, number: bytes) -> bool:
        """Tell whether a private key of 32 bytes is the one of our public key."""
        return p256.is_private_number(number) and p256.public_from_private(number) == self._point


def _decoded(base64_text: bytes) -> bytes:
    whole = base64_text[: len(base64_text) // 4 * 4]
    return base64.b64decode(whole)


def _suffix(path: str) -> str:
    return path.rpartition(".")[2].lower()


def _without_nulls(content: bytes) -> bytes:
    """Return ASCII text in UTF-16 or UTF-32 as ASCII, everything else as it is."""
    start = content[:64]
    if b"\0" in start and (not any(start[2::2]) or not any(start[3::2])):
        # In a tenth of the time that replace() takes for so many.
        return content.translate(None, b"\0")
    return content


def _runs(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each run."""
    classes = text[::_STEP].translate(_CLASSES)
    at = classes.find(_IN_A_ROW)
    while at >= 0:
        after = classes.find(b"0", at)
        after = len(classes) if after < 0 else after
        start = max(0, (at - 1) * _STEP)
        exact = text[start : after * _STEP].translate(_CLASSES)
        begin = exact.find(_UNBROKEN)
        # What parts two runs may lie between the bytes that were looked at.
        while begin >= 0:
            end = exact.find(b"0", begin)
            end = len(exact) if end < 0 else end
            yield start + begin, start + end
            begin = exact.find(_UNBROKEN, end)
        at = classes.find(_IN_A_ROW, after)


def _numbers(run: bytes) -> Iterator[bytes]:
    """Yield the 32 bytes of everything in a run that could be a private key."""
    for match in _HEXADECIMAL.finditer(run):
        yield bytes.fromhex(match[0].decode())
    seen = set()
    for pattern in (_BASE64URL, _BASE64):
        for match in pattern.finditer(run):
            text = match[0]
            # At the begin or the end of a somewhat longer run, as behind the n of a line break in a string.
            for candidate in {text[:_RUN], text[-_RUN:]} if len(text) <= _LONGEST else ():
                if candidate not in seen and _is_mixed(candidate) and not _is_hexadecimal(candidate):
                    seen.add(candidate)
                    yield base64.urlsafe_b64decode(candidate.translate(_URL_SAFE) + b"=")


def _is_mixed(text: bytes) -> bool:
    # Of random numbers, one in a million is written with fewer than 9 capitals and digits, of words most.
    return len(text.translate(None, _NOT_COUNTED)) >= 9 and not text.isupper()


def _is_hexadecimal(text: bytes) -> bool:
    # A hash, or most of one behind a folder's name. Of random numbers in base64, one in 10^10 has so few
    # characters that are not digits of hexadecimal numbers.
    return min(len(text.translate(None, digits)) for digits in _HEXADECIMAL_DIGITS) <= 12


_HEXADECIMAL_DIGITS = (b"0123456789abcdef", b"0123456789ABCDEF")
_NOT_COUNTED = b"abcdefghijklmnopqrstuvwxyz+/-_"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
