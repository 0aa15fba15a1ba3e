"""Manifests that other people published, as Chromium reads them before and after they are taken over."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pwagen.starter.takeover import FATES
from pwagen.testing.site_server.site_server import SiteServer
from tests.corpus.manifest_comparison import comparison, manifests_in
from tests.corpus.packages import ManifestPackage, NotServedError, read_corpus, unpacked
from tests.corpus.test_corpus_sites import ALL

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

PACKAGES = [package for package in read_corpus().manifests if ALL or package.quick]

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_real_manifest_is_parsed_as_before_but_for_what_the_table_says(
    package: ManifestPackage,
    chromium: Chromium,
    serve_site: Callable[..., SiteServer],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    try:
        folder = unpacked(package)
    except NotServedError as error:
        pytest.skip(str(error))
    manifests = list(manifests_in(folder))
    assert manifests
    for number, manifest in enumerate(manifests):
        project = tmp_path / str(number)
        project.mkdir()
        proposal, differing = comparison(chromium, serve_site, manifest, project)
        listed = {
            re.split(r"[.\[]", outcome.member)[0] for outcome in proposal.outcomes if outcome.fate != "taken"
        }
        names = {
            member: re.sub("([A-Z])", lambda letter: f"_{letter[1].lower()}", member) for member in differing
        }
        assert {member: differing[member] for member, name in names.items() if name not in listed} == {}
        fates = [outcome.fate for outcome in proposal.outcomes]
        row = [f"{package.title}: {manifest.relative_to(folder).as_posix()}"]
        row += [str(fates.count(fate)) for fate in FATES]
        record_property("manifests", [*row, ", ".join(names.values())])
