"""The headers that the app's files need, whatever the host."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import msgspec

from pwagen.artifacts.languages.localized_manifests import manifest_names
from pwagen.config.scope import wider_scope
from pwagen.names import MANIFEST, OWN_WORKER, PAGE_SCRIPTS

if TYPE_CHECKING:
    from pwagen.config.model import Config

# Names go into configuration files of many syntaxes; these need quoting in none but a regular expression.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
SCRIPT_TYPE = "text/javascript; charset=utf-8"
MANIFEST_TYPE = "application/manifest+json"
# Endings of names that change with the content: templates/worker/routes.js has the same pattern.
_TYPES = r"(?:\.[0-9A-Za-z_]+)*\.(?:css|js|mjs|wasm|woff2?|png|jpe?g|gif|webp|avif|svg)$"
FINGERPRINTED = (
    r"(?:(?:^|[/._-])(?=[a-f]*[0-9]+[a-f]+[0-9]|[0-9]*[a-f]+[0-9]+[a-f])[0-9a-f]{8,}"
    r"|[.-](?=[0-9A-Za-z_]*[0-9][A-Za-z])(?=[0-9A-Za-z_]*[A-Z])[0-9A-Za-z_]{6}"
    r"(?:[0-9A-Za-z_][A-Za-z_]|[A-Za-z_][0-9A-Za-z_]))" + _TYPES
)
# Only the hexadecimal ones, for engines without lookahead (RE2, POSIX): from digits to letters and back, or
# the other way, within the first eight.
_HEXADECIMAL = "|".join(
    f"[{one}]{{{first}}}[{other}]{{{second}}}[{one}][0-9a-f]{{{7 - first - second},}}"
    for one, other in (("0-9", "a-f"), ("a-f", "0-9"))
    for first in range(1, 7)
    for second in range(1, 8 - first)
)
FINGERPRINTED_SIMPLY = f"[/._-](?:{_HEXADECIMAL}){_TYPES}"
IMMUTABLE = "public, max-age=31536000, immutable"


class Headers(msgspec.Struct, frozen=True):
    """``revalidate`` are the names to revalidate at each use; ``worker_allowed`` is for ``worker``."""

    revalidate: tuple[str, ...]
    scripts: tuple[str, ...]
    manifests: tuple[str, ...]
    worker: str
    worker_allowed: str | None
    fingerprinted: str = FINGERPRINTED
    fingerprinted_simply: str = FINGERPRINTED_SIMPLY


def headers_for(config: Config) -> Headers:
    """Return the headers of the app's files.

    Browsers compare the worker byte for byte at each check, but only if no cache on the way answers
    (https://w3c.github.io/ServiceWorker/#update-algorithm).
    """
    scripts = [OWN_WORKER, *PAGE_SCRIPTS]
    others = (PurePosixPath(config.worker.hooks or "").name, config.worker.script)
    scripts += [name for name in others if _PLAIN_NAME.fullmatch(name) and name not in scripts]
    manifests = (MANIFEST, *manifest_names(config).values())
    worker = config.worker.script if config.worker.script in scripts else "sw.js"
    return Headers((*scripts, *manifests), tuple(scripts), manifests, worker, _worker_allowed(config))


def policy_for(config: Config) -> tuple[str, ...]:
    """Return the Content-Security-Policy directives that the app needs, beside ``default-src 'none'``."""
    pictures = "'self' data:" if config.badge and config.badge.fallback == "favicon" else "'self'"
    connect = ["'self'", *sorted(set(_origins(_fetched(config))))]
    return (
        "script-src 'self'",
        "style-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        f"img-src {pictures}",
        f"connect-src {' '.join(connect)}",
        "trusted-types pwagen",
    )


def _fetched(config: Config) -> Iterable[str | None]:
    """Return the URLs that the scripts send requests to; they may be of another origin."""
    if config.push:
        yield config.push.endpoint
    notifications = config.notifications
    if notifications:
        close = notifications.close
        yield close if isinstance(close, str) else None
        for target in (notifications.click, close, *notifications.actions):
            if target is not None and not isinstance(target, str) and target.do == "post":
                yield target.url


def _origins(urls: Iterable[str | None]) -> Iterable[str]:
    for parts in (urlsplit(url or "") for url in urls):
        if parts.netloc:
            yield f"{parts.scheme}://{parts.netloc}"


def _worker_allowed(config: Config) -> str | None:
    """Return the Service-Worker-Allowed value for a scope above the folder of sw.js, if there is one.

    It is percent-encoded as browsers do with the scope. Any folder above allows it as well, so what would be
    syntax in some configuration file is left out, with all after it.
    """
    scope = quote(wider_scope(config.app.scope) or "", safe=string.punctuation)
    folder = re.match(r"(?:[\w.~%-]*/)+", scope)
    return folder[0] if folder else None
