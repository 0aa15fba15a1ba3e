"""The rule for any site: the first build is the last, its list is right, undo is exact."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from typer.testing import CliRunner, Result

from pwagen.cli import app

_ENTRY = re.compile(r'^ +\["((?:[^"\\]|\\.)+)", "([^"]{44})", [01]\],?$', re.MULTILINE)


def run(project: Path, *options: str) -> Result:
    """Run ``pwagen build --inject`` with further options."""
    return CliRunner().invoke(app, ["build", str(project), "--inject", *options])


def built(project: Path, *options: str) -> Result:
    """Run it and expect that it succeeds."""
    result = run(project, *options)
    assert result.exit_code == 0, result.output + str(result.exception)
    return result


def listed(site: Path) -> dict[str, str]:
    """Return path -> base64 SHA-256 of what the worker stores at installation."""
    entries = _ENTRY.findall((site / "sw.js").read_text(encoding="utf-8"))
    return {json.loads(f'"{path}"'): sha256 for path, sha256 in entries}


def wrong_hashes(site: Path) -> list[str]:
    """Return the paths that the worker lists and that aren't served with that hash."""
    return [path for path, sha256 in listed(site).items() if _sha256(site / path) != sha256]


def tree(folder: Path) -> dict[str, str]:
    """Return path -> what is there: the hash of a file's bytes, or that it is a folder."""
    return {
        path.relative_to(folder).as_posix(): "(folder)" if path.is_dir() else str(_sha256(path))
        for path in _walk(folder)
    }


def keeps_the_rule(project: Path, site: Path, *options: str) -> None:
    """Build, check, build again and undo, and hold all of it against the rule."""
    before = tree(site)
    built(project, *options)
    assert wrong_hashes(site) == []
    after = tree(site)
    assert run(project, "--check", *options).exit_code == 0
    built(project, *options)
    assert tree(site) == after
    built(project, "--undo")
    assert tree(site) == before


def _walk(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")))


def _sha256(file: Path) -> str | None:
    if not file.is_file():
        return None
    return b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()
