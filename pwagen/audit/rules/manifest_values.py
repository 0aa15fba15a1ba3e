"""What members of a manifest may hold: types, words and colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.manifest_document import ManifestDocument
from pwagen.audit.finding import Evidence
from pwagen.audit.rule import rule
from pwagen.binding.words import nearest, one_of, quote, shorten
from pwagen.config.checks.colors import check_color
from pwagen.config.checks.values import check_language

_PROCESSING = "https://www.w3.org/TR/appmanifest/#processing"
_TEXTS = (
    "name", "short_name", "description", "id", "start_url", "scope", "display", "orientation", "dir", "lang",
    "theme_color", "background_color", "iarc_rating_id", "gcm_sender_id",
)  # fmt: skip
_LISTS = (
    "icons", "shortcuts", "screenshots", "display_override", "protocol_handlers", "file_handlers",
    "related_applications", "scope_extensions", "categories",
)  # fmt: skip
_OBJECTS = ("share_target", "launch_handler", "note_taking", "color_scheme_dark", "tab_strip")
_TYPES: dict[str, tuple[type, str]] = (
    dict.fromkeys(_TEXTS, (str, "a text in quotes"))
    | dict.fromkeys(_LISTS, (list, "a list in brackets"))
    | dict.fromkeys(_OBJECTS, (dict, "an object in braces"))
    | {"prefer_related_applications": (bool, "true or false")}
)
_TEXTS_OF_ITEMS = {
    "icons": ("src", "sizes", "type", "purpose"),
    "shortcuts": ("name", "short_name", "description", "url"),
    "screenshots": ("src", "sizes", "type", "label", "form_factor"),
    "related_applications": ("platform", "url", "id"),
    "protocol_handlers": ("protocol", "url"),
}
_INSTALLABLE = ("standalone", "fullscreen", "minimal-ui")
_DISPLAY = (*_INSTALLABLE, "browser")
_OVERRIDE = (*_DISPLAY, "window-controls-overlay", "tabbed", "unframed", "borderless", "picture-in-picture")
_WORDS: dict[str, tuple[str, ...]] = {
    "display": (*_DISPLAY, "window-controls-overlay", "tabbed"),
    "orientation": (
        "any", "natural", "landscape", "portrait",
        "portrait-primary", "portrait-secondary", "landscape-primary", "landscape-secondary",
    ),
    "dir": ("auto", "ltr", "rtl"),
    # https://wicg.github.io/web-app-launch/#launch_handler-member
    "client_mode": ("auto", "focus-existing", "navigate-existing", "navigate-new"),
    # https://wicg.github.io/manifest-incubations/#file_handlers-member
    "launch_type": ("single-client", "multiple-clients"),
}  # fmt: skip


@rule(
    "manifest-type",
    "warning",
    "Members of the manifest have the type that browsers read",
    why="Browsers ignore a member of another type, as if it weren't there.",
    source=_PROCESSING,
    fix="write the value in the type that is named",
    bad={"manifest.json": '{"description": ["Fresh bread"]}'},
    good={"manifest.json": '{"description": "Fresh bread"}'},
)
def types(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the members of the specification, and those that Chromium knows besides."""
    for manifest in site.manifests:
        for name, (expected, words) in _TYPES.items():
            if name in manifest.members and not isinstance(manifest.members[name], expected):
                yield Evidence(manifest.at(name), f"{name} has to be {words}")
        for name, texts in _TEXTS_OF_ITEMS.items():
            for index, item in manifest.list_of(name):
                for member in texts:
                    if member in item and not isinstance(item[member], str):
                        where = manifest.at(name, index, member)
                        yield Evidence(where, f"{member} of {name} has to be a text in quotes")


