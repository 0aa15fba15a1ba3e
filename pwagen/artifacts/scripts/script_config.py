"""CONFIG, the one constant that both scripts read (its type: templates/config.d.ts), section by section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

import msgspec

from pwagen.artifacts.launch_targets import urls_with_query
from pwagen.artifacts.scripts.config_members import config_members
from pwagen.artifacts.scripts.features import part_names, section_names
from pwagen.artifacts.scripts.launch_sections import (
    has_window,
    launch_section,
    share_action,
    share_section,
    widget_entry,
)
from pwagen.artifacts.scripts.notifications_section import notifications_section
from pwagen.artifacts.scripts.offline_section import offline_section, precache_urls, refreshed_urls
from pwagen.artifacts.static_routes import static_routes
from pwagen.config.model import Badge, Config, IosHint, Notifications, PermissionPrompt
from pwagen.config.scope import wider_scope
from pwagen.globs import matcher


class Inputs(msgspec.Struct, frozen=True):
    """The input of the sections."""

    config: Config
    icon: str | None = None
    """The generated icons that notifications fall back on."""
    badge_icon: str | None = None
    offline_pages: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Language tag -> generated offline page."""
    pages: tuple[str, ...] = ()
    """The paths of the site's pages."""
    stored: tuple[str, ...] = ()
    """The paths of the files that the worker stores."""


def script_config(
    config: Config,
    *,
    icon: str | None = None,
    badge_icon: str | None = None,
    offline_pages: Mapping[str, str] | None = None,
    pages: Iterable[str] = (),
    stored: Iterable[str] = (),
) -> dict[str, Any]:
    """Return CONFIG without `version` and `offline.precache`: the sections that are on, in reading order.

    ``icon`` and ``badge_icon`` are the generated icons that notifications fall back on, ``offline_pages``
    the generated pages of each language, ``pages`` those of the site, ``stored`` all files that the worker
    stores.
    """
    inputs = Inputs(config, icon, badge_icon, offline_pages or {}, tuple(pages), tuple(stored))
    values = {name: convert(inputs) for name, convert in CONVERTERS.items()}
    sections = {name: value for name, value in values.items() if value is not None}
    if config.languages:
        from pwagen.artifacts.languages.app_texts import page_texts

        # Which parts have texts depends on the sections.
        sections["texts"] = page_texts(config, [*part_names("page", sections), *part_names("more", sections)])
    return {name: sections[name] for name in section_names() if name in sections}


def _app(inputs: Inputs) -> dict[str, Any]:
    app = inputs.config.app
    members = {"name": app.name, "lang": app.lang, "dir": app.dir}
    return {name: value for name, value in members.items() if value is not None}


def _notifications(inputs: Inputs) -> dict[str, Any] | None:
    config = inputs.config
    section = config.notifications
    if section is None and (config.push or any(sync.notify for sync in config.periodic_sync)):
        section = Notifications()
    if section is None:
        return None
    return notifications_section(section, config.app.name, inputs.icon, inputs.badge_icon)


def _push(inputs: Inputs) -> dict[str, Any] | None:
    push = inputs.config.push
    return config_members(push) if push else None


def _badge_settings(config: Config) -> Badge | None:
    if config.badge is None and any(sync.badge for sync in config.periodic_sync):
        # Only the feed's number: counting pushes must be asked for.
        return Badge(on_push="keep")
    return config.badge


def _badge(inputs: Inputs) -> dict[str, Any] | None:
    badge = _badge_settings(inputs.config)
    if badge is None:
        return None
    rules = config_members(badge, leave_out=("clear_on", "fallback"))
    cleared = {f"on{event.capitalize()}" for event in badge.clear_on}
    return {event: "clear" if rule == "keep" and event in cleared else rule for event, rule in rules.items()}


def _badge_title(inputs: Inputs) -> bool | None:
    badge = _badge_settings(inputs.config)
    return _on(badge and badge.fallback)


def _badge_favicon(inputs: Inputs) -> bool | None:
    badge = _badge_settings(inputs.config)
    return _on(badge and badge.fallback == "favicon")


def _permission_prompt(inputs: Inputs) -> dict[str, Any] | None:
    prompt = inputs.config.permission_prompt
    return _prompt("prompt", PermissionPrompt() if prompt is True else prompt) if prompt else None


def _ios_hint(inputs: Inputs) -> dict[str, Any] | None:
    hint = inputs.config.install.ios_hint
    return _prompt("iosHint", IosHint() if hint is True else hint) if hint else None


