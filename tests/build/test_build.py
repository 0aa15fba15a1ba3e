"""`pwagen build`, as it is called: what it writes, prints and returns."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pwagen.build.project import read_project
from pwagen.build.watch import watch_project
from pwagen.cli import app
from pwagen.config.config_source import ConfigSource
from pwagen.errors import ConfigError, PwagenError
from tests.folders import TESTS

FULL = TESTS / "golden/full"


pytestmark = pytest.mark.usefixtures("icons_of_another_test")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\n")
    return tmp_path


@pytest.fixture
def new_project(tmp_path: Path) -> Path:
    """Return one that has no icons yet."""
    project = tmp_path / "new"
    project.mkdir()
    (project / "pwagen.yaml").write_text("app: {name: X}\n")
    return project


def build(project: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["build", str(project), *options])


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pwagen", *arguments], capture_output=True, text=True, check=False
    )


def test_it_prints_a_table_of_what_it_wrote_with_sizes(project: Path) -> None:
    done = build(project)
    assert done.exit_code == 0
    lines = {line.split()[1]: line.split() for line in done.stdout.splitlines() if line.startswith("new")}
    assert {"manifest.json", "sw.js", "register.js", "register.d.ts", "offline.html", "head.html"} <= set(
        lines
    )
    assert lines["manifest.json"][2:] == [str((project / "dist/manifest.json").stat().st_size), "B"]
    assert lines["sw.js"][3] == lines["sw.js"][5] == "kB"


@pytest.mark.parametrize(("count", "named"), [(8, 8), (9, 3)])
def test_of_many_pages_that_get_tags_it_names_the_first(project: Path, count: int, named: int) -> None:
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: site\n")
    for number in range(count):
        page = project / f"site/{number}.html"
        page.parent.mkdir(exist_ok=True)
        page.write_text("<!DOCTYPE html><head></head>")
    for options in ((), ("--undo",)):
        printed = build(project, "--inject", *options).stdout
        assert re.findall(r"^changed +(\d)\.html ", printed, re.M) == [str(number) for number in range(named)]
        assert re.findall("^changed +and ([0-9]+) more pages +(?:[0-9]+ B|[0-9.]+ kB)$", printed, re.M) == (
            ["6"] if named < count else []
        )
    data = json.loads(build(project, "--inject", "--json").stdout)
    assert sum(one["path"][0].isdigit() for one in data["files"]) == count


def test_check_writes_nothing_and_tells_by_its_exit_code(new_project: Path) -> None:
    assert build(new_project, "--check").exit_code == 1
    assert [path.name for path in new_project.iterdir()] == ["pwagen.yaml"]
    build(new_project)
    assert build(new_project, "--check").exit_code == 0
    (new_project / "pwagen.yaml").write_text("app: {name: Y}\n")
    before = (new_project / "dist/manifest.json").read_bytes()
    assert build(new_project, "--check").exit_code == 1
    assert (new_project / "dist/manifest.json").read_bytes() == before


def test_a_cache_that_cannot_be_made_is_done_without(project: Path) -> None:
    shutil.rmtree(project / ".pwagen")
    (project / ".pwagen").write_text("no folder")
    assert build(project, "--check").exit_code == 1
    assert build(project).exit_code == 0


def test_json_is_for_programs(project: Path) -> None:
    result = json.loads(build(project, "--json").stdout)
    assert result["out"] == str(project / "dist")
    assert {one["status"] for one in result["files"]} == {"new"}
    assert "icons" in result["warnings"][0]["message"]


@pytest.mark.slow
def test_mistakes_are_for_programs_too(project: Path) -> None:
    (project / "pwagen.yaml").write_text(
        "app: {name: X}\nupdate: never\noffline: {page: a.html, exclud: []}\n"
    )
    done = command("build", str(project), "--json")
    assert done.returncode == 2
    first, second = json.loads(done.stdout)["errors"]
    assert (first["path"], first["line"], first["column"]) == (str(project / "pwagen.yaml"), 2, 9)
    assert second["fix"] == 'did you mean "exclude"?'
    done = command("build", str(project), "--json", "--inject")
    assert json.loads(done.stdout)["errors"][0]["message"]


@pytest.mark.slow
def test_a_mistake_writes_nothing_and_is_no_traceback(new_project: Path) -> None:
    (new_project / "pwagen.yaml").write_text("app:\n  nam: X\n  theme_color: bleu\n")
    done = command("build", str(new_project))
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith(str(new_project / "pwagen.yaml:")) for line in lines)
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in new_project.iterdir()) == ["pwagen.yaml"]


def test_a_folder_without_a_config_is_told_what_to_do(tmp_path: Path) -> None:
    done = command("build", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "pwagen init" in done.stderr


@pytest.mark.slow
def test_an_output_that_cannot_be_written_is_told(project: Path) -> None:
    (project / "dist").write_text("a file")
    done = command("build", str(project))
    assert done.returncode == 2
    assert "dist" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits the size of files")
def test_a_disk_that_is_full_leaves_nothing_half_written(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(FULL, project, ignore=shutil.ignore_patterns(".pwagen", "out"))
    limited = f"ulimit -f 20; exec {sys.executable} -m pwagen build {project}"
    done = subprocess.run(["sh", "-c", limited], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert re.fullmatch(rf"{project}/dist/[a-z0-9/.-]+: file too large", done.stderr.splitlines()[-1])
    assert "Traceback" not in done.stderr
    assert not (project / "dist").exists()
    assert list(project.rglob(".icons-*")) == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_an_output_that_takes_no_more_is_told_in_one_line(project: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pwagen", "build", str(project)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": ""},
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.splitlines()[1:] == ["pwagen: no space left on device"]


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes_wherever_it_lies(tmp_path: Path) -> None:
    trees = []
    for name, umask in (("a", 0o022), ("b/c", 0o077)):
        folder = tmp_path / name
        shutil.copytree(FULL, folder, ignore=shutil.ignore_patterns(".pwagen", "out"))
        before = os.umask(umask)
        try:
            assert build(folder).exit_code == 0
        finally:
            os.umask(before)
        trees.append(
            {
                path.relative_to(folder / "dist"): path.read_bytes()
                for path in (folder / "dist").rglob("*")
                if path.is_file()
            }
        )
    assert trees[0] == trees[1]


@pytest.mark.slow
def test_a_private_key_reaches_no_artifact(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public/index.html").write_text("<title>X</title>")
    assert command("init", str(tmp_path), "--site", "public", "--yes").returncode == 0
    assert command("build", str(tmp_path)).returncode == 0
    key = (tmp_path / "vapid-private.pem").read_text().splitlines()[1]
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name != "vapid-private.pem":
            assert key not in path.read_text(encoding="utf-8", errors="replace"), path


def test_watch_builds_again_after_a_change_and_survives_a_mistake(project: Path) -> None:
    builds: list[str] = []
    done = threading.Event()

    def once() -> None:
        text = (project / "pwagen.yaml").read_text()
        builds.append(text)
        if text == "wrong":
            (project / "pwagen.yaml").write_text("app: {name: Right}\n")
            raise PwagenError("wrong")
        if len(builds) == 1:
            (project / "pwagen.yaml").write_text("wrong")
        else:
            done.set()

    watch_project(project, once, rounds=5, poll_seconds=0.01)
    assert done.is_set()
    assert builds == ["app: {name: X}\n", "wrong", "app: {name: Right}\n"]


def test_watch_survives_what_cannot_be_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    builds = []

    def once() -> None:
        builds.append(1)
        (project / "pwagen.yaml").write_text(f"app: {{name: X{len(builds)}}}\n")
        raise PermissionError(13, "Permission denied", "pwa-hooks.js")

    watch_project(project, once, rounds=2, poll_seconds=0.01)
    assert len(builds) == 2
    assert "pwa-hooks.js: permission denied" in capsys.readouterr().err


def test_pages_that_are_not_stored_by_default_are_warned_about(tmp_path: Path) -> None:
    (tmp_path / "public/admin").mkdir(parents=True)
    for path in ("index.html", "admin/a.html", "admin/b.html"):
        (tmp_path / "public" / path).write_text("<title>x</title>")
    config = tmp_path / "pwagen.yaml"
    config.write_text("app: {name: X}\nsite: public\n")
    [warning] = [one for one in read_project(tmp_path).warnings if "never" in one.message]
    assert warning.message.startswith("offline.never: admin/a.html and one more page are not stored")
    assert (warning.path, warning.line) == (str(config), 1)
    config.write_text("app: {name: X}\nsite: public\noffline: {page: off.html}\n")
    [warning] = [one for one in read_project(tmp_path).warnings if "never" in one.message]
    assert (warning.line, warning.column) == (3, 10)
    config.write_text("app: {name: X}\nsite: public\noffline: {never: ['admin/**']}\n")
    assert not any("never" in one.message for one in read_project(tmp_path).warnings)


def test_a_glob_that_matches_nothing_is_warned_about(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public/index.html").write_text("<title>x</title>")
    (tmp_path / "pwagen.yaml").write_text(
        "app: {name: X}\nsite: public\n"
        "offline: {precache: ['*.html', 'asets/**'], precache_add: ['b/*', '*.html']}\n"
    )
    said = [one for one in read_project(tmp_path).warnings if "matches" in one.message]
    assert [(one.line, one.column, one.message) for one in said] == [
        (3, 32, 'offline.precache[1]: "asets/**" matches no file in public'),
        (3, 60, 'offline.precache_add[0]: "b/*" matches no file in public'),
    ]


def test_letters_that_cannot_be_drawn_are_an_error_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\nicons:\n  monogram: {text: \U00013000}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_project(tmp_path)
    [problem] = caught.value.problems
    assert (problem.path, problem.line, problem.column) == (str(tmp_path / "pwagen.yaml"), 3, 20)
    assert problem.message.startswith("icons.monogram.text: ")


def test_no_warning_about_settings_of_another_tool_names_a_line(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public/index.html").write_text("<title>x</title>")
    values = {"app": {"name": "X"}, "site": "public", "offline": {"precache": ["*.html", "b/*"]}}
    project = read_project(ConfigSource(tmp_path / "mkdocs.yml", values))
    [warning] = [one for one in project.warnings if "matches" in one.message]
    assert (warning.path, warning.line) == (str(tmp_path / "mkdocs.yml"), 0)


def test_the_report_says_what_is_stored_and_what_is_not(tmp_path: Path) -> None:
    (tmp_path / "public/admin").mkdir(parents=True)
    (tmp_path / "public/index.html").write_text("<title>x</title>")
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\nsite: public\n")
    assert "The biggest:" in CliRunner().invoke(app, ["build", str(tmp_path)]).stdout
    (tmp_path / "public/admin/a.html").write_text("<title>y</title>")
    result = json.loads(CliRunner().invoke(app, ["build", str(tmp_path), "--json"]).stdout)
    assert result["stored"] == {
        "files": 1,
        "bytes": 16,
        "biggest": [{"path": "index.html", "bytes": 16}],
        "leftOut": [{"path": "admin/a.html", "bytes": 16, "reason": "it is under offline.never"}],
    }
    assert result["firstVisit"]["files"] >= 4 and result["firstVisit"]["bytes"] > 10_000
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\nsite: public\noffline: false\n")
    assert "stored" not in json.loads(CliRunner().invoke(app, ["build", str(tmp_path), "--json"]).stdout)


def test_initials_in_place_of_a_badge_are_warned_about_each_time(project: Path) -> None:
    disc, flag = '<circle cx="5" cy="5" r="5"/>', '<path d="M1 1h8L2 5v4H1z"/>'
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{}</svg>'
    (project / "logo.svg").write_text(drawing.format(disc))
    (project / "pwagen.yaml").write_text("app: {name: Harbour News}\nicons: {source: logo.svg}\n")
    warning = (
        "logo.svg: has no shape that people would know as a badge, so that shows HN - draw one shape on a"
    )
    assert [warning in build(project).stderr for _ in range(2)] == [True, True]
    (project / "logo.svg").write_text(drawing.format(flag))
    assert "badge" not in build(project).stderr


@pytest.mark.parametrize(
    ("icons", "line"),
    [("", "1:1: icons"), ("icons: {monogram: {}}\n", "2:19: icons.monogram")],
)
def test_an_app_without_a_picture_can_be_installed(tmp_path: Path, icons: str, line: str) -> None:
    (tmp_path / "pwagen.yaml").write_text(f"app: {{name: Harbour News}}\n{icons}")
    result = build(tmp_path)
    assert result.exit_code == 0, result.output
    assert f"pwagen.yaml:{line}: the icons are a placeholder, until there is a logo" in result.stderr
    assert "write icons: {source: logo.svg}" in result.stderr
    manifest = json.loads((tmp_path / "dist/manifest.json").read_text())
    assert {"192x192 any", "512x512 any", "512x512 maskable"} <= {
        f"{icon['sizes']} {icon['purpose']}" for icon in manifest["icons"]
    }
    assert all((tmp_path / "dist" / icon["src"]).is_file() for icon in manifest["icons"])


LISTED = {
    "for masks alone": ("{src: a.png, sizes: 512x512, purpose: maskable}", True),
    "too small": ("{src: a.png, sizes: 96x96}", True),
    "of a kind that is not taken": ("{src: a.ico, sizes: 256x256}", True),
    "large enough": ("{src: a.png, sizes: 192x192}", False),
    "of any size": ("{src: a.svg, sizes: any}", False),
    "of which nothing is said": ("{src: icon}", False),
}


@pytest.mark.slow
@pytest.mark.parametrize(("file", "needs_one"), LISTED.values(), ids=LISTED)
def test_an_app_with_icons_of_its_own_can_be_installed(tmp_path: Path, file: str, needs_one: bool) -> None:
    (tmp_path / "pwagen.yaml").write_text(f"app: {{name: Tides}}\nicons: {{files: [{file}]}}\noffline: off\n")
    result = build(tmp_path)
    assert result.exit_code == 0, result.output
    icons = json.loads((tmp_path / "dist/manifest.json").read_text())["icons"]
    added = [(icon["src"], icon["sizes"], icon["purpose"]) for icon in icons[1:]]
    wanted = [(f"icons/placeholder-{px}.png", f"{px}x{px}", "any") for px in (192, 512)] if needs_one else []
    assert added == wanted
    assert ("so the app's initials stand in" in result.stderr) == needs_one
    assert all((tmp_path / "dist" / src).is_file() for src, *_ in added)
