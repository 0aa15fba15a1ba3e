"""What `pwagen init` writes for the search of a generated site."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from pwagen.cli import app as cli
from tests.site.test_detect import PAGE, tree

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("index", "glob", "parameter"),
    [
        ("pagefind/pagefind-entry.json", "pagefind/**", None),
        ("search/search_index.json", "search/search_index.json", "q"),
    ],
)
def test_what_a_search_reads_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, index: str, glob: str, parameter: str | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    project = tree(tmp_path / "project", {"public/index.html": PAGE, f"public/{index}": "{}"})
    assert CliRunner().invoke(cli, ["init", str(project), "--yes"]).exit_code == 0
    offline = yaml.safe_load((project / "pwagen.yaml").read_text())["offline"]
    assert offline["precache_add"] == [glob]
    ignored = ["utm_*", "fbclid", "gclid", parameter] if parameter else None
    assert offline.get("ignore_params") == ignored
