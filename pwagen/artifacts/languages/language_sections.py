"""CONFIG.translations: the texts of notifications in each language (templates/config.d.ts)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pwagen.artifacts.languages.localized_manifests import direction_of, manifest_names
from pwagen.config.model import DefaultNotification, Notifications, NotificationWords, SyncWords

if TYPE_CHECKING:
    from pwagen.config.model import Config


def notification_translations(config: Config) -> dict[str, dict[str, Any]] | None:
    """Return tag -> texts of notifications, the app's own language first; None for an app in one language.

    Each is complete, with the app's own texts where there is no translation, and in the order of CONFIG's
    lists, so that it can replace another entirely.
    """
    names = manifest_names(config)
    return {tag: _translation(config, tag) for tag in (config.app.lang or "", *names)} if names else None


def _translation(config: Config, tag: str) -> dict[str, Any]:
    section = config.notifications or Notifications()
    language = config.languages.get(tag) if tag != config.app.lang else None
    words = language.notifications if language else NotificationWords()
    sync = language.periodic_sync if language else {}
    main_default = _default(config, DefaultNotification(), None)
    default = _default(config, words.default, language.app.name if language else None)
    return {
        # Untranslated texts keep the language and direction of the original.
        "options": _options(config, section) if default == main_default else _options_in(config, tag),
        "default": default,
        "actions": [words.actions.get(action.action, action.title) for action in section.actions],
        "sync": [
            _notify(entry.notify.title, entry.notify.body, sync.get(entry.tag)) if entry.notify else {}
            for entry in config.periodic_sync
        ],
    }


def _options(config: Config, section: Notifications) -> dict[str, str]:
    options = _options_in(config, config.app.lang or "")
    return {"lang": section.lang or options["lang"], "dir": section.dir or options["dir"]}


def _options_in(config: Config, tag: str) -> dict[str, str]:
    return {"lang": tag, "dir": direction_of(config, tag)}


def _default(config: Config, words: DefaultNotification, name: str | None) -> dict[str, str]:
    default = config.notifications.default if config.notifications else DefaultNotification()
    title = default.title or config.app.name
    if name and title == config.app.name:
        title = name
    return {"title": words.title or title, "body": _either(words.body, default.body)}


def _notify(title: str, body: str | None, words: SyncWords | None) -> dict[str, str]:
    words = words or SyncWords()
    return {"title": words.title or title, "body": _either(words.body, body)}


def _either(words: str | None, fallback: str | None) -> str:
    return (fallback or "") if words is None else words
