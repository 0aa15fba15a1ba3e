"""What one field of `languages` alone cannot say: it all has to fit what the app says in its own language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pwagen.binding.context import Context
from pwagen.binding.crumbs import Path, crumb
from pwagen.binding.words import nearest, one_of
from pwagen.texts.built_in import known_texts, missing_texts, placeholders

if TYPE_CHECKING:
    from pwagen.config.model import Language

MEMBERS = ("name", "short_name", "description")
SHOWN = 4


def check_languages(context: Context) -> None:
    """Note what does not fit together in `languages`."""
    languages = context.get("languages") or {}
    main = context.get("app", "lang")
    if languages and main is None and context.is_good("app", "lang"):
        fix = f"add app.lang, the language of app.name, {'en' if 'en' not in languages else 'de'} for example"
        context.error(("languages",), "the language of the rest of this file is unknown", fix)
    seen: dict[str, str] = {}
    for tag, language in languages.items():
        path = ("languages", tag)
        if language is None or not context.is_good(*path):
            continue
        if tag.lower() in seen:
            context.error(path, f'is "{seen[tag.lower()]}" once more', "keep one of them")
        seen.setdefault(tag.lower(), tag)
        if main and tag.lower() == main.lower():
            _main_language(context, path, main)
        else:
            _app(context, path, tag)
            _notifications(context, path, language)
            _periodic_sync(context, path)
        _texts(context, path, tag, language)
    if languages and main and main.lower() not in seen:
        _warn_of_missing_texts(context, ("app", "lang"), main, {})


def _main_language(context: Context, path: Path, main: str) -> None:
    """Note what the app's own language says a second time; its texts are said here alone."""
    if path[-1] != main:
        context.error(path, f"is app.lang, {main}, in other letters", f"write {main} in both places")
    for name in ("dir", "app", "notifications", "periodic_sync"):
        if context.is_written(*path, name):
            message = f"{path[-1]} is app.lang, the language of the rest of this file"
            context.error((*path, name), message, f"write it below {'app' if name == 'dir' else name} itself")


def _app(context: Context, path: Path, tag: str) -> None:
    _localized_twice(context, (*path, "app"), ("app",), tag)
    _short_name(context, path, tag)
    shortcuts: dict[str, list[Path]] = {}
    for place, shortcut in context.each("app", "shortcuts"):
        shortcuts.setdefault(shortcut.url, []).append(place)
    for url in _existing_names(
        context, (*path, "app", "shortcuts"), shortcuts, "shortcut leads to", "app.shortcuts"
    ):
        here = (*path, "app", "shortcuts", url)
        if len(shortcuts[url]) > 1:
            context.error(
                here, f"{len(shortcuts[url])} shortcuts lead there", "write each with a url of its own"
            )
        _localized_twice(context, here, shortcuts[url][0], tag)


def _short_name(context: Context, path: Path, tag: str) -> None:
    """Note a name that is translated in vain where only the short one is shown."""
    words = context.get(*path, "app")
    by_hand = context.get("app", "short_name_localized") or {}
    short_name = context.get("app", "short_name")
    if not (words and words.name and short_name) or words.short_name is not None or tag in by_hand:
        return
    if context.is_good(*path, "app", "short_name"):
        context.warning((*path, "app"), f'below the icon stays "{short_name}"', "add short_name")


def _localized_twice(context: Context, path: Path, source: Path, tag: str) -> None:
    """Note members whose translation is written at the member itself, too."""
    is_name = isinstance(context.get(*path), str)
    for member in MEMBERS:
        by_hand = context.get(*source, f"{member}_localized") or {}
        translated = path if is_name and member == "name" else (*path, member)
        if context.is_written(*translated) and any(language.lower() == tag.lower() for language in by_hand):
            member_name = crumb((*source, f"{member}_localized"), context.bound.labels)
            context.error(translated, f"{member_name} sets the same text", "keep one of them")


def _notifications(context: Context, path: Path, language: Language) -> None:
    here = (*path, "notifications")
    if not context.is_written(*here) or language.notifications is None:
        return
    is_shown = context.is_written("notifications") or context.is_written("push")
    if not is_shown and language.notifications.default is not None:
        context.error(here, "the app has no notifications", "add notifications, or remove this")
        return
    actions = [action.action for _, action in context.each("notifications", "actions")]
    for _ in _existing_names(
        context, (*here, "actions"), actions, "action is called", "notifications.actions"
    ):
        pass


def _periodic_sync(context: Context, path: Path) -> None:
    entries = {entry.tag: (place, entry) for place, entry in context.each("periodic_sync")}
    here = (*path, "periodic_sync")
    for tag in _existing_names(context, here, entries, "entry is called", "periodic_sync"):
        place, entry = entries[tag]
        if entry.notify is None and context.is_good(*place, "notify"):
            context.error(
                (*here, tag), "that entry shows no notification", "add notify to it, or remove this"
            )


def _existing_names(
    context: Context, path: Path, all_names: Iterable[str | None], what: str, where: str
) -> Iterator[str]:
    """Yield the keys at a path that the app has, and note the others; None is a name that is wrong itself."""
    listed = list(all_names)
    names = [name for name in listed if name is not None]
    for key in context.get(*path) or {}:
        if key in names:
            yield key
        elif len(names) == len(listed) and context.is_good(*where.split(".")):
            near = "" if context.report.is_long else nearest(key, names)
            fix = f"write {one_of(names)}" if names else f"add it to {where}"
            fix = f'did you mean "{near}"?' if near else fix
            context.error((*path, key), f'no {what} "{key}"', fix)


def _texts(context: Context, path: Path, tag: str, language: Language) -> None:
    texts = language.texts or {}
    for name, text in texts.items():
        if text is None or name not in known_texts():
            continue
        allowed = placeholders(known_texts()[name])
        if unknown := sorted(placeholders(text) - allowed):
            fix = (
                f"write {one_of('{' + placeholder + '}' for placeholder in sorted(allowed))}"
                if allowed
                else "write it without"
            )
            context.error(
                (*path, "texts", name), f"there is no value for the placeholder {{{unknown[0]}}}", fix
            )
    _warn_of_missing_texts(context, path, tag, texts)


def _warn_of_missing_texts(context: Context, path: Path, tag: str, texts: Mapping[str, str]) -> None:
    """Note a language in which users would read English."""
    missing = missing_texts(tag, texts)
    if missing:
        names = ", ".join(missing[:SHOWN]) + (" …" if len(missing) > SHOWN else "")
        message = f"pwagen has no texts in {tag}, so its own texts stay English"
        context.warning(path, message, f"add languages.{tag}.texts: {names}")
