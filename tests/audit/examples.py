"""The examples of rules as sites: each is `base_site`, with what the example says in its place.

The name of a file in an example is a path, which may have a block of that file behind ``#``:

- ``manifest.json`` with an object: its members replace the base's, null takes one out; else the whole text;
- ``index.html#head``, ``sw.js#push``: the text in place of the block of that name in the base;
- ``icons/icon-512.png`` with a drawing in SVG: that drawing, painted in its size;
- ``film.mp4#size``: a file of so many bytes;
- ``manifest.json#latin-1``: the same without the block, and in that encoding;
- ``sw.js#answer``: an HTTP answer's head, for a server that answers with the file otherwise;
- ``*``: nothing of the base;
- anything else: the text of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Finding
from pwagen.audit.rule import Rule
from pwagen.audit.rules import RULES
from pwagen.audit.sources.folder_source import FolderSource
from pwagen.testing.site_server.site_server import Answers

BASE = Path(__file__).parent / "base_site"

_ROUND = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 100 100">'
    '<circle cx="50" cy="50" r="48" fill="#7a3e12"/>'
    '<path d="M30 60h40v8H30zM35 40h30v15H35z" fill="#fff4e6"/></svg>'
)
_FULL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 100 100">'
    '<rect width="100" height="100" fill="#7a3e12"/>'
    '<path d="M35 55h30v8H35zM38 40h24v12H38z" fill="#fff4e6"/></svg>'
)
_BADGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 100 100">'
    '<path d="M20 60h60v12H20zM28 30h44v24H28z" fill="#fff"/></svg>'
)
DRAWINGS = {
    "icons/icon-192.png": _ROUND.format(size=192),
    "icons/icon-512.png": _ROUND.format(size=512),
    "icons/maskable-512.png": _FULL.format(size=512),
    "icons/apple-touch-icon.png": _FULL.format(size=180),
    "icons/badge-96.png": _BADGE,
}


def write_example(folder: Path, example: Mapping[str, str]) -> Path:
    """Write the base site with an example in it; return the folder."""
    texts: dict[str, str | bytes] = {
        path.relative_to(BASE).as_posix(): path.read_text() for path in BASE.rglob("*.*")
    }
    texts |= {path: painted(drawing) for path, drawing in DRAWINGS.items()}
    for name, text in example.items():
        path, _, block = name.partition("#")
        if block == "answer":
            continue
        if block == "size":
            texts[path] = bytes(int(text))
            continue
        encoding = "latin-1" if block == "latin-1" else "utf-8"
        if path == "*":
            texts = {}
            continue
        before = texts.get(path, "")
        if block and encoding == "utf-8":
            assert isinstance(before, str)
            texts[path] = with_block(before, block, text)
        elif path == "manifest.json":
            assert isinstance(before, str)
            texts[path] = merged(before, text).encode(encoding)
        else:
            texts[path] = painted(text) if path.endswith(".png") and text.startswith("<svg") else text
    for path, content in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def rule_by(id: str) -> Rule:
    """Return the rule with an id."""
    return next(rule for rule in RULES if rule.id == id)


def findings_by(id: str, folder: Path) -> list[Finding]:
    """Return what one rule finds in a published folder."""
    rule = rule_by(id)
    return rule.findings(AuditedSite(str(folder), FolderSource(folder)), rule.severity)


def is_for_server(rule: Rule) -> bool:
    """Whether a rule is about what a server answers; `server-https` is, but no example can show it."""
    return rule.id.startswith("server-") and "#url" not in rule.bad


def is_for_files(rule: Rule) -> bool:
    """Whether a rule is about the files of a published folder, and about those alone."""
    return not rule.id.startswith(("server-", "project-", "identity-"))


def answers_of(example: Mapping[str, str]) -> Answers:
    """Return what an example's server answers other than the files."""
    answers = Answers()
    for name, text in example.items():
        path, _, block = name.partition("#")
        if block != "answer":
            continue
        head, *lines = text.splitlines()
        status = int(head.split()[1])
        address = path.removesuffix("index.html")
        answers.path_headers[address] = dict(line.split(": ", 1) for line in lines)
        if status != 200:
            answers.status[address] = status
    return answers


def with_block(text: str, name: str, content: str) -> str:
    """Return a file with another text in one of its blocks; those of HTML and JavaScript are marked alike."""
    pattern = re.compile(rf"(^(?:<!--|//) block: {name}\b[^\n]*\n).*?(^(?:<!--|//) end\b)", re.DOTALL | re.M)
    assert pattern.search(text), f"no block {name}"
    return pattern.sub(lambda match: f"{match[1]}{content}\n{match[2]}", text, count=1)


def merged(base: str, members: str) -> str:
    """Return the base's manifest with these members; a text that isn't an object in JSON instead of it."""
    try:
        value = json.loads(members)
    except ValueError:
        return members
    if not isinstance(value, dict):
        return members
    whole = json.loads(base) | value
    whole = {key: value for key, value in whole.items() if value is not None}
    return json.dumps(whole, indent=2, ensure_ascii=False)


@cache
def painted(drawing: str) -> bytes:
    """Return a drawing in SVG as PNG."""
    import pyvips

    content: bytes = pyvips.Image.svgload_buffer(drawing.encode()).pngsave_buffer()
    return content