def _prompt(table: str, prompt: IosHint | PermissionPrompt) -> dict[str, Any]:
    members = config_members(prompt)
    when = {name: members.pop(name) for name in ("afterVisits", "backOff")}
    texts = {f"{table}{name.capitalize()}": text for name, text in members.items()}
    return {name: value for name, value in when.items() if value is not False} | {"texts": texts}


def _downloads(inputs: Inputs) -> list[dict[str, Any]] | None:
    downloads = inputs.config.downloads
    icon = {"icon": inputs.icon} if inputs.icon else {}
    # An empty list is on: downloads are started from code alone.
    return None if downloads is None else [icon | config_members(download) for download in downloads]


def _offline(inputs: Inputs) -> dict[str, Any] | None:
    section = inputs.config.offline
    return offline_section(section) if section else None


def _static_routes(inputs: Inputs) -> list[dict[str, Any]] | None:
    config = inputs.config
    return (
        static_routes(config.offline, config.outbox, inputs.pages, inputs.stored) or None
        if config.offline
        else None
    )


def _preload(inputs: Inputs) -> bool | None:
    offline = inputs.config.offline
    if not offline:
        return None
    # A page that is shown as it is stored would be fetched beside that, for nothing.
    pages = ["", *(path for path in inputs.stored if path.endswith(".html"))]
    routes = [(matcher([route.match]), route.strategy) for route in offline.routes]
    strategies = (next((strategy for matches, strategy in routes if matches(page)), "") for page in pages)
    return _on(not any(strategy.startswith("cache-") for strategy in strategies))


def _personal(inputs: Inputs) -> bool | None:
    offline = inputs.config.offline
    return _on(offline and any(route.personal for route in offline.routes))


def _translations(inputs: Inputs) -> dict[str, Any] | None:
    if not inputs.config.languages or _notifications(inputs) is None:
        return None
    from pwagen.artifacts.languages.language_sections import notification_translations

    return notification_translations(inputs.config)


def _share_action(inputs: Inputs) -> str | None:
    target = inputs.config.app.share_target
    return share_action(target) if target and target.method == "POST" else None


def _hooks(inputs: Inputs) -> str | None:
    hooks = inputs.config.worker.hooks
    return hooks and PurePosixPath(hooks).name


def _on(value: object) -> bool | None:
    return True if value else None


def _listed(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]] | None:
    return list(entries) or None


# Each section of templates/features.json and its converter; None: it is off. `texts` comes after them.
CONVERTERS: Mapping[str, Callable[[Inputs], object | None]] = {
    "script": lambda inputs: inputs.config.worker.script,
    "app": _app,
    "update": lambda inputs: inputs.config.update,
    "scope": lambda inputs: wider_scope(inputs.config.app.scope),
    "offline": _offline,
    "preload": _preload,
    "personal": _personal,
    "appShell": lambda inputs: (inputs.config.offline and inputs.config.offline.app_shell) or None,
    "launchUrls": lambda inputs: (inputs.config.offline and urls_with_query(inputs.config.app)) or None,
    "refreshedUrls": lambda inputs: (inputs.config.offline and refreshed_urls(inputs.config)) or None,
    "precacheUrls": lambda inputs: (
        (inputs.config.offline and precache_urls(inputs.config, inputs.stored)) or None
    ),
    "staticRoutes": _static_routes,
    "pageState": lambda inputs: _on(inputs.config.offline),
    "offlinePages": lambda inputs: dict(inputs.offline_pages) if len(inputs.offline_pages) > 1 else None,
    "relatedApps": lambda inputs: _on(inputs.config.app.related_applications),
    "iosHint": _ios_hint,
    "notifications": _notifications,
    "push": _push,
    "translations": _translations,
    "permissionPrompt": _permission_prompt,
    "badge": _badge,
    "badgeTitle": _badge_title,
    "badgeFavicon": _badge_favicon,
    "periodicSync": lambda inputs: _listed(map(config_members, inputs.config.periodic_sync)),
    "downloads": _downloads,
    "outbox": lambda inputs: _listed(map(config_members, inputs.config.outbox)),
    "launch": lambda inputs: launch_section(inputs.config.app),
    "share": lambda inputs: inputs.config.app.share_target and share_section(inputs.config.app.share_target),
    "shareAction": _share_action,
    "protocols": lambda inputs: _listed(map(config_members, inputs.config.app.protocol_handlers)),
    "display": lambda inputs: _on(has_window(inputs.config.app)),
    "widgets": lambda inputs: _listed(map(widget_entry, inputs.config.app.widgets)),
    "hooks": _hooks,
}
