"""Ours and Chromium's verdict on the same manifests: 120 in each run, 600 with ``make corpus``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.audit.audit_run import audit
from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.settings import AuditSettings
from pwagen.audit.sources.folder_source import FolderSource
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.chromium.devtools import DevToolsSession
from pwagen.testing.site_server.site_server import SiteServer
from pwagen.testing.time_limit import BrowserTimeoutError
from tests.audit.examples import write_example
from tests.browser.audit.manifest_matrix import manifests

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Where we are stricter than Chromium, and why: members, and the rule that says so.
_STRICTER: tuple[tuple[dict[str, object], str], ...] = (
    # Chromium installs it, but the address is the manifest's own: the app opens as a text in JSON.
    ({"start_url": ""}, "manifest-start-url"),
)

_LINK = """(address) => {
  document.querySelector("link[rel=manifest]").href = address;
}"""


def parsed_manifest(chromium: Chromium, page: Page, session: DevToolsSession, name: str) -> dict[str, Any]:
    """Lead the page to another manifest, and return what Chromium made of it.

    The page reports a changed link in a task of its own (`ManifestChangeNotifier` in Chromium's source), and
    until then the browser may answer for the manifest before. What changes while that one is still being read
    may be forgotten: the link is changed until it is noticed.
    """

    def answer() -> dict[str, Any] | None:
        page.evaluate(_LINK, name)
        parsed: dict[str, Any] = session.send("Page.getAppManifest")
        return parsed if parsed["url"].endswith(name) else None

    return chromium.poll(answer, what=f"the browser to read {name}") or {}


def installability_errors(chromium: Chromium, session: DevToolsSession, *, are_expected: bool) -> list[str]:
    """Return the ids of what Chromium has against installing, asked again while it is not as expected."""
    ids: list[str] = []

    def is_expected() -> bool:
        errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
        ids[:] = [error["errorId"] for error in errors]
        return bool(ids) == are_expected

    with suppress(BrowserTimeoutError):
        chromium.poll(is_expected, 2)
    return ids


def test_chromium_agrees(chromium: Chromium, serve_site: Callable[..., SiteServer], tmp_path: Path) -> None:
    texts = manifests(600 if os.environ.get("PWAGEN_CORPUS") else 120)
    folder = write_example(tmp_path, {"index.html#script": ""})
    site = serve_site(folder)
    page = chromium.open(site.url)
    disagreements = []
    with chromium.new_session(page) as session:
        for index, text in enumerate(texts):
            site.answers.content[f"manifest-{index}.json"] = text
            answer = parsed_manifest(chromium, page, session, f"manifest-{index}.json")
            messages = [error["message"] for error in answer["errors"]]
            source = FolderSource(folder, {"manifest.json": text.encode()})
            found = audit(AuditedSite("", source), AuditSettings(select=["manifest-"]))
            members = json.loads(text)
            known = {rule for wanted, rule in _STRICTER if wanted.items() <= members.items()}
            has_error = any(finding.severity == "error" and finding.rule not in known for finding in found)
            ids = installability_errors(chromium, session, are_expected=has_error)
            if bool(ids) != has_error or (messages and not found):
                disagreements.append((text, ids, messages, [finding.rule for finding in found]))
    assert disagreements == []


_WHOLE = '{"name": "Bakery", "start_url": "./", "display": "standalone", "x": %s}'
# What is no JSON: Python takes some of it, and Chromium takes comments and UTF-16, as no other browser does.
_TEXTS = (
    (_WHOLE.encode() % b"1e308", False, False),
    (_WHOLE.encode() % b"1e999", True, True),
    (_WHOLE.encode() % b"NaN", True, True),
    (_WHOLE.encode() % b'"\\ud83d\\ude00"', False, False),
    (_WHOLE.encode() % b'"\\ud83d"', True, True),
    (_WHOLE.encode() % b'"a\tb"', True, True),
    (_WHOLE.encode() % b'"\xe9"', False, False),
    (b"\xef\xbb\xbf" + _WHOLE.encode() % b"1", False, False),
    (_WHOLE.encode() % b"1 /* one */", True, False),
    ((_WHOLE % "1").encode("utf-16"), True, False),
    ((_WHOLE % "1").encode("utf-16-le"), True, True),
)


def test_chromium_reads_the_same_texts(
    chromium: Chromium, serve_site: Callable[..., SiteServer], tmp_path: Path
) -> None:
    folder = write_example(tmp_path, {"index.html#script": ""})
    site = serve_site(folder)
    page = chromium.open(site.url)
    verdicts = []
    with chromium.new_session(page) as session:
        for index, (content, _, _) in enumerate(_TEXTS):
            site.answers.content[f"text-{index}.json"] = content
            errors = parsed_manifest(chromium, page, session, f"text-{index}.json")["errors"]
            source = FolderSource(folder, {"manifest.json": content})
            ours = audit(AuditedSite("", source), AuditSettings(select=["manifest-json"]))
            verdicts.append((content, bool(ours), bool(errors)))
    assert verdicts == list(_TEXTS)
