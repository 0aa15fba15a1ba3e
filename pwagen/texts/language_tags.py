"""Language tags: which of several fits best, and which way a language is written.

shared/language.js looks languages up in the same way; tests/vectors/languages.json holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

# By script, else by language where the right-to-left script is the usual one
# (CLDR: scriptMetadata and likelySubtags).
_SCRIPTS = "adlm arab hebr mand mend nkoo rohg samr syrc thaa"
_RTL_SCRIPTS = frozenset(_SCRIPTS.split())
_LANGUAGES = "ar arc ckb dv fa he iw ks nqo ps sd syr ug ur yi"
_RTL_LANGUAGES = frozenset(_LANGUAGES.split())


def closest(wanted: str, available: Iterable[str]) -> str | None:
    """Return the tag that fits `wanted` best, None if none does.

    RFC 4647, section 3.4 (lookup: de-AT finds de), and failing that any variety of the same language, so
    that en finds en-GB.
    """
    tags = {tag.lower(): tag for tag in available}
    language = wanted.strip().lower()
    while language:
        if language in tags:
            return tags[language]
        # With the last part goes a single letter before it, which only introduces what follows.
        shorter = re.sub(r"(?:-[^-])?-[^-]*$", "", language)
        if shorter == language:
            break
        language = shorter
    return next((tag for low, tag in tags.items() if language and low.split("-")[0] == language), None)


def direction(tag: str) -> Literal["ltr", "rtl"]:
    """Return which way a language is written."""
    language, *others = tag.lower().split("-")
    script = next((part for part in others if re.fullmatch(r"[a-z]{4}", part)), "")
    is_rtl = script in _RTL_SCRIPTS if script else language in _RTL_LANGUAGES
    return "rtl" if is_rtl else "ltr"
