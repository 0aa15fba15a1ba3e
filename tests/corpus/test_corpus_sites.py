"""The rule for any site (tests/site_rule.py), held on sites that other people published."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.corpus.corpus_run import site_row
from tests.corpus.packages import NotServedError, SitePackage, read_corpus

ALL = "PWAGEN_CORPUS" in os.environ
PACKAGES = [package for package in read_corpus().site if ALL or package.quick]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_real_site_keeps_the_rule(
    package: SitePackage, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    try:
        row = site_row(package, tmp_path)
    except NotServedError as error:
        pytest.skip(str(error))
    record_property("sites", row)
