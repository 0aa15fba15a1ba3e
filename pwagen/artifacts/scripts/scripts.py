"""sw.js and register.js: which JavaScript parts go in, and the one constant they read.

The parts are plain files under templates/; parts.json lists them in the order of the output, with the
section of the config that turns each on and the parts that each one needs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import urlsplit

from pwagen.artifacts.launch_targets import launch_sections, urls_with_query
from pwagen.artifacts.static_routes import static_routes
from pwagen.config.checks.units import parse_duration
from pwagen.config.exclusions import exclusion_globs
from pwagen.config.model import (
    Badge,
    BadgeRule,
    Config,
    Download,
    IosHint,
    Notifications,
    PermissionPrompt,
    Target,
)
from pwagen.config.scope import wider_scope
from pwagen.globs import any_name, to_regex
from pwagen.render import js_json, render, source

Script = Literal["worker", "page"]
Entry = tuple[str, str, int]

# The page has no use for what the worker alone decides.
PAGE_SECTIONS = (
    "script",
    "scope",
    "app",
    "notifications",
    "push",
    "badge",
    "badgeTitle",
    "badgeFavicon",
    "permissionPrompt",
    "iosHint",
    "relatedApps",
    "launch",
    "share",
    "protocols",
    "display",
    "periodicSync",
    "downloads",
    "outbox",
    "update",
    "translations",
    "texts",
)
# And the worker none for what only a window shows.
PAGE_ONLY = frozenset(
    {
        *("badgeTitle", "badgeFavicon", "permissionPrompt", "iosHint", "relatedApps", "texts"),
        *("launch", "share", "protocols", "display", "scope"),
    }
)


@dataclass(frozen=True)
class Scripts:
    """The two scripts as text, and the version that both report."""

    worker: str
    page: str
    version: str


def script_config(
    config: Config,
    *,
    icon: str | None = None,
    badge_icon: str | None = None,
    offline_pages: Mapping[str, str] | None = None,
    pages: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the worker's CONFIG without `version` and `offline.precache` (shape: templates/config.d.ts).

    YAML's snake_case becomes JavaScript's camelCase here and nowhere else, durations become milliseconds.
    ``icon`` and ``badge_icon`` are the made icons that notifications fall back on, ``offline_pages`` the
    made pages of each language, ``pages`` those of the site.
    """
    notifications = config.notifications
    if notifications is None and (config.push or any(sync.notify for sync in config.periodic_sync)):
        notifications = Notifications()
    badge = config.badge
    if badge is None and any(sync.badge for sync in config.periodic_sync):
        # A feed's number alone: pushes are not counted unasked.
        badge = Badge(on_push="keep")
    sections: dict[str, Any] = {
        "script": config.worker.script,
        "app": _given(name=config.app.name, lang=config.app.lang, dir=config.app.dir),
        "update": config.update,
    } | _given(scope=wider_scope(config.app.scope))
    if notifications:
        sections["notifications"] = _notifications(notifications, config.app.name, icon, badge_icon)
    if config.push:
        push = config.push
        sections["push"] = _given(
            vapidPublicKey=push.vapid_public_key,
            endpoint=push.endpoint,
            credentials=push.credentials,
            csrf=push.csrf and _given(cookie=push.csrf.cookie, meta=push.csrf.meta, header=push.csrf.header),
            headers=push.headers,
        )
    if badge:
        sections["badge"] = _badge(badge)
        if badge.fallback:
            sections["badgeTitle"] = True
        if badge.fallback == "favicon":
            sections["badgeFavicon"] = True
    prompt, hint = config.permission_prompt, config.install.ios_hint
    if prompt:
        sections["permissionPrompt"] = _prompt("prompt", PermissionPrompt() if prompt is True else prompt)
    if hint:
        sections["iosHint"] = _prompt("iosHint", IosHint() if hint is True else hint)
    if config.app.related_applications:
        sections["relatedApps"] = True
    if config.periodic_sync:
        sections["periodicSync"] = [
            _given(
                tag=sync.tag,
                minInterval=parse_duration(sync.min_interval),
                urls=list(sync.urls),
                badge=sync.badge,
                notify=sync.notify
                and _given(
                    title=sync.notify.title,
                    body=sync.notify.body,
                    tag=sync.notify.tag,
                    url=sync.notify.url,
                ),
            )
            for sync in config.periodic_sync
        ]
    if config.downloads is not None:
        sections["downloads"] = [_download(one, icon) for one in config.downloads]
    if config.offline:
        sections["offline"] = _offline(config, pages)
    if config.outbox:
        sections["outbox"] = _outbox(config)
    sections |= launch_sections(config.app)
    if config.worker.hooks:
        sections["hooks"] = PurePosixPath(config.worker.hooks).name
    if config.languages:
        from pwagen.artifacts.languages.language_sections import language_sections

        page_parts = _part_names("page", _page_sections(sections))
        notifies = "notifications" in sections
        sections |= language_sections(config, page_parts, offline_pages or {}, notifies=notifies)
    return sections


