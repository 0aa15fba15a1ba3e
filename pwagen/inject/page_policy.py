"""What the Content-Security-Policy in a page's own head forbids of the app. Pure.

https://www.w3.org/TR/CSP3/#directives-fetch has the directives and what stands in for an absent one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Each directive that the app needs: the page's script and manifest, the worker, and what the script fetches.
SCRIPT, MANIFEST, WORKER, CONNECT = "script-src-elem", "manifest-src", "worker-src", "connect-src"
_INSTEAD = {
    SCRIPT: (SCRIPT, "script-src", "default-src"),
    MANIFEST: (MANIFEST, "default-src"),
    WORKER: (WORKER, "child-src", "script-src", "default-src"),
    CONNECT: (CONNECT, "default-src"),
}
_FILES = {SCRIPT: "register.js", MANIFEST: "the manifest", WORKER: "sw.js", CONNECT: "push.endpoint"}
_SCHEMES = ("http:", "https:")


class Forbidden(NamedTuple):
    """Something that a policy forbids: the directive that does, what it forbids, and what to write."""

    directive: str
    message: str
    fix: str


def forbidden(policy: str, *, connects: bool) -> Iterator[Forbidden]:
    """Yield what the text of a policy forbids for certain; ``connects``: pages fetch from their origin, too.

    A host or a scheme in a list may be the site's own, which a build does not know, so it counts as allowed.
    """
    directives: dict[str, tuple[str, ...]] = {}
    for name, *values in filter(None, (part.split() for part in policy.split(";"))):
        # The first of two directives of one name counts.
        directives.setdefault(name.lower(), tuple(value.lower() for value in values))
    for needed in (SCRIPT, MANIFEST, WORKER, *((CONNECT,) if connects else ())):
        directive = next((name for name in _INSTEAD[needed] if name in directives), None)
        if directive is None:
            continue
        sources = directives[directive]
        # For scripts of a page and for workers, it turns all other sources off.
        is_strict = "'strict-dynamic'" in sources and needed in (SCRIPT, WORKER)
        if is_strict or not any(map(_may_be_the_site, sources)):
            yield Forbidden(
                directive,
                f"its Content-Security-Policy forbids {_FILES[needed]} ({_text(directive, sources)})",
                _fix(needed, directive, sources, is_strict=is_strict),
            )


def _may_be_the_site(source: str) -> bool:
    return source in ("'self'", *_SCHEMES) or (not source.startswith("'") and not source.endswith(":"))


def _text(directive: str, sources: Iterable[str]) -> str:
    return " ".join([directive, *sources])


def _fix(needed: str, directive: str, sources: tuple[str, ...], *, is_strict: bool) -> str:
    if is_strict:
        return f"write 'self' in place of 'strict-dynamic' in {directive}, or name the page in inject.exclude"
    allowed = ("'self'", *(source for source in sources if source != "'none'"))
    own = "script-src" if needed == SCRIPT and directive == "default-src" else needed
    if directive == own or (needed == SCRIPT and directive == "script-src"):
        return f"write {_text(directive, allowed)}"
    # Not into the directive that stands in for it: that is about other things as well.
    return f"add {_text(own, allowed)}"
