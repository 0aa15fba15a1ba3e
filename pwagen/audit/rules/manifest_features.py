"""What a manifest offers to the system: shortcuts, screenshots, protocols, files, shares, other apps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.manifest_document import ManifestDocument
from pwagen.audit.finding import Evidence
from pwagen.audit.rule import rule
from pwagen.audit.rules.manifest_urls import is_outside
from pwagen.binding.words import quote
from pwagen.config.checks.values import check, check_language

_APP = "https://www.w3.org/TR/appmanifest/"
_INCUBATIONS = "https://wicg.github.io/manifest-incubations/"
_MOST_SHORTCUTS = 10
_FORM_FACTORS = ("narrow", "wide")


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
    bad={"manifest.json": '{"shortcuts": [{"name": "About"}]}'},
    good={"manifest.json": '{"shortcuts": [{"name": "About", "url": "about/"}]}'},
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
    why="Chromium leaves out a text whose key is not a language tag.",
    source=_APP + "#x_localized-members",
    fix={"pwagen": "write a tag such as en-GB as the key", "plain": "write a tag such as en-GB as the key"},
    bad={"manifest.json": '{"name_localized": {"Deutsch": "Bäckerei", "pt_BR": "Padaria"}}'},
    good={"manifest.json": '{"name_localized": {"de": "Bäckerei", "pt-BR": "Padaria"}}'},
)
def localized(site: AuditedSite) -> Iterator[Evidence]:
    """Read each key as the config's languages are read."""
    for manifest in site.manifests:
        for name, texts in manifest.members.items():
            if name.endswith("_localized") and isinstance(texts, dict):
                for key in texts:
                    if check_language(key):
                        yield Evidence(manifest.at(name, key), f"{quote(key)} is not a language tag")