def render_scripts(
    sections: Mapping[str, Any],
    *,
    precache: Iterable[Entry] = (),
    precache_page_script: bool = False,
    hooks: bytes = b"",
    minify: bool = False,
) -> Scripts:
    """Return both scripts.

    The version is a hash of everything that can change what either script does or what is stored, and
    of nothing else: no clock, no version of pwagen. ``precache_page_script`` adds register.js itself to
    the worker's list, which therefore is rendered after it.
    """
    entries = sorted(precache)
    page_sections = _page_sections(sections)
    worker_sections = {name: section for name, section in sections.items() if name not in PAGE_ONLY}
    worker_parts = script_parts("worker", worker_sections)
    page_parts = script_parts("page", page_sections)
    basis = json.dumps([dict(sections), entries, worker_parts, page_parts], sort_keys=True).encode()
    version = hashlib.sha256(basis + hooks).hexdigest()[:16]
    page = _render("register.js.jinja", {"version": version, **page_sections}, page_parts, minify)
    worker_sections = {"version": version, **worker_sections}
    if "offline" in sections:
        if precache_page_script:
            entries = sorted([*entries, ("register.js", sri_hash(page.encode()), 1)])
        worker_sections["offline"] = {**sections["offline"], "precache": [list(entry) for entry in entries]}
    worker = _render("sw.js.jinja", worker_sections, worker_parts, minify)
    return Scripts(worker, page, version)


