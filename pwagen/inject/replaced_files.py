"""The site's files that generated ones replaced: a copy of each, until it is restored."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pwagen.build.cache_folder import NAME
from pwagen.build.interrupted import REPLACED
from pwagen.build.write import is_unedited, output_key
from pwagen.disk.atomic import is_temporary, put_new_file, replace_file


@dataclass(frozen=True)
class Replaced:
    """The copies of one site; ``folder`` mirrors it and is absent if there are none."""

    site: Path
    folder: Path

    @classmethod
    def of(cls, site: Path, project: Path) -> Replaced:
        """Return the copies of the site's files that the project keeps."""
        return cls(site, project / NAME / REPLACED / output_key(site, project).replace("..", "_"))

    def paths(self) -> tuple[str, ...]:
        """Return the paths that have a copy."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and not is_temporary(path.name))
        return tuple(sorted(path.relative_to(self.folder).as_posix() for path in files))

    def size(self, path: str) -> int:
        """Return the bytes of a copy."""
        return (self.folder / path).stat().st_size

    def keep(self, path: str) -> None:
        """Copy the site's file as it is now."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, (self.site / path).read_bytes())

    def put_back(self, planned: Container[str]) -> None:
        """Restore every file whose path is not ``planned`` and not taken by another file."""
        for path in self.paths():
            target, copy = self.site / path, self.folder / path
            if path not in planned:
                content = copy.read_bytes()
                target.parent.mkdir(parents=True, exist_ok=True)
                # A killed build may have restored it already.
                if put_new_file(target, content) or is_unedited(target, [sha256(content).hexdigest()]):
                    copy.unlink()
