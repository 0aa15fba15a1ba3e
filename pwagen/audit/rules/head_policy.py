"""The Content-Security-Policy that a page has in its own head."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.page_document import Element, PageDocument
from pwagen.audit.documents.template_code import is_template
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.rule import rule
from pwagen.inject.page_policy import MANIFEST, SCRIPT, WORKER, directives_of, refusals

WORDS = {WORKER: "worker", MANIFEST: "manifest", SCRIPT: "script that registers the worker"}
_POLICY = '<meta http-equiv="Content-Security-Policy" content="%s">'


@rule(
    "head-csp",
    "error",
    "The policy in the head of a page allows the app",
    why="What a Content-Security-Policy doesn't allow is blocked: without the manifest nothing can be"
    " installed, without the worker nothing works offline and no push arrives.",
    source="https://www.w3.org/TR/CSP3/#directive-worker-src",
    fix={
        "pwagen": "add 'self' to that directive; build --inject writes files alone, no scripts into pages",
        "plain": "add 'self' to that directive: worker-src 'self'; manifest-src 'self'",
    },
    bad={"index.html#head": _POLICY % "default-src 'self'; manifest-src 'none'"},
    good={"index.html#head": _POLICY % "default-src 'none'; script-src 'self'; manifest-src 'self'"},
)
def policy(site: AuditedSite) -> Iterator[Evidence]:
    """Look at what pages need themselves, each policy once: templates put it into every page."""
    registers = _Registering(site)
    seen: set[tuple[str, str]] = set()
    for page in site.pages:
        for index, meta in enumerate(page.elements):
            policy = meta.attributes.get("content", "")
            is_policy = meta.attributes.get("http-equiv", "").lower() == "content-security-policy"
            if meta.tag != "meta" or not is_policy or is_template(policy):
                continue
            # A policy is for what comes behind it.
            scripts = [one for one in page.elements[index:] if one.tag == "script" and registers(page, one)]
            needs_worker = site.registrations and (scripts or page is site.start_page)
            needed = [WORKER] * bool(needs_worker) + [MANIFEST] * bool(page.links("manifest"))
            problems = [(refusal.needed, refusal.text, refusal.fix) for refusal in refusals(policy, needed)]
            problems += [(SCRIPT, *problem) for script in scripts if (problem := _blocked(policy, script))]
            for kind, directive, fix in problems:
                if (policy, kind) not in seen:
                    seen.add((policy, kind))
                    yield Evidence(meta.where, f"the policy allows no {WORDS[kind]}: {directive}", fix)


class _Registering:
    """Which script elements register a worker: files of the site, and what is written in pages."""

    def __init__(self, site: AuditedSite) -> None:
        self._site = site
        self._files = {registration.where.path for registration in site.registrations}
        # Templates put the same code into every page, of which the audit reads one.
        self._texts = {
            script.text
            for page in site.pages
            for script in page.tags("script")
            for registration in site.registrations
            if _is_inside(registration.where, page, script)
        }

    def __call__(self, page: PageDocument, script: Element) -> bool:
        if source := script.attributes.get("src"):
            resource = self._site.get(source, page.base)
            return resource is not None and resource.path in self._files
        return script.text in self._texts


def _is_inside(where: Location, page: PageDocument, script: Element) -> bool:
    line, column = script.text_place
    *before, last = script.text.split("\n")
    end = (line + len(before), len(last) + (1 if before else column))
    return where.path == page.resource.path and script.text_place <= (where.line, where.column) < end


def _blocked(policy: str, script: Element) -> tuple[str, str] | None:
    """Return the directive that blocks a script for certain, and what to write; None if none does."""
    nonce = script.attributes.get("nonce", "")
    if is_template(nonce):
        return None
    if script.attributes.get("src"):
        refusal = next(refusals(policy, [SCRIPT]), None)
        if not refusal or _is_trusted(refusal.sources, script):
            return None
        if refusal.is_strict:
            return refusal.text, f"give the script a nonce that {refusal.directive} names"
        return refusal.text, refusal.fix
    directives = directives_of(policy)
    name = next((name for name in ("script-src-elem", "script-src", "default-src") if name in directives), "")
    if not name or _allows_inline(directives[name], script.text, nonce):
        return None
    # Not the hash itself: a report shows nothing that looks like a key.
    fix = f"register the worker in a file of the site, or add its hash to {name}: the console names it"
    return f"{name} has neither its hash nor its nonce", fix


def _is_trusted(sources: Iterable[str], script: Element) -> bool:
    """Whether a script file is allowed by its nonce, or may be by the hashes that its element names."""
    nonce = script.attributes.get("nonce", "")
    may_have_hash = "integrity" in script.attributes and any(word.startswith("'sha") for word in sources)
    return may_have_hash or (bool(nonce) and f"'nonce-{nonce}'" in sources)


def _allows_inline(sources: Iterable[str], text: str, nonce: str) -> bool:
    """Return whether a script in a page is allowed: by a nonce, by its hash, or as any other is.

    https://www.w3.org/TR/CSP3/#match-element-to-source-list
    """
    # A hash may be in base64url.
    hashes = [word.replace("-", "+").replace("_", "/") for word in sources if word.startswith("'sha")]
    nonces = [word for word in sources if word.startswith("'nonce-")]
    if nonce and f"'nonce-{nonce}'" in nonces:
        return True
    if any(f"'{_hash(name, text)}'".replace("-", "+") in hashes for name in ("sha256", "sha384", "sha512")):
        return True
    return "'unsafe-inline'" in map(str.lower, sources) and not hashes and not nonces


def _hash(algorithm: str, text: str) -> str:
    # A page is read with its line ends as line feeds.
    content = text.replace("\r\n", "\n").encode()
    digest = hashlib.new(algorithm, content, usedforsecurity=False).digest()
    return f"{algorithm}-{base64.b64encode(digest).decode()}"
