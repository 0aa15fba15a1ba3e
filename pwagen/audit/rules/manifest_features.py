"""What a manifest offers to the system: shortcuts, screenshots, protocols, files, shares, other apps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pwagen.audit.audited_site import AuditedSite, AuditedWorker
from pwagen.audit.documents.manifest_document import ManifestDocument
from pwagen.audit.finding import Evidence
from pwagen.audit.manifest_pictures import pictures_of, unusable
from pwagen.audit.rule import rule
from pwagen.audit.rules.manifest_urls import is_outside, resolved
from pwagen.binding.words import quote
from pwagen.config.checks.values import check, check_language

_APP = "https://www.w3.org/TR/appmanifest/"
_INCUBATIONS = "https://wicg.github.io/manifest-incubations/"
_MOST_SHORTCUTS = 10
_LOCALIZED_TEXTS = ("name_localized", "short_name_localized", "description_localized")
_FORM_FACTORS = ("narrow", "wide")


def _shortcuts(members: str, icon: str = "icons/icon-192.png") -> str:
    return f'{{"shortcuts": [{{{members}, "icons": [{{"src": "{icon}", "sizes": "192x192"}}]}}]}}'


@rule(
    "manifest-shortcut",
    "warning",
    "Shortcuts have a name and an address, and are ten at most",
    why="Browsers leave out a shortcut without name or address, and Chromium every one after the tenth.",
    source=_APP + "#shortcuts-member",
    fix={
        "pwagen": "app: {shortcuts: [{name: …, url: …}]} in pwagen.yaml",
        "plain": '{"name": "…", "url": "…"} in shortcuts',
    },
    bad={"manifest.json": _shortcuts('"name": "About"')},
    good={"manifest.json": _shortcuts('"name": "About", "url": "about/"')},
)
def shortcuts(site: AuditedSite) -> Iterator[Evidence]:
    """Look for the two members, and count."""
    for manifest in site.manifests:
        listed = manifest.members.get("shortcuts")
        if isinstance(listed, list) and len(listed) > _MOST_SHORTCUTS:
            message = f"there are {len(listed)} shortcuts, of which Chromium reads {_MOST_SHORTCUTS}"
            yield Evidence(manifest.at("shortcuts", _MOST_SHORTCUTS), message)
        for index, shortcut in manifest.list_of("shortcuts"):
            for name in ("name", "url"):
                if not shortcut.get(name):
                    yield Evidence(manifest.at("shortcuts", index), f"the shortcut has no {name}")


@rule(
    "manifest-shortcut-icon",
    "note",
    "Shortcuts have an icon",
    why="Menus of shortcuts have a picture before each name, by which people find it; without one there is"
    " a gap.",
    source="https://web.dev/articles/app-shortcuts",
    fix={
        "pwagen": "run pwagen build again, which takes the app's icon; for another one"
        " app: {shortcuts: [{icons: [{src: …}]}]} in pwagen.yaml",
        "plain": '"icons": [{"src": "…", "sizes": "96x96"}] in the shortcut, a picture of at least 96 pixels',
    },
    bad={"manifest.json": '{"shortcuts": [{"name": "About", "url": "about/"}]}'},
    good={"manifest.json": _shortcuts('"name": "About", "url": "about/"')},
)
def shortcut_icon(site: AuditedSite) -> Iterator[Evidence]:
    """Look for any; one note is enough where no shortcut has one."""
    for manifest in site.manifests:
        names = [
            (manifest.at("shortcuts", index), str(shortcut.get("name") or index + 1))
            for index, shortcut in manifest.list_of("shortcuts")
            if not shortcut.get("icons")
        ]
        if names:
            others = f", and {len(names) - 1} more have none" if len(names) > 1 else ""
            yield Evidence(names[0][0], f"the shortcut {quote(names[0][1])} has no icon{others}")


@rule(
    "manifest-shortcut-icon-file",
    "warning",
    "The icons of shortcuts are pictures",
    why="Browsers pass over an icon that they can't load, and show none beside the shortcut.",
    source=_APP + "#shortcuts-member",
    fix={
        "pwagen": "app: {shortcuts: [{icons: [{src: …}]}]} in pwagen.yaml, a picture of the site",
        "plain": "name a picture that exists",
    },
    bad={"manifest.json": _shortcuts('"name": "About", "url": "about/"', "icons/about.png")},
    good={"manifest.json": _shortcuts('"name": "About", "url": "about/"')},
)
def shortcut_icon_file(site: AuditedSite) -> Iterator[Evidence]:
    """Load each of them."""
    for manifest in site.manifests:
        for index, _ in manifest.list_of("shortcuts"):
            yield from unusable(pictures_of(site, manifest, "shortcuts", index, "icons"))


@rule(
    "manifest-screenshot-form-factor",
    "warning",
    "The form factor of screenshots is narrow or wide",
    why="Chromium shows wide pictures on desktops and the others on phones; an unknown word is ignored.",
    source="https://www.w3.org/TR/manifest-app-info/#form_factor-member",
    fix="write narrow for phones, or wide for desktops",
    bad={
        "manifest.json": '{"screenshots": [{"src": "icons/icon-512.png", "sizes": "512x512",'
        ' "form_factor": "desktop"}]}'
    },
    good={
        "manifest.json": '{"screenshots": [{"src": "icons/icon-512.png", "sizes": "512x512",'
        ' "form_factor": "wide"}]}'
    },
)
def form_factor(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the word."""
    for manifest in site.manifests:
        for index, screenshot in manifest.list_of("screenshots"):
            value = screenshot.get("form_factor")
            if isinstance(value, str) and value.strip().lower() not in _FORM_FACTORS:
                where = manifest.at("screenshots", index, "form_factor")
                yield Evidence(where, f"no browser knows the form factor {quote(value)}")


