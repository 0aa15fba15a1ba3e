"""A manifest for each language of the app.

Browsers that know the ``*_localized`` members (https://www.w3.org/TR/appmanifest/#x_localized-members)
choose by their own language; for all others each language has a manifest of its own, which pages of that
language link. All of them are manifests of one app: same ``start_url``, ``scope`` and ``id``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pwagen.config.model import LocalizedValue, ShortcutWords
from pwagen.names import MANIFEST, manifest_name
from pwagen.texts.language_tags import closest, direction

if TYPE_CHECKING:
    from pwagen.config.model import App, Config, Direction, Shortcut

MEMBERS = ("name", "short_name", "description")


def manifest_names(config: Config) -> dict[str, str]:
    """Return tag -> file name of every language but the app's own, whose file is manifest.json."""
    return {tag: manifest_name(tag) for tag in config.languages if not is_main(config, tag)}


def manifest_for(config: Config, language: str) -> str:
    """Return the file name of the manifest that a page in `language` links."""
    names = manifest_names(config)
    tag = closest(language, [config.app.lang or "", *names])
    return names.get(tag or "", MANIFEST)


def is_main(config: Config, tag: str) -> bool:
    """Return whether a tag is that of the language in which `app` is written."""
    return tag.lower() == (config.app.lang or "").lower()


def direction_of(config: Config, tag: str) -> Direction:
    """Return which way a language is written, which the config may say for its own."""
    if is_main(config, tag):
        return config.app.dir or direction(tag)
    language = config.languages.get(tag)
    return (language and language.dir) or direction(tag)


def apps(config: Config) -> dict[str, App]:
    """Return file name -> what is in the manifest."""
    app, main = config.app, config.app.lang or ""
    if direction_of(config, main) == "rtl":
        app = replace(app, dir="rtl")
    apps_by_name = {MANIFEST: _in_language(config, app, main) if config.languages else app}
    for tag, name in manifest_names(config).items():
        words = _in_language(config, app, tag)
        apps_by_name[name] = replace(words, lang=tag, dir=direction_of(config, tag))
    return apps_by_name


def _in_language(config: Config, app: App, tag: str) -> App:
    words = {other_tag: config.languages[other_tag].app for other_tag in manifest_names(config)}
    shortcuts = tuple(
        _translated(
            config,
            shortcut,
            {
                other_tag: _shortcut_words(app_words.shortcuts.get(shortcut.url))
                for other_tag, app_words in words.items()
            },
            tag,
        )
        for shortcut in app.shortcuts
    )
    translated: App = _translated(config, app, words, tag)
    return replace(translated, shortcuts=shortcuts)


def _shortcut_words(words: str | ShortcutWords | None) -> ShortcutWords:
    return ShortcutWords(name=words) if isinstance(words, str) else words or ShortcutWords()


def _translated(config: Config, item: Any, words: Mapping[str, Any], tag: str) -> Any:
    """Return the app or a shortcut with its members in one language, and in all others beside them."""
    changes: dict[str, Any] = {}
    for member in MEMBERS:
        values = _values(config, item, member, words)
        own_tag = next((key for key in values if key.lower() == tag.lower()), None)
        if own_tag is not None:
            value = values.pop(own_tag)
            changes[member] = value.value if isinstance(value, LocalizedValue) else value
        changes[f"{member}_localized"] = {
            key: _with_direction(config, value, key, direction_of(config, tag))
            for key, value in values.items()
        } or None
    return replace(item, **changes)


def _values(config: Config, item: App | Shortcut, member: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """Return tag -> text of a member: the config's own, those written by hand, and those of `languages`."""
    value = getattr(item, member)
    values = {config.app.lang or "": value} if value else {}
    values |= getattr(item, f"{member}_localized") or {}
    return values | {
        tag: text for tag, translation in words.items() if (text := getattr(translation, member))
    }


def _with_direction(
    config: Config, value: str | LocalizedValue, tag: str, default: Direction
) -> str | LocalizedValue:
    """Return a text that is written the other way than the manifest says with its own direction."""
    if isinstance(value, LocalizedValue):
        return value
    direction_of_text = direction_of(config, tag)
    return value if direction_of_text == default else LocalizedValue(value=value, dir=direction_of_text)
