"""The built site: what the build has in memory, over the files of the published folder."""

from __future__ import annotations

import hashlib
import mimetypes
import os
from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from pwagen.serve.dev_build import DevBuild

# The operating system's table may say otherwise, and browsers refuse a worker that is not JavaScript.
_MEDIA_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".webmanifest": "application/manifest+json",
}


class SiteFiles(StaticFiles):
    """Starlette's static files (conditional requests, ranges, index.html, 404.html), with ours first.

    `build` returns the current build: one request sees one build.
    """

    def __init__(self, folder: Path | None, build: Callable[[], DevBuild]) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._build = build
        for suffix, media_type in _MEDIA_TYPES.items():
            mimetypes.add_type(media_type, suffix)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the response for a path that `get_path` has normalised."""
        build = self._build()
        name = _name(path, scope["path"])
        ours = next((candidate for candidate in (name, f"{name}.html") if candidate in build.files), None)
        if ours and scope["method"] in ("GET", "HEAD"):
            response = self._from_memory(ours, await run_in_threadpool(build.files[ours]), scope)
        else:
            response = await super().get_response(path, scope)
        # Edits must show at the next load: this server is for development.
        response.headers["Cache-Control"] = "no-cache"
        response.headers.update(build.headers.get(name, {}))
        return response

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Return the file at `path`, or as hosts do the page of that name; hidden files are not published."""
        if any(part.startswith(".") and part != ".well-known" for part in Path(path).parts):
            return "", None
        match = super().lookup_path(path)
        return match if match[1] or Path(path).suffix else super().lookup_path(f"{path}.html")

    def _from_memory(self, name: str, content: bytes, scope: Scope) -> Response:
        # The whole content also answers a Range request (RFC 9110 section 14.2); films are on disk.
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        response = Response(content, media_type=media_type, headers={"ETag": etag})
        if self.is_not_modified(response.headers, Headers(scope=scope)):
            return NotModifiedResponse(response.headers)
        return response


def _name(path: str, requested: str) -> str:
    name = "" if path == os.curdir else path.replace(os.sep, "/")
    return f"{name}/index.html".lstrip("/") if requested.endswith("/") else name
