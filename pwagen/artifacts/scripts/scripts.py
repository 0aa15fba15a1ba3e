"""sw.js, register.js and register.more.js as texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from pwagen.artifacts.languages.app_texts import more_texts
from pwagen.artifacts.precache_entry import PrecacheEntry
from pwagen.artifacts.scripts.features import Script, part_names, section_names
from pwagen.artifacts.scripts.minify import MINIFIER, minified
from pwagen.artifacts.scripts.script_cache import load_scripts, store_scripts
from pwagen.names import MORE_SCRIPT, OWN_SCRIPT, OWN_WORKER, READABLE
from pwagen.render import js_json, render, source
from pwagen.texts.built_in import ENGLISH

if TYPE_CHECKING:
    from pwagen.artifacts.scripts.script_parts import Part

SCRIPTS: tuple[Script, ...] = ("worker", "page", "more")
_OTHER_SOURCES = (
    "features.json",
    "sw.js.jinja",
    "register.js.jinja",
    "register.more.js.jinja",
    f"texts/{ENGLISH}.json",
)
# What makes them, below pwagen/: a clone may be updated without a new version.
_MAKERS = (
    "artifacts/scripts/*.py",
    "artifacts/languages/*.py",
    "artifacts/precache_entry.py",
    "names.py",
    "render.py",
)


class Scripts(msgspec.Struct, frozen=True):
    """The scripts as text, and the version that all of them report.

    ``page`` and ``more`` are minified, ``readable_page`` and ``readable_more`` the same before that.
    """

    worker: str
    page: str
    more: str
    readable_page: str
    readable_more: str
    version: str


def render_scripts(
    sections: Mapping[str, Any],
    *,
    precache: Iterable[PrecacheEntry] = (),
    precache_page_scripts: bool = False,
    hooks: bytes = b"",
    minify: bool = False,
    cache: Path | None = None,
) -> Scripts:
    """Return all scripts; those of the page are minified, the worker if ``minify`` says so.

    The version is a hash of everything that can change what a script does or what is stored, and of
    nothing else: no clock, no version of pwagen. ``precache_page_scripts`` adds register.js and
    register.more.js to the worker's list, which therefore is rendered after them. ``cache`` is a folder for
    the result, which the next build takes if nothing has changed.
    """
    entries = sorted(precache)
    options = [precache_page_scripts, minify, hooks.hex(), MINIFIER]
    key = _cache_key(sections, [*(entry.row() for entry in entries), options]) if cache else ""
    scripts = load_scripts(cache, key, Scripts) if cache else None
    if scripts is None:
        scripts = _make_scripts(sections, entries, precache_page_scripts, hooks, minify)
        if cache:
            store_scripts(cache, key, scripts)
    return scripts


def _cache_key(sections: Mapping[str, Any], inputs: list[Any]) -> str:
    """Return a hash of all that the scripts are made of: the arguments, the templates, and the code."""
    names = dict.fromkeys(name for script in SCRIPTS for name in part_names(script, sections))
    digest = hashlib.sha256(json.dumps([dict(sections), inputs, [*names]], sort_keys=True).encode())
    package = Path(__file__).parents[2]
    for path in sorted(path for pattern in _MAKERS for path in package.glob(pattern)):
        digest.update(path.read_bytes())
    for name in (*names, *_OTHER_SOURCES):
        digest.update(source(name).encode())
    return digest.hexdigest()


def _make_scripts(
    sections: Mapping[str, Any],
    entries: list[PrecacheEntry],
    precache_page_scripts: bool,
    hooks: bytes,
    minify: bool,
) -> Scripts:
    from pwagen.artifacts.scripts.script_parts import script_parts

    worker_parts, page_parts, more_parts = (script_parts(script, sections) for script in SCRIPTS)
    texts = more_texts(sections, (part.name for part in [*page_parts, *more_parts]))
    rows = [entry.row() for entry in entries]
    basis = json.dumps(
        [dict(sections), rows, worker_parts, page_parts, more_parts, texts], sort_keys=True
    ).encode()
    version = hashlib.sha256(basis + hooks).hexdigest()[:16]
    page, more = _page_scripts(version, sections, page_parts, more_parts, texts)
    page_script, more_script = _minified(OWN_SCRIPT, page), _minified(MORE_SCRIPT, more)
    worker_config = {"version": version, **_sections_of("worker", sections)}
    if "offline" in sections:
        if precache_page_scripts:
            page_scripts = {OWN_SCRIPT: page_script, MORE_SCRIPT: more_script}
            entries = sorted(
                entries
                + [
                    PrecacheEntry.of(name, text.encode(), required=True)
                    for name, text in page_scripts.items()
                ]
            )
        worker_config["offline"] = {**sections["offline"], "precache": [entry.row() for entry in entries]}
    names = [part.name for part in worker_parts]
    worker = _render(
        "sw.js.jinja",
        config=_config_literal(worker_config),
        parts=worker_parts,
        width=max(map(len, names)),
        explains="worker/explain.js" in names,
    )
    if minify:
        worker = _minified(OWN_WORKER, worker)
    return Scripts(worker, page_script, more_script, page, more, version)


def _page_scripts(
    version: str, sections: Mapping[str, Any], page: list[Part], more: list[Part], texts: dict[str, Any]
) -> tuple[str, str]:
    """Return register.js and register.more.js before minification.

    Texts for users are rarely needed, so only the second one has them.
    """
    from pwagen.artifacts.scripts.script_parts import shared_names

    config = {"version": version, **_sections_of("page", sections)}
    config.pop("texts", None)
    for prompt in ("permissionPrompt", "iosHint"):
        if prompt in config:
            config[prompt] = {name: value for name, value in config[prompt].items() if name != "texts"}
    shared = shared_names(page, more)
    return (
        _render("register.js.jinja", config=_config_literal(config), parts=page, shared=shared),
        _render("register.more.js.jinja", version=version, texts=js_json(texts), parts=more, shared=shared),
    )


def _sections_of(script: Script, sections: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sections[name] for name in section_names(script) if name in sections}


def _render(template: str, **values: Any) -> str:
    return render(template, **values).rstrip() + "\n"


def _minified(name: str, text: str) -> str:
    """Return a script minified, with a line that says where it comes from."""
    readable = "readable without minify" if name == OWN_WORKER else f"to be read in {READABLE}/{name}"
    return f"/* made by pwagen; {readable} */\n{minified(text)}\n"


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
