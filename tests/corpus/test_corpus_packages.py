"""What cannot be had from a registry is named; what was had once needs no network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.packages import NotServedError, Package, read_corpus, unpacked

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no registry to be reached."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    return tmp_path / "cache"


def test_a_package_that_cannot_be_had_is_named() -> None:
    with pytest.raises(NotServedError, match=r"left-pad 1\.3\.0: npm: "):
        unpacked(Package("npm", "left-pad", "1.3.0", "0" * 64))


def test_a_client_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotServedError, match="apt-get is not installed"):
        unpacked(Package("debian", "bash-doc", "5", "0" * 64))


def test_each_package_is_listed_once() -> None:
    corpus = read_corpus()
    for packages in (corpus.site, corpus.manifests):
        assert len({(package.registry, package.name) for package in packages}) == len(packages)
    assert len(corpus.site) >= 30
    assert sum(bool(package.offline) for package in corpus.site) >= 6
