"""Private keys in what a site publishes: packed in archives, in source maps, and never shown."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import pytest

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Finding
from pwagen.audit.published_keys import search_published
from pwagen.audit.sources.folder_source import FolderSource
from pwagen.keys.archive_search import TOO_SLOW
from pwagen.keys.key_pair import generate_key_pair
from pwagen.keys.key_search import KeySearch
from tests.audit.examples import write_example
from tests.audit.test_rules import findings_in
from tests.keys.test_archive_search import PACKERS, tarred, zipped

pytestmark = pytest.mark.slow  # each case audits a whole site

PAIR = generate_key_pair()
JWK = json.dumps({"kty": "EC", "crv": "P-256", "d": PAIR.private_key, "x": "x", "y": "y"})


def findings_with(folder: Path, path: str, content: bytes) -> list[Finding]:
    file = write_example(folder, {}) / path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return findings_in(folder)


@pytest.mark.parametrize("packer", PACKERS)
def test_a_key_in_an_archive_is_named_with_both(packer: str, tmp_path: Path) -> None:
    content = PACKERS[packer]({"read.me": b"bread", "server/key.json": JWK.encode()})
    (finding,) = findings_with(tmp_path, "files/backup.bin", content)
    assert (finding.rule, finding.where.path) == ("publish-private-key", "files/backup.bin")
    assert "a private key in JWK form in its entry" in finding.message and "key.json" in finding.message
    assert "make it again" in finding.fix
    assert PAIR.private_key not in str(finding)


def test_a_name_with_key_material_in_it_is_not_shown(tmp_path: Path) -> None:
    content = zipped({f"{PAIR.private_key}.json": JWK.encode()})
    (finding,) = findings_with(tmp_path, "backup.zip", content)
    assert finding.rule == "publish-private-key"
    assert PAIR.private_key not in str(finding)


def source_map(name: str, source: str) -> str:
    return json.dumps(
        {"version": 3, "sources": ["a.ts", name], "sourcesContent": [None, source], "mappings": ""}
    )


MAPS = {
    "a file": ("app.js.map", source_map),
    "in its script": (
        "app-2.js",
        lambda name, source: (
            "bake();\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,"
            + base64.b64encode(source_map(name, source).encode()).decode()
        ),
    ),
    "in sections": (
        "app.js.map",
        lambda name, source: (
            ")]}'\n" + json.dumps({"sections": [{"map": json.loads(source_map(name, source))}]})
        ),
    ),
}


@pytest.mark.parametrize("kind", MAPS)
@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("../server/keys.ts", f"export const key = {JWK};"),
        ("../.env.local", f'VAPID_PRIVATE_KEY="{PAIR.private_key}"\n'),
        ("../server/key.pem", PAIR.private_pem.decode()),
    ],
)
def test_a_key_in_a_source_map_is_named_with_its_source(
    kind: str, name: str, source: str, tmp_path: Path
) -> None:
    path, made = MAPS[kind]
    (finding,) = findings_with(tmp_path, path, made(name, source).encode())
    assert (finding.rule, finding.where.path) == ("publish-private-key", path)
    assert name in finding.message
    assert PAIR.private_key not in str(finding)


@pytest.mark.parametrize(
    "text", ["{", "[]", "null", '{"sections": [1, {"map": 2}]}', '{"sourcesContent": [1]}', "[" * 100_000]
)
def test_a_broken_source_map_is_no_trouble(text: str, tmp_path: Path) -> None:
    assert findings_with(tmp_path, "app.js.map", text.encode()) == []


def test_archives_that_cannot_be_searched_are_one_note(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 cut off")
    (tmp_path / "c.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    damaged, other = findings_with(tmp_path, "d.tar.gz", gzip.compress(tarred({"a": b"a"}))[:40])
    assert damaged.rule == other.rule == "publish-archive-searched"
    assert "damaged, and so it is with 2 more" in damaged.message and damaged.where.path == "a.zip"
    assert "7z is not unpacked" in other.message


def test_archives_are_searched_for_so_long_together(tmp_path: Path) -> None:
    large = zipped({"a": b"bread and butter " * 400_000})
    for name in ("a.zip", "b.zip", "c.zip"):
        (tmp_path / name).write_bytes(large)
    (tmp_path / "key.json").write_text(JWK)
    site = AuditedSite("", FolderSource(tmp_path))
    assert search_published(site.source, site.get_path, KeySearch()).unsearched == {}
    result = search_published(site.source, site.get_path, KeySearch(), seconds=0.001)
    assert result.unsearched["c.zip"] == TOO_SLOW
    assert list(result.keys) == ["key.json"]
