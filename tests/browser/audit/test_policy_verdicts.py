"""Ours and Chromium's verdict on the same policies in the heads of pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pwagen.audit.audit_run import audit
from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.settings import AuditSettings
from pwagen.audit.sources.folder_source import FolderSource
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.examples import write_example

pytestmark = pytest.mark.browser

_REGISTRATION = (
    'window.verdict = navigator.serviceWorker.register("sw.js").then(() => "", (error) => error.name);'
)
_PAGE = (
    '<!doctype html><meta http-equiv="Content-Security-Policy" content="{policy}"><title>A</title>'
    "<script{attributes}>{script}</script>"
)
# What the policy refuses: the worker, the script in the page, or nothing.
_POLICIES = (
    ("default-src 'self' 'unsafe-inline'", "", ""),
    ("script-src 'unsafe-inline'; worker-src 'self'", "", ""),
    ("script-src 'unsafe-inline'; worker-src blob:", "", "worker"),
    ("script-src 'unsafe-inline'; child-src 'none'", "", "worker"),
    ("default-src 'unsafe-inline' data:", "", "worker"),
    ("script-src 'self' 'unsafe-inline' 'nonce-A'", "", "script"),
    ("script-src 'self' 'nonce-A'", ' nonce="A"', ""),
    ("script-src 'self' 'nonce-A'", ' nonce="a"', "script"),
    ("script-src 'self'; script-src-elem 'unsafe-inline' 'self'", "", ""),
    ("default-src 'self'", "", "script"),
    # What a trusted script asks for is trusted, by whichever directive stands for worker-src.
    ("script-src 'nonce-A' 'strict-dynamic'; object-src 'none'", ' nonce="A"', ""),
    ("default-src 'nonce-A' 'strict-dynamic'", ' nonce="A"', ""),
    ("script-src 'nonce-A'; worker-src 'strict-dynamic'", ' nonce="A"', ""),
    ("script-src-elem 'nonce-A' 'strict-dynamic'; script-src 'none'", ' nonce="A"', "worker"),
    ("script-src 'nonce-A' 'strict-dynamic'", ' nonce="A" src="verdict.js"', ""),
    ("script-src 'nonce-A' 'strict-dynamic' 'self'", ' src="verdict.js"', "script"),
    ("script-src 'nonce-A'; worker-src 'self'", ' nonce="B" src="verdict.js"', "script"),
    ("script-src 'nonce-A' 'self'", ' nonce="B" src="verdict.js"', ""),
)


_IN_FRAMES = """(count) => Promise.all(Array.from({ length: count }, (_, index) => new Promise((resolve) => {
  const frame = document.createElement("iframe");
  frame.onload = async () => resolve((await frame.contentWindow.verdict) ?? "did not run");
  frame.src = `page-${index}.html`;
  document.body.append(frame);
})))"""


def _page(policy: str, attributes: str) -> str:
    return _PAGE.format(policy=policy, attributes=attributes, script=_REGISTRATION)


def test_chromium_agrees(chromium: Chromium, serve_site: Callable[..., SiteServer], tmp_path: Path) -> None:
    folder = write_example(tmp_path, {})
    (folder / "manifest.json").unlink()
    (folder / "verdict.js").write_text(_REGISTRATION)
    site = serve_site(folder)
    for index, (policy, attributes, _) in enumerate(_POLICIES):
        site.answers.content[f"page-{index}.html"] = _page(policy, attributes)
    verdicts = chromium.open(site.url).evaluate(_IN_FRAMES, len(_POLICIES))
    disagreements = []
    for (policy, attributes, refused), verdict in zip(_POLICIES, verdicts, strict=True):
        source = FolderSource(folder, {"index.html": _page(policy, attributes).encode()})
        found = audit(AuditedSite("", source), AuditSettings(select=["head-csp"]))
        ours = [one.message.removeprefix("the policy allows no ").split()[0].strip(":") for one in found]
        chromiums = {"": [], "SecurityError": ["worker"], "did not run": ["script"]}[verdict]
        if not ours == chromiums == refused.split():
            disagreements.append((policy, attributes, verdict, ours))
    assert disagreements == []