@rule(
    "manifest-protocol",
    "warning",
    "Protocols are ones that an app may handle, with a place for the address",
    why="Browsers leave out a handler with another scheme, without %s in its url, or outside of the scope.",
    source=_INCUBATIONS + "#protocol_handlers-member",
    fix={
        "pwagen": "app: {protocol_handlers: [{protocol: web+bread, url: 'open?address=%s'}]} in pwagen.yaml",
        "plain": 'a scheme such as mailto, or one that begins with web+; "%s" in url for the address',
    },
    bad={"manifest.json": '{"protocol_handlers": [{"protocol": "bread", "url": "./?address=%s"}]}'},
    good={"manifest.json": '{"protocol_handlers": [{"protocol": "web+bread", "url": "./?address=%s"}]}'},
)
def protocols(site: AuditedSite) -> Iterator[Evidence]:
    """Look at scheme and url."""
    for manifest in site.manifests:
        for index, handler in manifest.list_of("protocol_handlers"):
            where = manifest.at("protocol_handlers", index)
            protocol, url = handler.get("protocol"), handler.get("url")
            if not protocol or not url:
                yield Evidence(where, "a protocol handler needs protocol and url")
                continue
            if isinstance(protocol, str) and check("protocol", protocol.strip().lower()):
                yield Evidence(where, f"an app may not handle the protocol {quote(protocol)}")
            if isinstance(url, str) and "%s" not in url:
                yield Evidence(where, f"url {quote(url)} has no %s, where the address goes")
            elif is_outside(site, manifest, url):
                yield Evidence(where, f"url {quote(url)} is outside of the scope")


