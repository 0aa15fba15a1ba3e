"""sw.js and register.js as texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pwagen.artifacts.precache_entry import PrecacheEntry
from pwagen.artifacts.scripts.features import Script, section_names
from pwagen.artifacts.scripts.script_parts import Part, script_parts
from pwagen.render import js_json, render


@dataclass(frozen=True)
class Scripts:
    """The two scripts as text, and the version that both report."""

    worker: str
    page: str
    version: str


def render_scripts(
    sections: Mapping[str, Any],
    *,
    precache: Iterable[PrecacheEntry] = (),
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
    worker_parts = script_parts("worker", sections)
    page_parts = script_parts("page", sections)
    rows = [entry.row() for entry in entries]
    basis = json.dumps([dict(sections), rows, worker_parts, page_parts], sort_keys=True).encode()
    version = {"version": hashlib.sha256(basis + hooks).hexdigest()[:16]}
    page_config = version | _sections_of("page", sections)
    page = _render("register.js.jinja", page_config, page_parts, minify)
    worker_config = version | _sections_of("worker", sections)
    if "offline" in sections:
        if precache_page_script:
            entries = sorted([*entries, PrecacheEntry.of("register.js", page.encode(), required=True)])
        worker_config["offline"] = {**sections["offline"], "precache": [entry.row() for entry in entries]}
    worker = _render("sw.js.jinja", worker_config, worker_parts, minify)
    return Scripts(worker, page, version["version"])


def _sections_of(script: Script, sections: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sections[name] for name in section_names(script) if name in sections}


def _render(template: str, config: dict[str, Any], parts: list[Part], minify: bool) -> str:
    names = [part.name for part in parts]
    text = render(
        template,
        config=_config_literal(config),
        parts=parts,
        width=max(map(len, names)),
        explains="worker/explain.js" in names,
    )
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
