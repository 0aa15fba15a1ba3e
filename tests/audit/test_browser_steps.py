"""Which steps of `pwagen test` are tried by `pwagen check --browser`; tests/browser/audit runs them."""

from __future__ import annotations

from pathlib import Path

from pwagen.apptest.selection import selection
from pwagen.apptest.steps import STEPS
from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.browser_check import steps_for
from pwagen.audit.sources.folder_source import FolderSource
from tests.audit.examples import write_example


def tried(folder: Path, **blocks: str) -> list[str]:
    write_example(folder, {f"sw.js#{name}": text for name, text in blocks.items()})
    matches = selection(steps_for(AuditedSite("", FolderSource(folder))))
    return [step.id for step in STEPS if matches(f"{step.id} chromium")]


def test_what_the_worker_does_not_do_is_not_tried(tmp_path: Path) -> None:
    always = ["register", "manifest", "install", "fits-phone"]
    push = ["permission-granted", "subscribe", "push-text", "push-empty", "click-body"]
    offline = ["offline-start", "offline-deep"]
    assert tried(tmp_path) == [*always, *push, *offline]
    assert tried(tmp_path, fetch="") == [*always, *push]
    assert tried(tmp_path, push="self.onpush = () => {};") == [*always, *push, *offline]
    assert tried(tmp_path, push="", fetch="") == always
