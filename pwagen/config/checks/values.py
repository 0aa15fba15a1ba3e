"""Judgements of single values, by the names that the model gives them in ``Meta(extra={"check": NAME})``."""

from __future__ import annotations

import re
from collections.abc import Callable

from pwagen.binding.invalid_value import InvalidValue
from pwagen.binding.words import nearest, one_of
from pwagen.config.checks import patterns
from pwagen.config.checks.colors import check_color
from pwagen.config.checks.units import check_duration, check_size, parse_duration, parse_size
from pwagen.config.checks.url_checks import (
    check_origin,
    check_published_address,
    check_url,
    check_url_any_origin,
    check_url_with_placeholder,
)

__all__ = ["check", "parse_duration", "parse_size"]

# The longest URL that browsers and servers agree on; also what bounds the time of every pattern below.
LONGEST = 2048
LONGEST_MONOGRAM = 3


def check(name: str, text: str) -> InvalidValue | None:
    """Return what is wrong with `text` as a value of that kind, None if nothing is."""
    if len(text) > LONGEST:
        return InvalidValue(f"has {len(text)} characters", f"write at most {LONGEST}")
    return CHECKS[name](text)


def check_language(text: str) -> InvalidValue | None:
    """Judge a language tag."""
    if re.fullmatch(patterns.LANGUAGE, text):
        return None
    other = re.sub(r"\..*|@.*", "", text).replace("_", "-")
    fix = f'write "{other}"' if re.fullmatch(patterns.LANGUAGE, other) else 'write it like "en" or "pt-BR"'
    return InvalidValue("is not a language tag", fix)


def check_relative_path(text: str) -> InvalidValue | None:
    """Judge a file inside the project."""
    if ".." in re.split(r"[/\\]", text):
        return InvalidValue(
            "is outside the folder of pwagen.yaml", "keep the file inside it, and write no .."
        )
    return check_folder(text)


def check_folder(text: str) -> InvalidValue | None:
    """Judge a path relative to pwagen.yaml, which may lead out of its folder."""
    if not text.strip():
        return InvalidValue("is empty", "write a path")
    if re.search(r"[\x00-\x1f\x7f]", text):
        return InvalidValue("contains a control character", "write the path as it is on disk")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text):
        return InvalidValue("is a URL", "write the path of a file beside pwagen.yaml")
    if re.match(r"[A-Za-z]:|[/\\~]", text):
        return InvalidValue("is an absolute path", "write it relative to pwagen.yaml")
    if "\\" in text:
        return InvalidValue("contains a backslash", f'write "{text.replace(chr(92), "/")}"')
    return None


def check_glob(text: str) -> InvalidValue | None:
    """Judge a glob over published paths."""
    if not text.strip():
        return InvalidValue("is empty", 'write a path, or a pattern like "assets/**"')
    if "\\" in text:
        return InvalidValue(
            "contains a backslash", f'write "{re.sub(r"^/{2,}", "/", text.replace(chr(92), "/"))}"'
        )
    if ".." in text.split("/"):
        return InvalidValue("is outside the published folder", "write it without ..")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|//", text):
        return InvalidValue("names a host", "write the path alone: only the app's own files are looked at")
    if query := re.search(r"\?[^/?=]*=", text):
        path = text[: query.start()]
        fix = f'write "{path}"' if path else "write a path"
        return InvalidValue("has a query, which no pattern is compared with", fix)
    for opening, closing in ("[]", "{}"):
        if text.count(opening) != text.count(closing):
            return InvalidValue(f"has a {opening} or {closing} without its partner", "close it")
    return None


def check_icon_sizes(text: str) -> InvalidValue | None:
    """Judge the sizes member of an image."""
    if re.fullmatch(patterns.ICON_SIZES, text):
        return None
    other = re.sub(r"\s*[xX×*]\s*", "x", " ".join(text.replace(",", " ").replace("px", "").split()))
    if re.fullmatch(r"[1-9][0-9]{0,4}", other):
        other = f"{other}x{other}"
    is_size = re.fullmatch(patterns.ICON_SIZES, other)
    return InvalidValue(
        "is not an image size", f'write "{other}"' if is_size else 'write it like "192x192" or "any"'
    )


def check_mime(text: str) -> InvalidValue | None:
    """Judge a media type."""
    by_extension = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "svg": "image/svg+xml", "png": "image/png"}
    by_extension |= {"webp": "image/webp", "avif": "image/avif", "gif": "image/gif", "ico": "image/x-icon"}
    short = text.strip().lower().removeprefix("image/").removeprefix(".")
    is_mistaken = text.startswith("image/") and short in ("jpg", "svg", "ico")
    if re.fullmatch(patterns.MEDIA_TYPE, text) and not is_mistaken:
        return None
    return InvalidValue(
        "is not a media type",
        f'write "{by_extension[short]}"' if short in by_extension else 'write it like "image/png"',
    )


def check_mime_pattern(text: str) -> InvalidValue | None:
    """Judge a media type whose second half may be ``*``."""
    return None if re.fullmatch(r"[a-z]{1,20}/\*", text) else check_mime(text)


def check_download_id(text: str) -> InvalidValue | None:
    """Judge the name of a download."""
    if re.fullmatch(patterns.DOWNLOAD_ID, text):
        return None
    other = re.sub(r"[^A-Za-z0-9_-]+", "-", text.strip())[:64].strip("-").lower()
    return InvalidValue("is not an id", f'write letters, digits, - and _, like "{other or "harbour-tour"}"')


def check_extension(text: str) -> InvalidValue | None:
    """Judge the end of file names, with its dot."""
    if re.fullmatch(patterns.EXTENSION, text):
        return None
    extension = text.strip().removeprefix("*").lstrip(".")
    is_extension = re.fullmatch(r"[A-Za-z0-9_+.-]{1,32}", extension)
    return InvalidValue(
        "is not a file name extension", f'write ".{extension}"' if is_extension else 'write it like ".csv"'
    )


