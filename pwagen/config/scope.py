"""Which URLs are within the app's folder or scope, as far as can be told before anyone knows where it is."""

from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

# The folder of the manifest is not known: deep enough that no ../ of a sane config reaches its root.
UNKNOWN_FOLDER = "https://app.invalid/1/2/3/4/5/6/7/8/"


def is_within_scope(url: str, scope: str) -> bool | None:
    """Return whether `url` is within `scope`, None if that depends on where the app is put.

    https://www.w3.org/TR/appmanifest/#dfn-within-scope: same origin, and the path begins with the
    scope's path, compared as text.
    """
    if scope == "/":
        return True
    if url.startswith("/") != scope.startswith("/"):
        return None
    path = urlsplit(urljoin(UNKNOWN_FOLDER, url)).path
    return path.startswith(urlsplit(urljoin(UNKNOWN_FOLDER, scope)).path)


def path_below(url: str) -> str | None:
    """Return the decoded path below the folder that the files are copied to, None if it may be anywhere."""
    if url.startswith("/"):
        return None
    folder, within, path = urlsplit(urljoin(UNKNOWN_FOLDER, url)).path.partition(
        urlsplit(UNKNOWN_FOLDER).path
    )
    return unquote(path) if within and not folder else None


def wider_scope(scope: str | None) -> str | None:
    """Return the scope if it may be more than the manifest's folder, depending on where that is."""
    path = urlsplit(urljoin(UNKNOWN_FOLDER, scope or "./")).path
    return None if path.startswith(urlsplit(UNKNOWN_FOLDER).path) else scope
