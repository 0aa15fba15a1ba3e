"""The pictures of the app that a preview can show: those whose files are here."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import unquote, urlsplit

from pwagen.build.project import Project


def screenshot_files(project: Project) -> dict[str, bytes]:
    """Return the bytes of the config's screenshots by their ``src``.

    Those that `pwagen screenshots` took, else those in the published folder. What is on another host, or
    missing, is left out.
    """
    files = {artifact.path: artifact.content for artifact in project.screenshots}
    if project.site_folder is None:
        return files
    folder = project.site_folder.resolve()
    for screenshot in project.config.app.screenshots:
        parts = urlsplit(screenshot.src)
        if screenshot.src in files or parts.scheme or parts.netloc:
            continue
        file = (folder / unquote(parts.path).lstrip("/")).resolve()
        if file.is_relative_to(folder):
            with suppress(OSError):
                files[screenshot.src] = file.read_bytes()
    return files
