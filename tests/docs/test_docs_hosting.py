"""docs/hosting.md has every value of `hosting`, and what each writes."""

from __future__ import annotations

import re

from pwagen.artifacts.hosting.hosting_targets import HOSTS
from pwagen.names import FOR_DEVELOPERS
from tests.folders import ROOT

PAGE = (ROOT / "docs/hosting.md").read_text(encoding="utf-8")


def test_each_host_has_its_row_with_the_files_that_it_gets() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| ([^|]+) \| ([^|]+) \|", PAGE, re.MULTILINE)
    listed = {value: (name, set(re.findall("`([^`]+)`", files))) for value, name, files in rows}
    assert listed == {value: (host.name, {*host.templates, *host.made}) for value, host in HOSTS.items()}


def test_what_is_not_for_visitors_is_named() -> None:
    section = PAGE.partition("## What is never public")[2]
    assert all(f"`{name}`" in section for name in FOR_DEVELOPERS)
    assert all(f"--exclude ./{name.rstrip('/')} " in section for name in FOR_DEVELOPERS)