@rule(
    "manifest-share-target",
    "warning",
    "The share target can receive what is shared",
    why="Browsers ignore a share target without action or params, out of scope, or with files by GET.",
    source="https://w3c.github.io/web-share-target/#share_target-member",
    fix={
        "pwagen": "app: {share_target: {action: …, method: …, params: {…}}} in pwagen.yaml",
        "plain": 'action and params; for files "method": "POST" and "enctype": "multipart/form-data"',
    },
    bad={
        "manifest.json": '{"share_target": {"action": "about/", "method": "PUT", "params": {"text": "text"}}}'
    },
    good={
        "manifest.json": '{"share_target": {"action": "about/", "method": "GET",'
        ' "enctype": "application/x-www-form-urlencoded", "params": {"text": "text"}}}'
    },
)
def share_target(site: AuditedSite) -> Iterator[Evidence]:
    """Look at each of the members."""
    for manifest in site.manifests:
        target = manifest.members.get("share_target")
        if isinstance(target, dict):
            for message in _share_problems(site, manifest, target):
                yield Evidence(manifest.at("share_target"), message)


def _share_problems(site: AuditedSite, manifest: ManifestDocument, target: dict[str, Any]) -> Iterator[str]:
    action, params = target.get("action"), target.get("params")
    method = str(target.get("method") or "GET").strip().upper()
    enctype = str(target.get("enctype") or "application/x-www-form-urlencoded").strip().lower()
    takes_files = (method, enctype) == ("POST", "multipart/form-data")
    if not isinstance(action, str):
        yield "share_target has no action"
    elif is_outside(site, manifest, action):
        yield f"action {quote(action)} of share_target is outside of the scope"
    if not isinstance(params, dict):
        yield "share_target has no params"
    if method not in ("GET", "POST"):
        yield f"method {quote(method)} of share_target is neither GET nor POST"
    elif isinstance(params, dict) and params.get("files") and not takes_files:
        yield "share_target takes files, and needs method POST and enctype multipart/form-data"


# How code gets at what is in a request.
_READING = ("formData", "text", "blob", "arrayBuffer", "body", "POST")
_SHARED = (
    '{"share_target": {"action": "about/", "method": "%s", "enctype": "%s", "params": {"text": "text"}}}'
)


@rule(
    "manifest-share-target-received",
    "warning",
    "The worker receives what is shared by POST",
    why="Hosts of files answer a POST with an error (405): without a worker that takes it, whoever shares"
    " something with the app sees that, and what was shared is lost.",
    source="https://w3c.github.io/web-share-target/#share_target-member",
    fix={
        "pwagen": "run pwagen build again, whose worker takes what is shared",
        "plain": "read event.request.formData() in the worker's listener of fetch, and answer with a"
        ' redirect; or "method": "GET", which any page can read',
    },
    bad={"manifest.json": _SHARED % ("POST", "multipart/form-data")},
    good={"manifest.json": _SHARED % ("GET", "application/x-www-form-urlencoded")},
)
def share_received(site: AuditedSite) -> Iterator[Evidence]:
    """Look for workers that can't read a form, where the action is a file, not a server's own address."""
    for manifest in site.manifests:
        target = manifest.members.get("share_target")
        action = target.get("action") if isinstance(target, dict) else None
        if site.has_server or not isinstance(action, str) or not isinstance(target, dict):
            continue
        url = resolved(site, manifest, action)
        if not url or str(target.get("method")).strip().upper() != "POST" or site.get(url) is None:
            continue
        if not any(_may_receive(worker) for worker in site.workers):
            yield Evidence(
                manifest.at("share_target", "action"), f"no worker takes what is posted to {quote(action)}"
            )


def _may_receive(worker: AuditedWorker) -> bool:
    """Whether a worker may read a form, or has code that isn't known."""
    reaches = map(worker.code.reach, worker.code.handlers("fetch"))
    return not worker.code.complete or any(reach.opaque or reach.mentions(*_READING) for reach in reaches)


