"""What the messages of an in-place build advise is followed to the letter, and is enough."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pwagen.apptest.target import open_target
from tests.folders import share_icons
from tests.site_rule import built, keeps_the_rule, run

PAGE = "<!doctype html>\n<html>\n<head>\n<title>a</title>\n{0}\n</head>\n<body>a</body>\n</html>\n"
LINE = re.compile(r"inject: \{\w+: \w+\}")
OPTION = re.compile(r"--(?:manifest|worker)=\w+")

SITES = {
    "linked": {
        f"{number}.html": PAGE.format('<link rel="manifest" href="site.webmanifest">') for number in "123"
    },
    "of our name": {
        **{f"{number}.html": PAGE.format('<link rel="manifest" href="manifest.json">') for number in "123"},
        "manifest.json": '{"name": "Theirs"}',
    },
    "worker": {
        "1.html": PAGE.format("<script>navigator.serviceWorker.register('other/worker.js')</script>"),
        "other/worker.js": "",
    },
}
SITES["linked"]["site.webmanifest"] = '{"name": "Theirs"}'


def project_of(folder: Path, files: dict[str, str], icon_cache: Path) -> Path:
    share_icons(folder, icon_cache)
    for path, text in files.items():
        file = folder / "public" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (folder / "pwagen.yaml").write_text("app: {name: X, lang: en}\nsite: public\nminify: false\n")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("files", SITES.values(), ids=SITES)
def test_a_conflict_is_told_once_with_advice_that_lasts(
    tmp_path: Path, files: dict[str, str], icon_cache: Path
) -> None:
    message = str(run(project_of(tmp_path, files, icon_cache)).exception)
    assert message.count("\n") == 0
    lines, options = LINE.findall(message), OPTION.findall(message)
    assert lines
    assert len(lines) == len(options)
    for number, line in enumerate(lines):
        project = project_of(tmp_path / f"line-{number}", files, icon_cache)
        config = project / "pwagen.yaml"
        config.write_text(f"{config.read_text()}{line}\n")
        keeps_the_rule(project, project / "public")
        built(project)
        open_target(str(project), tmp_path / f"scratch-{number}")
    for number, option in enumerate(options):
        project = project_of(tmp_path / f"option-{number}", files, icon_cache)
        keeps_the_rule(project, project / "public", option)
