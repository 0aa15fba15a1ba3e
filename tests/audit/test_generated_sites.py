"""What pwagen builds, of any of its configs, has no finding but those that the config asks for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pwagen.cli import app
from tests.audit.examples import painted
from tests.audit.test_projects import findings_in
from tests.folders import ROOT, copy_sample, share_icons

pytestmark = pytest.mark.slow

CONFIGS = (
    *sorted((ROOT / "tests" / "golden").glob("*/pwagen.yaml")),
    *sorted((ROOT / "tests" / "configs").glob("*.yaml")),
    *sorted((ROOT / "docs" / "examples").glob("*.yaml")),
)

PAGES = ("lock", "notes/new", "open", "share", "tour", "write")
PAGE = """<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Harbour</title></head>
  <body><h1>Harbour</h1></body>
</html>
"""
PICTURES = {
    "tides": (96, 96), "tides-96": (96, 96), "wide": (1280, 720), "front-page": (1280, 720),
    "icon-192": (192, 192), "icon-512": (512, 512), "maskable-512": (512, 512),
}  # fmt: skip
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 100 100">'
    '<rect x="-100" width="300" height="100" fill="#0b3d5c"/>'
    '<path d="M35 55h30v8H35zM38 40h24v12H38z" fill="#fff"/></svg>'
)
OTHERS = {
    "assets/offline.json": "{}",
    "data/tides.json": "{}",
    "media/tour.mp4": "film",
    "media/tour.vtt": "WEBVTT",
    "notes/new.html": PAGE,
    "notes/locked.html": PAGE,
    "service-worker.js": 'importScripts("sw.js");\n',
    "tides.json": "{}",
    "widgets/data.json": "{}",
    "widgets/tides.json": "{}",
}

ICONS = "icons: {source: public/assets/logo.svg}\n"
PLACEHOLDER = ("project-config", "the icons are a placeholder")
NO_COLORS = ("manifest-splash-screen", "_color")
"""Every config that `pwagen init` writes has both colours; what is written by hand may have none."""
LISTED = ("head-apple-icon", "links no icon for iOS")
"""Where the icons are the site's own, none is made, and so no tag for iOS."""
ASKED_FOR = {
    # No tab strip without `display_override: [tabbed]`: the case has a member of each kind, not their sense.
    "golden/full": {("project-config", "app.tab_strip: has no effect")},
    # One file for two sizes, which is also the maskable one: the case has each member that a file may have.
    "configs/icons-listed": {
        ("icon-size", '"assets/tides.png"'),
        ("icon-size", '"assets/wide.png"'),
        ("icon-monochrome", '"assets/wide.png"'),
        ("worker-offline", ""),
        LISTED,
    },
    "examples/icons-files": {LISTED},
    # `offline: off` is what the note is about.
    "configs/icons-monogram": {("worker-offline", "")},
}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory, icon_cache: Path) -> Path:
    """Return a project with the sample site, and all files that the configs name."""
    folder = copy_sample(tmp_path_factory.mktemp("generated") / "harbour")
    share_icons(folder, icon_cache)
    site = folder / "public"
    texts = OTHERS | {f"{page}/index.html": PAGE for page in PAGES}
    for path, text in texts.items():
        file = site / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name, size in PICTURES.items():
        (site / "assets" / f"{name}.png").write_bytes(painted(DRAWING.format(*size)))
    return folder


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: name_of(path))
def test_what_is_built_has_no_finding_but_what_is_asked_for(
    config: Path, harbour: Path, tmp_path: Path
) -> None:
    project = shutil.copytree(harbour, tmp_path / "project", symlinks=True)
    for file in filter(Path.is_file, config.parent.glob("*.*")):
        shutil.copy(file, project)
    text = config.read_text(encoding="utf-8")
    written = set(re.findall("^[a-z_]+", text, re.MULTILINE))
    members = set(re.findall("[a-z_]+(?=:)", text))
    text += "\n" + ("" if "site" in written else "site: public\n") + ("" if "icons" in written else ICONS)
    (project / "pwagen.yaml").write_text(text, encoding="utf-8")
    build(project, "--inject")
    findings = {(finding.rule, finding.message) for finding in findings_in(project)}
    expected = ASKED_FOR.get(name_of(config), set()) | ({PLACEHOLDER} if "monogram:" in text else set())
    expected |= {NO_COLORS} if not {"theme_color", "background_color"} <= members else set()
    unexpected = {
        (rule, message)
        for rule, message in findings
        if not any(rule == id and part in message for id, part in expected)
    }
    assert unexpected == set()
    missing = {
        (id, part)
        for id, part in expected
        if not any(rule == id and part in message for rule, message in findings)
    }
    assert missing == set(), findings


def name_of(config: Path) -> str:
    """Return what a config is called here: golden/full, configs/full, examples/push."""
    return (
        f"golden/{config.parent.name}"
        if config.name == "pwagen.yaml"
        else f"{config.parent.name}/{config.stem}"
    )


def build(project: Path, *options: str) -> None:
    """Build a project, which must succeed."""
    done = CliRunner().invoke(app, ["build", *options, str(project)])
    assert done.exit_code == 0, done.output