@rule(
    "manifest-file-handler",
    "warning",
    "File handlers have an action, and extensions with a dot",
    why="Chromium leaves out a file handler without action, and extensions that don't begin with a dot.",
    source=_INCUBATIONS + "#file_handlers-member",
    fix={
        "pwagen": "app: {file_handlers: [{action: …, accept: {text/csv: [.csv]}}]} in pwagen.yaml",
        "plain": '{"action": "…", "accept": {"text/csv": [".csv"]}} in file_handlers',
    },
    bad={"manifest.json": '{"file_handlers": [{"action": "about/", "accept": {"text/csv": ["csv"]}}]}'},
    good={"manifest.json": '{"file_handlers": [{"action": "about/", "accept": {"text/csv": [".csv"]}}]}'},
)
def file_handlers(site: AuditedSite) -> Iterator[Evidence]:
    """Look at action and accept."""
    for manifest in site.manifests:
        for index, handler in manifest.list_of("file_handlers"):
            where, action = manifest.at("file_handlers", index), handler.get("action")
            accept = handler.get("accept")
            if not isinstance(action, str):
                yield Evidence(where, "a file handler has no action")
            elif is_outside(site, manifest, action):
                yield Evidence(where, f"action {quote(action)} of a file handler is outside of the scope")
            if not isinstance(accept, dict):
                yield Evidence(where, "a file handler doesn't say what it accepts")
                continue
            for extensions in accept.values():
                for extension in extensions if isinstance(extensions, list) else [extensions]:
                    if isinstance(extension, str) and not extension.startswith("."):
                        yield Evidence(where, f"the extension {quote(extension)} begins without a dot")


@rule(
    "manifest-related-application",
    "warning",
    "Related applications have a platform, and an address or an id",
    why="Browsers leave out a related application that can't be looked up.",
    source="https://www.w3.org/TR/manifest-app-info/#related_applications-member",
    fix={
        "pwagen": "app: {related_applications: [{platform: play, id: …}]} in pwagen.yaml",
        "plain": '{"platform": "play", "id": "…"} in related_applications',
    },
    bad={"manifest.json": '{"related_applications": [{"platform": "play"}]}'},
    good={"manifest.json": '{"related_applications": [{"platform": "play", "id": "com.bakery"}]}'},
)
def related(site: AuditedSite) -> Iterator[Evidence]:
    """Look for what an app is found by."""
    for manifest in site.manifests:
        for index, application in manifest.list_of("related_applications"):
            where = manifest.at("related_applications", index)
            if not application.get("platform"):
                yield Evidence(where, "the related application has no platform")
            elif not (application.get("url") or application.get("id")):
                yield Evidence(where, "the related application has neither url nor id")


@rule(
    "manifest-localized",
    "warning",
    "Texts in other languages stand under language tags",
    why="Chromium leaves out what stands under a key that is not a language tag, or has"
    " another type than the member.",
    source=_APP + "#x_localized-members",
    fix={"pwagen": "write a tag such as en-GB as the key", "plain": "write a tag such as en-GB as the key"},
    bad={"manifest.json": '{"name_localized": {"Deutsch": "Bäckerei", "pt_BR": "Padaria"}}'},
    good={"manifest.json": '{"name_localized": {"de": "Bäckerei", "pt-BR": "Padaria"}}'},
)
def localized(site: AuditedSite) -> Iterator[Evidence]:
    """Read each key as the config's languages are read, and look at the values' types."""
    for manifest in site.manifests:
        yield from _localized_in(manifest, manifest.members)
        for index, shortcut in manifest.list_of("shortcuts"):
            yield from _localized_in(manifest, shortcut, "shortcuts", index)


def _localized_in(
    manifest: ManifestDocument, members: dict[str, Any], *keys: str | int
) -> Iterator[Evidence]:
    for name, values in members.items():
        if not name.endswith("_localized") or not isinstance(values, dict):
            continue
        for key, value in values.items():
            where = manifest.at(*keys, name, key)
            if check_language(key):
                yield Evidence(where, f"{quote(key)} is not a language tag")
            elif name in _LOCALIZED_TEXTS and not _is_localized_text(value):
                yield Evidence(where, f"{quote(key)} of {name} is not a text")
            elif name == "icons_localized" and not isinstance(value, list):
                yield Evidence(where, f"{quote(key)} of {name} is not a list of icons")


def _is_localized_text(value: object) -> bool:
    """Return whether a value is a text, or an object with one as its value."""
    return isinstance(value["value"] if isinstance(value, dict) and "value" in value else value, str)