def script_parts(script: Script, sections: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (name, text) of every part whose section is on, and of the parts they need, in output order."""
    return [(part, source(part).strip()) for part in _part_names(script, sections)]


def _page_sections(sections: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sections[name] for name in PAGE_SECTIONS if name in sections}


def _part_names(script: Script, sections: Mapping[str, Any]) -> list[str]:
    table = _parts_table()[script]
    needs = {row["part"]: row.get("needs", []) for row in table}
    wanted: set[str] = set()
    queue = [row["part"] for row in table if "section" in row and row["section"] in (*sections, None)]
    while queue:
        part = queue.pop()
        if part not in wanted:
            wanted.add(part)
            queue += needs[part]
    return [row["part"] for row in table if row["part"] in wanted]


def sri_hash(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in base64, as Subresource Integrity writes it after ``sha256-``."""
    import base64

    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@cache
def _parts_table() -> dict[str, list[dict[str, Any]]]:
    table: dict[str, list[dict[str, Any]]] = json.loads(source("parts.json"))
    return table


def _render(template: str, config: dict[str, Any], parts: list[tuple[str, str]], minify: bool) -> str:
    text = render(template, config=_config_literal(config), parts=parts)
    if minify:
        from rjsmin import jsmin

        return str(jsmin(text)) + "\n"
    return text.rstrip() + "\n"


def _config_literal(config: dict[str, Any]) -> str:
    """Return CONFIG as indented JSON, but with one line for each precached file: lists run to thousands."""
    entries = config.get("offline", {}).get("precache", [])
    if not entries:
        return js_json(config)
    marker = "pwagen-precache-list"
    shown = {**config, "offline": {**config["offline"], "precache": marker}}
    # Inside a string a quote has a backslash before it, so this is where one entry ends and another begins.
    lines = js_json(entries, indent=None)[1:-1].replace('], ["', '],\n      ["')
    before, after = js_json(shown).split(f'"{marker}"')
    return f"{before}[\n      {lines}\n    ]{after}"


def _notifications(
    section: Notifications, app_name: str, icon: str | None, badge_icon: str | None
) -> dict[str, Any]:
    default = section.default
    targets = {one.action: _given(do=one.do, url=one.url) for one in section.actions}
    click = _target(section.click, "open")
    close = section.close and _target(section.close, "post")
    # To name a target elsewhere is to allow it; messages get no further than that.
    named = (urlsplit(one.get("url", "")) for one in (click, *targets.values(), close or {}))
    origins = [f"{url.scheme}://{url.netloc}" for url in named if url.netloc]
    return _given(
        default=_given(title=default.title or app_name, body=default.body),
        options=_given(
            icon=section.icon or icon,
            badge=section.badge or badge_icon,
            image=section.image,
            lang=section.lang,
            dir=section.dir,
            tag=section.tag,
            renotify=section.renotify,
            requireInteraction=section.require_interaction,
            silent=section.silent,
            vibrate=list(section.vibrate) or None,
        ),
        actions=[_given(action=one.action, title=one.title, icon=one.icon) for one in section.actions],
        targets=targets,
        click=click,
        close=close,
        allowedOrigins=list(dict.fromkeys([*section.allowed_origins, *origins])),
    )


def _target(target: str | Target, do: str) -> dict[str, Any]:
    """Return a target; a bare URL means ``do``."""
    if isinstance(target, str):
        return {"do": do, "url": target}
    return _given(do=target.do, url=target.url)


def _download(section: Download, icon: str | None) -> dict[str, Any]:
    return _given(
        id=section.id,
        title=section.title,
        urls=list(section.urls),
        icon=section.icon or icon,
        storedTitle=section.stored_title,
        failedTitle=section.failed_title,
        url=section.url,
    )


def _badge(section: Badge) -> dict[str, Any]:
    def rule(event: str, given: BadgeRule) -> BadgeRule:
        return "clear" if event in section.clear_on and given == "keep" else given

    return {
        "onPush": section.on_push,
        "onClick": rule("click", section.on_click),
        "onClose": rule("close", section.on_close),
        "onOpen": rule("open", section.on_open),
    }


def _prompt(table: str, given: IosHint | PermissionPrompt) -> dict[str, Any]:
    names = ("title", "body", "accept", "dismiss")
    texts = {f"{table}{name.capitalize()}": getattr(given, name, None) for name in names}
    return _given(
        afterVisits=given.after_visits or None,
        backOff=[parse_duration(one) for one in given.back_off],
        texts=_given(**texts),
    )


def _offline(config: Config, pages: Iterable[str]) -> dict[str, Any]:
    section = config.offline
    assert section
    # Pages have their copy for a time without a network anyway.
    refreshed = (
        url for one in config.periodic_sync for url in one.urls if urlsplit(url).path[-1:] not in "/"
    )
    return {
        "page": section.page,
        "fallbacks": _given(image=section.fallbacks.image, json=section.fallbacks.json),
        "precache": [],
        "routes": [
            _given(
                match=to_regex(route.match),
                strategy=route.strategy,
                timeout=route.timeout and parse_duration(route.timeout),
                maxEntries=route.max_entries,
                maxAge=route.max_age and parse_duration(route.max_age),
            )
            for route in section.routes
        ],
        "refreshed": list(dict.fromkeys(refreshed)),
        "never": [to_regex(glob) for glob in exclusion_globs(section)],
        "staticRoutes": static_routes(section, config.outbox, config.app.share_target, pages),
        "launches": urls_with_query(config.app),
        "ignoreParams": any_name(section.ignore_params),
        "timeout": parse_duration(section.timeout),
        "verify": section.verify,
    }


def _outbox(config: Config) -> list[dict[str, Any]]:
    return [
        {
            "match": to_regex(rule.match),
            "methods": list(rule.methods),
            "maxAge": parse_duration(rule.max_age),
        }
        for rule in config.outbox
    ]


def _given(**members: Any) -> dict[str, Any]:
    """Return the members that have a value."""
    return {name: value for name, value in members.items() if value is not None}