def check_accept(text: str) -> InvalidValue | None:
    """Judge what a share may bring: a media type, possibly with ``*``, or an extension."""
    return check_mime_pattern(text) if "/" in text else check_extension(text)


def check_icon_purpose(text: str) -> InvalidValue | None:
    """Judge the purpose of an icon; one file cannot serve as any and as maskable well."""
    purposes = text.split()
    defined = ("any", "maskable", "monochrome")
    unknown = [purpose for purpose in purposes if purpose not in defined]
    if unknown or not purposes:
        return InvalidValue("is not an icon purpose", f"write {one_of(defined)}")
    if {"any", "maskable"} <= set(purposes):
        return InvalidValue(
            "is two purposes in one file: maskable needs a margin that makes the icon small everywhere else",
            "make two files, one for any and one for maskable; icons.source makes both",
        )
    if len(purposes) != len(set(purposes)):
        return InvalidValue("names a purpose twice", f'write "{" ".join(dict.fromkeys(purposes))}"')
    return None


# https://html.spec.whatwg.org/multipage/system-state.html#safelisted-scheme
_SCHEMES = """
    bitcoin ftp ftps geo im irc ircs magnet mailto matrix mms news nntp openpgp4fpr sftp sip sms smsto ssh
    tel urn webcal wtai xmpp
"""
SAFELISTED_SCHEMES = frozenset(_SCHEMES.split())


def check_protocol(text: str) -> InvalidValue | None:
    """Judge the scheme of a protocol handler: safelisted, or ``web+`` and letters."""
    if text in SAFELISTED_SCHEMES or re.fullmatch(r"web\+[a-z]+", text):
        return None
    other = text.strip().rstrip(":/").lower()
    if other in SAFELISTED_SCHEMES or re.fullmatch(r"web\+[a-z]+", other):
        return InvalidValue("is not a protocol", f'write "{other}"')
    letters = re.sub(r"[^a-z]", "", other.removeprefix("web"))
    return InvalidValue(
        "is a protocol that browsers reserve for themselves",
        f'write "web+{letters or "name"}", or one of the safelist, such as mailto or tel',
    )


# https://fetch.spec.whatwg.org/#forbidden-request-header
_HEADERS = """
    accept-charset accept-encoding access-control-request-headers access-control-request-method connection
    content-length cookie cookie2 date dnt expect host keep-alive origin referer set-cookie te trailer
    transfer-encoding upgrade via
"""
FORBIDDEN_HEADERS = frozenset(_HEADERS.split())


def check_header_name(text: str) -> InvalidValue | None:
    """Judge the name of a request header that a script may set."""
    if not re.fullmatch(patterns.HEADER_NAME, text):
        return InvalidValue("is not a header name", 'write letters, digits and hyphens, like "X-CSRFToken"')
    name = text.lower()
    if name in FORBIDDEN_HEADERS or name.startswith(("proxy-", "sec-")):
        return InvalidValue(
            "is a header that only the browser itself may set", "use another name, like X-CSRFToken"
        )
    return None


def check_monogram(text: str) -> InvalidValue | None:
    """Judge the letters of a monogram; whether they can be drawn shows when they are."""
    if 1 <= len(text) <= LONGEST_MONOGRAM and text.isalnum():
        return None
    return InvalidValue(
        f"is not one to {LONGEST_MONOGRAM} letters or digits", "write the initials of the app"
    )


def check_vapid_public_key(text: str) -> InvalidValue | None:
    """Judge an application server key: what it is instead, and its right form where that is known."""
    from pwagen.keys.key_format import CANONICAL, identify

    key = identify(text)
    if key.kind == CANONICAL and key.public_key == text:
        return None
    if key.private:
        from pwagen.config.checks.private_keys import private_key_problem

        return private_key_problem(key)
    if key.kind == "unknown":
        return InvalidValue(
            f"is not a public key: {len(text)} characters",
            "write the 87 characters, beginning with B, that pwagen keys generate prints",
        )
    if key.public_key is None:
        return InvalidValue(f"is {key.label}, but {key.defect}", "pwagen keys generate makes a new pair")
    if key.kind == CANONICAL:
        return InvalidValue("has white space around it", f'write "{key.public_key}"')
    return InvalidValue(f"is {key.label}", f'write "{key.public_key}"')


def check_text_name(text: str) -> InvalidValue | None:
    """Judge the name of a text that can be worded otherwise."""
    from pwagen.texts.built_in import known_texts

    if text in known_texts():
        return None
    near = nearest(text, known_texts())
    fix = f'did you mean "{near}"?' if near else f"write {one_of(known_texts())}"
    return InvalidValue("is not one of pwagen's texts", fix)


CHECKS: dict[str, Callable[[str], InvalidValue | None]] = {
    "accept": check_accept,
    "color": check_color,
    "download_id": check_download_id,
    "duration": check_duration,
    "extension": check_extension,
    "folder": check_folder,
    "glob": check_glob,
    "header_name": check_header_name,
    "icon_purpose": check_icon_purpose,
    "icon_sizes": check_icon_sizes,
    "language": check_language,
    "mime": check_mime,
    "mime_pattern": check_mime_pattern,
    "monogram": check_monogram,
    "origin": check_origin,
    "protocol": check_protocol,
    "published_address": check_published_address,
    "relative_path": check_relative_path,
    "size": check_size,
    "text_name": check_text_name,
    "url": check_url,
    "url_any_origin": check_url_any_origin,
    "url_with_placeholder": check_url_with_placeholder,
    "vapid_public_key": check_vapid_public_key,
}
