"""The texts of register.js and the offline page, in each language of the app."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pwagen.texts.built_in import ENGLISH, built_in_languages, built_in_texts, known_texts
from pwagen.texts.language_tags import closest

if TYPE_CHECKING:
    from pwagen.config.model import Config

OFFLINE_PAGE = "offline.html"


def texts_in(config: Config, tag: str, part: str) -> dict[str, str]:
    """Return name -> text of a part in a language; untranslated texts are left out."""
    built_in = closest(tag, built_in_languages())
    app_texts = config.languages[tag].texts if tag in config.languages else {}
    if tag == config.app.lang:
        app_texts = {**_prompt_texts(config), **app_texts}
    names = built_in_texts(ENGLISH).get(part, {})
    texts = built_in_texts(built_in).get(part, {}) if built_in else {}
    return {name: text for name, text in {**texts, **app_texts}.items() if name in names}


def offline_texts(config: Config, tag: str) -> dict[str, str]:
    """Return name -> text for the offline page, in English where there is no translation."""
    return {**built_in_texts(ENGLISH)[OFFLINE_PAGE], **texts_in(config, tag, OFFLINE_PAGE)}


def page_texts(config: Config, parts: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return tag -> name in JavaScript -> text, for these parts of register.js.

    The parts contain the English texts: only those that differ are written out.
    """
    tags = [config.app.lang or ENGLISH, *config.languages]
    if closest(ENGLISH, tags) is None:
        tags.append(ENGLISH)
    names = list(parts)
    return {tag: _in_parts(config, tag, names) for tag in dict.fromkeys(tags)}


def more_texts(sections: Mapping[str, Any], parts: Iterable[str]) -> dict[str, Any]:
    """Return TEXTS of register.more.js: English with the prompts as the config words them, and the others."""
    english = {
        _camel_case(name): text
        for part in parts
        for name, text in built_in_texts(ENGLISH).get(part, {}).items()
    }
    for prompt in ("permissionPrompt", "iosHint"):
        english |= sections.get(prompt, {}).get("texts", {})
    return {"english": english, "languages": sections.get("texts", {})}


def _in_parts(config: Config, tag: str, parts: list[str]) -> dict[str, str]:
    english = known_texts()
    language = config.languages.get(tag)
    app_name = (language and language.app.name) or "{name}"
    texts = {name: text for part in parts for name, text in texts_in(config, tag, part).items()}
    return {
        _camel_case(name): text.replace("{name}", app_name)
        for name, text in texts.items()
        if text != english[name]
    }


def _prompt_texts(config: Config) -> dict[str, str]:
    """Return name -> text of what the config itself words, which it does in the app's own language."""
    sections = {"prompt": config.permission_prompt, "ios_hint": config.install.ios_hint}
    texts = {
        f"{table}_{member}": getattr(section, member, None)
        for table, section in sections.items()
        for member in ("title", "body", "accept", "dismiss")
    }
    return {name: text for name, text in texts.items() if text}


def _camel_case(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)