@rule(
    "manifest-display",
    "error",
    "The app opens in a window of its own",
    why="Chromium installs no app whose display is left out, unknown or browser.",
    source="https://www.w3.org/TR/appmanifest/#display-member",
    fix={
        "pwagen": "app: {display: standalone} in pwagen.yaml",
        "vite": 'VitePWA({manifest: {display: "standalone"}})',
        "plain": '"display": "standalone" in the manifest',
    },
    bad={"manifest.json": '{"display": "browser"}'},
    good={"manifest.json": '{"display": "browser", "display_override": ["minimal-ui"]}'},
)
def display(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the mode that counts: the first of display_override that is known, else display."""
    for manifest in site.manifests:
        if not manifest.is_object:
            continue
        value = _lower(manifest.members.get("display"))
        overrides = manifest.members.get("display_override")
        known = [_lower(mode) for mode in overrides] if isinstance(overrides, list) else []
        modes = [mode for mode in known if mode in _OVERRIDE]
        name, mode = ("display_override", modes[0]) if modes else ("display", value)
        if not modes and mode not in _WORDS["display"]:
            # What an unknown word means is said by its own rule; it is no window in any case.
            mode = "browser"
        if mode == "browser":
            said = f"is {quote(value)}" if value else "is not there"
            said = 'begins with "browser"' if modes else said
            yield Evidence(manifest.at(name), f"{name} {said}")


@rule(
    "manifest-word",
    "warning",
    "Members that hold one of a few words hold one that browsers know",
    why="Browsers ignore an unknown word, and take the default.",
    source=_PROCESSING,
    fix="write one of the words that are named",
    bad={"manifest.json": '{"orientation": "upright", "launch_handler": {"client_mode": "focus"}}'},
    good={"manifest.json": '{"orientation": "portrait", "launch_handler": {"client_mode": ["auto"]}}'},
)
def words(site: AuditedSite) -> Iterator[Evidence]:
    """Look at orientation, dir, display_override and the nested ones; display has a rule of its own."""
    for manifest in site.manifests:
        for name in ("orientation", "dir"):
            value = manifest.members.get(name)
            if isinstance(value, str) and _lower(value) not in _WORDS[name]:
                yield Evidence(manifest.at(name), _unknown(name, value, _WORDS[name]))
        listed = manifest.members.get("display_override")
        overrides = listed if isinstance(listed, list) else []
        value = manifest.members.get("display")
        is_replaced = any(_lower(mode) in _OVERRIDE for mode in overrides)
        # Where display is what counts, its own rule reports it.
        if is_replaced and isinstance(value, str) and _lower(value) not in _WORDS["display"]:
            yield Evidence(manifest.at("display"), _unknown("display", value, _DISPLAY))
        for index, mode in enumerate(overrides):
            if isinstance(mode, str) and _lower(mode) not in _OVERRIDE:
                where = manifest.at("display_override", index)
                yield Evidence(where, _unknown("display_override", mode, _OVERRIDE[:6]))
        for keys, value in _nested_words(manifest):
            name = str(keys[-1] if isinstance(keys[-1], str) else keys[-2])
            if isinstance(value, str) and _lower(value) not in _WORDS[name]:
                yield Evidence(manifest.at(*keys), _unknown(name, value, _WORDS[name]))


def _nested_words(manifest: ManifestDocument) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the values of client_mode, of which there may be a list, and of launch_type, by their paths."""
    handler = manifest.members.get("launch_handler")
    mode = handler.get("client_mode") if isinstance(handler, dict) else None
    keys = ("launch_handler", "client_mode")
    yield keys, mode
    for index, one in enumerate(mode if isinstance(mode, list) else ()):
        yield (*keys, index), one
    for index, file_handler in manifest.list_of("file_handlers"):
        yield ("file_handlers", index, "launch_type"), file_handler.get("launch_type")


# https://github.com/w3c/manifest/wiki/Categories
_CATEGORIES = (
    "books", "business", "education", "entertainment", "finance", "fitness", "food", "games", "government",
    "health", "kids", "lifestyle", "magazines", "medical", "music", "navigation", "news", "personalization",
    "photo", "politics", "productivity", "security", "shopping", "social", "sports", "travel", "utilities",
    "weather",
)  # fmt: skip


@rule(
    "manifest-category",
    "note",
    "Categories are spelled as stores know them",
    why="Stores list an app under the categories that they know, and pass over every other word.",
    source="https://www.w3.org/TR/manifest-app-info/#categories-member",
    fix="write the category that is named",
    bad={"manifest.json": '{"categories": ["shoping", "food"]}'},
    good={"manifest.json": '{"categories": ["shopping", "bread"]}'},
)
def categories(site: AuditedSite) -> Iterator[Evidence]:
    """Report words that are near to a known one: every other word may be a store's own."""
    for manifest in site.manifests:
        listed = manifest.members.get("categories")
        for index, category in enumerate(listed if isinstance(listed, list) else ()):
            word = _lower(category)
            meant = nearest(word, _CATEGORIES, cutoff=0.85) if word and word not in _CATEGORIES else None
            # The singular is a word of its own, and so is a compound.
            if meant and meant.removesuffix("s") != word and len(word) > 4:
                message = f"no store knows the category {quote(category)} - did you mean {quote(meant)}?"
                yield Evidence(manifest.at("categories", index), message)


@rule(
    "manifest-color",
    "warning",
    "Colours of the manifest are CSS colours",
    why="Browsers ignore a colour that they can't read: title bar and splash screen stay grey or white.",
    source="https://www.w3.org/TR/appmanifest/#theme_color-member",
    fix={
        "pwagen": 'app: {theme_color: "#0b3d5c"} in pwagen.yaml',
        "plain": "write it as #rrggbb, or a name of CSS",
    },
    bad={"manifest.json": '{"background_color": "7a3e12"}'},
    good={"manifest.json": '{"background_color": "peachpuff"}'},
)
def colors(site: AuditedSite) -> Iterator[Evidence]:
    """Read each colour as the config's own are read."""
    for manifest in site.manifests:
        for name in ("theme_color", "background_color"):
            value = manifest.members.get(name)
            if isinstance(value, str) and check_color(value.strip()):
                yield Evidence(manifest.at(name), f"{name} {quote(value)} is not a colour")


@rule(
    "manifest-lang",
    "note",
    "The language of the manifest is a language tag",
    why="Screen readers choose the voice for the app's name by it.",
    source="https://www.w3.org/TR/appmanifest/#lang-member",
    fix={"pwagen": "app: {lang: en-GB} in pwagen.yaml", "plain": "a tag of BCP 47, such as en or pt-BR"},
    bad={"manifest.json": '{"lang": "en_GB"}'},
    good={"manifest.json": '{"lang": "en-GB"}'},
)
def language(site: AuditedSite) -> Iterator[Evidence]:
    """Read it as the config's own is read."""
    for manifest in site.manifests:
        value = manifest.members.get("lang")
        if isinstance(value, str) and value and check_language(value):
            yield Evidence(manifest.at("lang"), f"lang {quote(value)} is not a language tag")


# Words that are no misspelling, although they are near to one: other browsers and tools read them.
_OTHERS = (
    "color_scheme_dark", "edge_side_panel", "widgets", "handle_links", "file_handlers",
    "lock_screen", "migrate_from", "migrate_to", "serviceworker", "version", "author",
    "permissions", "gcm_user_visible_only", "default_locale", "developer", "homepage_url",
    "capture_links", "url_handlers", "user_preferences", "manifest_version", "background", "scopes",
    "icon", "developer_name", "launch_type", "theme_colors",
)  # fmt: skip
_KNOWN = (*_TYPES, *_OTHERS)


@rule(
    "manifest-member",
    "warning",
    "Members of the manifest are spelled as browsers read them",
    why="Browsers ignore a member that they don't know, without a word.",
    source=_PROCESSING,
    fix="write the name that is meant",
    bad={"manifest.json": '{"orientaton": "portrait"}'},
    good={"manifest.json": '{"orientation": "portrait"}'},
)
def members(site: AuditedSite) -> Iterator[Evidence]:
    """Report unknown names that are near to a known one which is not there."""
    for manifest in site.manifests:
        for name in manifest.members:
            if name in _KNOWN or name.endswith("_localized"):
                continue
            meant = nearest(name, _TYPES, cutoff=0.85)
            if meant and meant not in manifest.members:
                yield Evidence(
                    manifest.at(name), f"no browser reads {quote(name)} - did you mean {quote(meant)}?"
                )


@rule(
    "manifest-short-name",
    "note",
    "The short name fits below an icon",
    why="Home screens cut names: Android after about 15 characters, iOS after about 12.",
    source="https://web.dev/articles/add-manifest#short-name",
    fix={"pwagen": "app: {short_name: …} in pwagen.yaml", "plain": '"short_name" with at most 12 characters'},
    bad={"manifest.json": '{"short_name": "Bakery of the Old Town"}'},
    good={"manifest.json": '{"short_name": "Bakery"}'},
)
def short_name(site: AuditedSite) -> Iterator[Evidence]:
    """Count the characters."""
    for manifest in site.manifests:
        value = manifest.members.get("short_name")
        if isinstance(value, str) and len(value.strip()) > 15:
            yield Evidence(manifest.at("short_name"), f"short_name has {len(value.strip())} characters")


@rule(
    "manifest-prefers-other-app",
    "warning",
    "Browsers offer this app, not another one",
    why="With prefer_related_applications Chromium on Android offers the store's app instead of this one.",
    source="https://www.w3.org/TR/manifest-app-info/#prefer_related_applications-member",
    fix={
        "pwagen": "app: {prefer_related_applications: false} in pwagen.yaml",
        "plain": "leave prefer_related_applications out",
    },
    bad={"manifest.json": '{"prefer_related_applications": true}'},
    good={"manifest.json": '{"prefer_related_applications": false}'},
)
def prefers_other_app(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the one member."""
    for manifest in site.manifests:
        if manifest.members.get("prefer_related_applications") is True:
            where = manifest.at("prefer_related_applications")
            yield Evidence(where, "prefer_related_applications is true: browsers don't offer this app")


def _lower(value: Any) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def _unknown(name: str, value: str, known: tuple[str, ...]) -> str:
    meant = nearest(value, known)
    hint = f"did you mean {quote(meant)}?" if meant else f"write {one_of(known)}"
    return f'{name} has the unknown word "{shorten(value)}" - {hint}'
