"""What one field alone cannot say: sections judged as a whole, from their values alone."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from msgspec.structs import replace

from pwagen.binding.context import Context
from pwagen.binding.crumbs import Path
from pwagen.config.checks.values import parse_duration, parse_size
from pwagen.config.rules.app_rules import check_app, check_icons
from pwagen.config.rules.download_rules import check_downloads
from pwagen.config.rules.language_rules import check_languages
from pwagen.config.rules.uncached_urls import UncachedUrl, uncached_url
from pwagen.names import OWN_FILES, OWN_WORKER, manifest_name

ACTIONS_SHOWN = 2
WIDGET_TAGS = "widget:"


def check_rules(context: Context) -> None:
    """Note everything that contradicts something else in the config."""
    check_app(context)
    check_icons(context)
    _notifications(context)
    _push(context)
    _badge(context)
    _permission_prompt(context)
    _periodic_sync(context)
    check_downloads(context)
    _offline(context)
    _outbox(context)
    _worker(context)
    check_languages(context)


# --- notifications -------------------------------------------------------------------------------


def _notifications(context: Context) -> None:
    section = context.get("notifications")
    if not section:
        return
    if section.silent and section.vibrate:
        fix = "remove silent or vibrate"
        context.error(("notifications", "silent"), "a silent notification cannot vibrate", fix)
    if section.renotify and section.tag is None and context.is_good("notifications", "tag"):
        message = "has no effect on messages without a tag"
        context.warning(
            ("notifications", "renotify"), message, "add notifications.tag, or a tag to each message"
        )
    _actions(context)


def _actions(context: Context) -> None:
    actions = list(context.each("notifications", "actions"))
    context.unique(((*path, "action") for path, _ in actions), "action")
    if len(actions) > ACTIONS_SHOWN:
        third = ("notifications", "actions", ACTIONS_SHOWN)
        context.warning(third, f"browsers show {ACTIONS_SHOWN} actions", "put the most important ones first")
    for path, action in actions:
        _target(context, path, action)
    for name in ("click", "close"):
        target = context.get("notifications", name)
        if target is not None and not isinstance(target, str):
            _target(context, ("notifications", name), target)


def _target(context: Context, path: Path, target: Any) -> None:
    """Judge what `do` and `url` of an action or target say together."""
    if not context.is_good(*path, "do") or not context.is_good(*path, "url"):
        return
    if target.do in ("open", "post") and target.url is None:
        context.error(path, f"do: {target.do} needs a target", "add url, or write do: dismiss")
    elif target.do in ("focus", "dismiss") and target.url is not None:
        fix = f"remove url, or write do: {'post' if path[-1] == 'close' else 'open'}"
        context.warning((*path, "url"), f"do: {target.do} goes nowhere", fix)


# --- push, badge, background ---------------------------------------------------------------------


def _push(context: Context) -> None:
    section = context.get("push")
    if not section:
        return
    for name in context.get("push", "headers") or {}:
        if name.lower() in ("authorization", "x-api-key", "api-key"):
            context.warning(
                ("push", "headers", name), "every visitor can read this", "let the server tell by its cookie"
            )
    csrf = context.get("push", "csrf")
    if csrf and not csrf.cookie and not csrf.meta and context.is_good("push", "csrf", "cookie"):
        context.error(("push", "csrf"), "does not say where the token comes from", "add cookie or meta")
    if csrf and csrf.cookie and section.credentials == "omit":
        context.warning(
            ("push", "credentials"), "without cookies the server cannot check the token", "write same-origin"
        )
    if section.endpoint is None and context.is_good("push", "endpoint"):
        for name in ("csrf", "headers", "credentials"):
            if context.is_written("push", name):
                context.warning(
                    ("push", name), "has no effect without push.endpoint", "add endpoint, or remove it"
                )
        context.warning(
            ("push",),
            "has no endpoint, so subscriptions reach no server, and no message can be sent",
            "write endpoint: with the address where your server takes subscriptions, such as "
            "api/push/subscriptions; in Django, Flask and FastAPI pwagen.integrations has one",
        )


def _badge(context: Context) -> None:
    if not (context.is_written("badge", "clear_on") and context.get("badge", "clear_on")):
        return
    for path, event in context.each("badge", "clear_on"):
        rule = context.get("badge", f"on_{event}")
        if context.is_written("badge", f"on_{event}") and rule not in (None, "clear"):
            context.error(path, f"on_{event} says {rule} and clear_on says clear", "keep one of them")
    context.unique((path for path, _ in context.each("badge", "clear_on")), "event")


def settle_badge(context: Context) -> Any:
    """Return the config with one answer to each badge event.

    A rule that is written wins over the default of `clear_on`; against a written `clear_on` it is an
    error. So whoever reads ``badge`` need not know what was written.
    """
    config = context.bound.value
    if not config.badge or context.is_written("badge", "clear_on"):
        return config
    left = tuple(event for event in config.badge.clear_on if not context.is_written("badge", f"on_{event}"))
    return replace(config, badge=replace(config.badge, clear_on=left))


def _permission_prompt(context: Context) -> None:
    if context.get("permission_prompt") and not any(
        context.get(name) or context.is_written(name) for name in ("push", "notifications")
    ):
        context.error(("permission_prompt",), "there is nothing to ask for", "add push, or notifications")


def _periodic_sync(context: Context) -> None:
    entries = list(context.each("periodic_sync"))
    context.unique(((*path, "tag") for path, _ in entries), "tag")
    reason = uncached_url(context)
    for path, _ in entries:
        for place, url in context.each(*path, "urls"):
            if found := reason(url):
                _not_kept(context, place, found)
        tag = context.get(*path, "tag")
        if tag and tag.startswith(WIDGET_TAGS):
            message = f'"{WIDGET_TAGS}" begins the tags of widgets, which are handled separately'
            context.error((*path, "tag"), message, f'write "{tag.removeprefix(WIDGET_TAGS) or "news"}"')
        interval = context.get(*path, "min_interval")
        if interval is not None and parse_duration(interval) <= 0:
            context.error((*path, "min_interval"), "must be longer than zero", 'write it like "24h"')


def _not_kept(context: Context, path: Path, uncached: UncachedUrl) -> None:
    """Note a URL that is refreshed although the worker will not answer with it."""
    if path[-1] == 0:
        message = f"{uncached.message}: it is refreshed for badge, notify and events, not kept for offline"
        context.warning(path, message, f"{uncached.remedy}, if it should be")
    else:
        note = context.error if uncached.certain else context.warning
        note(path, f"{uncached.message}: it is refreshed in vain", f"remove it, or {uncached.remedy}")


# --- offline and the worker ----------------------------------------------------------------------


def _offline(context: Context) -> None:
    section = context.get("offline")
    if not section:
        return
    file_size, total = context.get("offline", "max_file_size"), context.get("offline", "max_total_size")
    if file_size and total and parse_size(file_size) > parse_size(total):
        name = "max_file_size" if context.is_written("offline", "max_file_size") else "max_total_size"
        message = f"one file may take {file_size}, all together {total}"
        context.error(("offline", name), message, "write the larger size for all")
    page = context.get("offline", "page")
    manifests = [manifest_name(tag) for tag in context.get("languages") or {}]
    if page and _file_name(page) in (*OWN_FILES, *manifests):
        context.error(("offline", "page"), f'pwagen writes a file "{page}" itself', "choose another name")
    context.unique(((*path, "match") for path, _ in context.each("offline", "routes")), "pattern")
    for path, route in context.each("offline", "routes"):
        _route(context, path, route)
    reason = uncached_url(context)
    for path, url in context.each("offline", "precache_urls"):
        if uncached := reason(url):
            note = context.error if uncached.certain else context.warning
            note(path, f"{uncached.message}: it would be stored in vain", f"remove it, or {uncached.remedy}")


def _route(context: Context, path: Path, route: Any) -> None:
    if not context.is_good(*path, "strategy"):
        return
    if context.is_written(*path, "timeout") and route.strategy != "network-first":
        context.warning((*path, "timeout"), "only network-first waits", "remove it")
    if route.strategy in ("network-only", "cache-only"):
        for name in ("max_entries", "max_age"):
            if context.is_written(*path, name):
                context.warning((*path, name), f"{route.strategy} stores nothing", "remove it")


def _outbox(context: Context) -> None:
    for path, _ in context.each("outbox"):
        context.unique((inner for inner, _ in context.each(*path, "methods")), "method")
        age = context.get(*path, "max_age")
        if age is not None and parse_duration(age) <= 0:
            context.error((*path, "max_age"), "must be longer than zero", 'write it like "7d"')


def _worker(context: Context) -> None:
    _script(context)
    hooks = context.get("worker", "hooks")
    if not hooks:
        return
    name = _file_name(hooks)
    if name in OWN_FILES or name == context.get("offline", "page"):
        fix = 'name it otherwise, "pwa-hooks.js" for example'
        context.error(
            ("worker", "hooks"), f'pwagen writes a file "{name}" itself, beside which this is copied', fix
        )
    elif not name.endswith(".js"):
        context.error(
            ("worker", "hooks"), f'"{name}" is not loaded by a worker', "name it with .js at the end"
        )


def _script(context: Context) -> None:
    script = context.get("worker", "script")
    if not script or script == OWN_WORKER:
        return
    path = ("worker", "script")
    if "/" in script:
        # Both resolve every URL against their folder.
        context.error(path, f"the worker lies beside {OWN_WORKER}", "move it there and write its name alone")
    elif not script.endswith(".js") or script in OWN_FILES:
        context.error(
            path, f'"{script}" is not a worker of your own', "name the one that the site has already"
        )


def _file_name(path: str) -> str:
    return PurePosixPath(path).name
