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


class PolicyRefusal(NamedTuple):
    """What refuses a needed thing: the directive, its sources, whether ``'strict-dynamic'`` does."""

    needed: str
    directive: str
    sources: tuple[str, ...]
    is_strict: bool

    @property
    def text(self) -> str:
        """The directive as it is written in a policy."""
        return _text(self.directive, self.sources)

    @property
    def fix(self) -> str:
        """What to write instead."""
        return _fix(self.needed, self.directive, self.sources, is_strict=self.is_strict)


def refusals(policy: str, needed: Iterable[str]) -> Iterator[PolicyRefusal]:
    """Yield for each needed directive what the text of a policy refuses for certain.

    A host or a scheme in a list may be the site's own, which a build does not know, so it counts as allowed.
    """
    directives = directives_of(policy)
    for kind in needed:
        directive = next((name for name in _INSTEAD[kind] if name in directives), None)
        if directive is None:
            continue
        sources = directives[directive]
        is_strict = kind in (SCRIPT, WORKER) and "'strict-dynamic'" in map(str.lower, sources)
        # It turns all other sources off, and allows what a trusted script asks for: a worker, as Chromium and
        # Firefox have it in whichever directive stands for worker-src, but no script that the page names.
        is_refused = kind == SCRIPT if is_strict else not any(map(_may_be_the_site, sources))
        if is_refused:
            yield PolicyRefusal(kind, directive, sources, is_strict)


def directives_of(policy: str) -> dict[str, tuple[str, ...]]:
    """Return the sources of each directive of a policy; of equal ones the first counts."""
    directives: dict[str, tuple[str, ...]] = {}
    for name, *values in filter(None, (part.split() for part in policy.split(";"))):
        directives.setdefault(name.lower(), tuple(values))
    return directives


def forbidden(policy: str, *, connects: bool) -> Iterator[Forbidden]:
    """Yield what a policy forbids for certain; ``connects``: pages fetch from their origin, too."""
    for refusal in refusals(policy, (SCRIPT, MANIFEST, WORKER, *((CONNECT,) if connects else ()))):
        message = f"its Content-Security-Policy forbids {_FILES[refusal.needed]} ({refusal.text})"
        yield Forbidden(refusal.directive, message, refusal.fix)


def _may_be_the_site(source: str) -> bool:
    is_named = not source.startswith("'") and not source.endswith(":")
    return is_named or source.lower() in ("'self'", *_SCHEMES)


def _text(directive: str, sources: Iterable[str]) -> str:
    return " ".join([directive, *sources])


def _fix(needed: str, directive: str, sources: tuple[str, ...], *, is_strict: bool) -> str:
    if is_strict:
        return f"write 'self' in place of 'strict-dynamic' in {directive}, or name the page in inject.exclude"
    allowed = ("'self'", *(source for source in sources if source.lower() != "'none'"))
    own = "script-src" if needed == SCRIPT and directive == "default-src" else needed
    if directive == own or (needed == SCRIPT and directive == "script-src"):
        return f"write {_text(directive, allowed)}"
    # Not into the directive that stands in for it: that is about other things as well.
    return f"add {_text(own, allowed)}"
