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
from pwagen.inject.page_policy import MANIFEST, SCRIPT, WORKER, PolicyRefusal, directives_of, refusals

WORDS = {WORKER: "worker", MANIFEST: "manifest", SCRIPT: "script that registers the worker"}
_POLICY = '<meta http-equiv="Content-Security-Policy" content="%s">'


def refused(policy: str, needed: Iterable[str]) -> Iterator[PolicyRefusal]:
    """Yield what a policy refuses a site's own files; a worker may come by way of ``'strict-dynamic'``."""
    return (refusal for refusal in refusals(policy, needed) if not refusal.is_strict)


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
    seen: set[str] = set()
    for page in site.pages:
        for index, meta in enumerate(page.elements):
            text = meta.attributes.get("content", "")
            is_policy = meta.attributes.get("http-equiv", "").lower() == "content-security-policy"
            if meta.tag != "meta" or not is_policy or text in seen or is_template(text):
                continue
            seen.add(text)
            needed = ([WORKER] if site.registrations else []) + ([MANIFEST] if page.links("manifest") else [])
            for refusal in refused(text, needed):
                message = f"the policy allows no {WORDS[refusal.needed]}: {refusal.text}"
                yield Evidence(meta.where, message, refusal.fix)
            # A policy is for what comes behind it.
            for script in page.elements[index:]:
                if script.tag == "script" and (evidence := _blocked(site, page, meta, script)):
                    yield evidence


def _blocked(site: AuditedSite, page: PageDocument, meta: Element, script: Element) -> Evidence | None:
    """Return why a policy blocks a script that registers a worker, if it does so for certain."""
    registering = {registration.where for registration in site.registrations}
    source = script.attributes.get("src")
    text, nonce = meta.attributes["content"], script.attributes.get("nonce", "")
    if source:
        resource = site.get(source, page.base)
        if not resource or resource.path not in {where.path for where in registering}:
            return None
        for refusal in refused(text, [SCRIPT]):
            if not any(word.startswith(("'nonce-", "'sha")) for word in refusal.sources):
                message = f"the policy allows no {WORDS[SCRIPT]}: {refusal.text}"
                return Evidence(meta.where, message, refusal.fix)
        return None
    if not any(_is_inside(where, page, script) for where in registering) or is_template(nonce):
        return None
    directives = directives_of(text)
    name = next((name for name in ("script-src-elem", "script-src", "default-src") if name in directives), "")
    if not name or _allows_inline(directives[name], script.text, nonce):
        return None
    return Evidence(
        meta.where,
        f"the policy allows no script in the page, as the one that registers the worker: {name}",
        f"register the worker in a file of the site, or add '{_hash('sha256', script.text)}' to script-src",
    )


def _is_inside(where: Location, page: PageDocument, script: Element) -> bool:
    start = script.text_place
    end = start[0] + script.text.count("\n")
    return where.path == page.resource.path and start[0] <= where.line <= end


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
