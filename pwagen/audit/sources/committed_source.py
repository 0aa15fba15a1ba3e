"""A folder as it was at the last commit, as the source of an audit."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from pwagen.audit.sources.folder_source import ROOT
from pwagen.audit.sources.source import Resource

_GIT_SECONDS = 10


class CommittedSource:
    """A folder as it was at the last commit, read by git."""

    root = ROOT
    answers_with_headers = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths = (git(folder, "ls-tree", "-r", "--name-only", "-z", "HEAD", ".") or b"").decode(
            "utf-8", "replace"
        )

    def paths(self) -> Sequence[str]:
        """Return the paths that are committed."""
        return [path for path in self._paths.split("\0") if path]

    def pages(self) -> Sequence[str]:
        """Return the start page: what it links is what counts."""
        return [path for path in ("index.html",) if path in self.paths()]

    def size(self, path: str) -> int:
        """Return the size in bytes."""
        resource = self.get(self.root + path)
        return len(resource.content) if resource else 0

    def get(self, url: str) -> Resource | None:
        """Return the committed file."""
        path = url.removeprefix(self.root)
        if path not in self.paths():
            return None
        content = git(self._folder, "show", f"HEAD:./{path}")
        return Resource(path, url, content) if content is not None else None

    def is_unanswered(self, _url: str) -> bool:
        """Return False: git knows what was committed."""
        return False


def git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints; None where it isn't there, or the folder is in no repository."""
    try:
        done = subprocess.run(  # noqa: S603 - git, and no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607
            capture_output=True,
            timeout=_GIT_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
