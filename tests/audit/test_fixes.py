"""`pwagen check --fix`: what it writes, what it leaves alone, and that it can be taken back."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pwagen.audit.fixes.difference import difference
from pwagen.audit.fixes.fix_plan import FIXES, plan_fixes
from pwagen.audit.rules import RULES
from pwagen.audit.settings import AuditSettings
from pwagen.cli import app
from pwagen.disk.atomic import replace_files
from tests.audit.examples import write_example
from tests.folders import copy_sample

OTHER_PAGES = ("about/index.html", "offline.html")
BOM = b"\xef\xbb\xbf"
LINK = '<link rel="manifest" href="manifest.json">'
NO_DISPLAY = '{"display": null}'
LOOSE = '{\n  // for browsers\n  "name": "Bakery", /* short */\n  "start_url": "./",\n}\n'
SUBSCRIBE = (
    "const subscribe = async () => (await registered).pushManager.subscribe({0});\n"
    'document.getElementById("push")?.addEventListener("click", subscribe);'
)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


def site(tmp_path: Path, example: dict[str, str]) -> Path:
    return write_example(tmp_path / "site", example)


def planned(folder: Path) -> dict[str, bytes]:
    return plan_fixes(folder, AuditSettings(), lambda findings: findings)


def check(folder: Path | str, *options: str) -> Result:
    return CliRunner().invoke(app, ["check", str(folder), *options])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def subscribing(options: str) -> dict[str, str]:
    return {"app.js#permission": SUBSCRIBE.replace("{0}", options)}


def test_each_fix_is_for_a_rule() -> None:
    assert set(FIXES) <= {rule.id for rule in RULES}


@pytest.mark.slow
@pytest.mark.parametrize("id", sorted(FIXES))
def test_a_fix_mends_what_its_rule_finds(id: str, tmp_path: Path) -> None:
    rule = next(rule for rule in RULES if rule.id == id)
    mendable = {"index.html#manifest": "<title>Bakery</title>"} if id == "manifest-linked" else dict(rule.bad)
    if id == "manifest-display":
        mendable = {"manifest.json": NO_DISPLAY}
    if id == "head-theme-color":
        mendable = {"index.html#theme": ""}
    folder = site(tmp_path, mendable)
    before = check(folder, "--format", "json", "--select", id)
    result = check(folder, "--fix", "--yes", "--select", id, "--format", "json")
    assert json.loads(before.stdout)["findings"]
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["findings"] == []
    assert check(folder, "--fix", "--yes", "--select", id).stderr.endswith("nothing that --fix can mend\n")


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ('{\r\n\t"name": "A"\r\n}\r\n', '{\r\n\t"name": "A",\r\n\t"display": "standalone"\r\n}\r\n'),
        ('{"name":"A","id":"x"}', '{"name":"A","id":"x","display":"standalone"}'),
        ('{ "name": "Ä🥐", "lang": "de" }', '{ "name": "Ä🥐", "lang": "de", "display": "standalone" }'),
        ('{"name": "A", "lang": "de"}', '{"name": "A", "lang": "de", "display": "standalone"}'),
        ("{}", '{"display": "standalone"}'),
    ],
)
@pytest.mark.parametrize("mark", [b"", BOM])
def test_a_member_is_added_as_the_others_are_written(
    text: str, mended: str, mark: bytes, tmp_path: Path
) -> None:
    folder = site(tmp_path, {})
    (folder / "manifest.json").write_bytes(mark + text.encode())
    assert planned(folder) == {"manifest.json": mark + mended.encode()}


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "A", "display": "browser"}',
        '{"name": "A", "display": "own-window"}',
        '{"name": "A", "name": "B"}',
        "{'name': 'A'}",
        "[]",
    ],
)
def test_what_may_be_meant_otherwise_stays(text: str, tmp_path: Path) -> None:
    folder = site(tmp_path, {})
    (folder / "manifest.json").write_text(text)
    assert planned(folder) == {}


def test_a_manifest_in_another_encoding_stays(tmp_path: Path) -> None:
    folder = site(tmp_path, {})
    (folder / "manifest.json").write_bytes('{"name": "Bäckerei"}'.encode("latin-1"))
    assert planned(folder) == {}


def test_comments_and_trailing_commas_go_and_nothing_else(tmp_path: Path) -> None:
    text = (
        '{\r\n  // the app\r\n  "name": "A, //}", /* its\r\n  name */\r\n'
        '  "icons": [1, /* one */ 2, ], // last\r\n  "display": "standalone",\r\n}'
    )
    folder = site(tmp_path, {})
    (folder / "manifest.json").write_bytes(text.encode())
    assert planned(folder)["manifest.json"].decode() == (
        '{\r\n  "name": "A, //}",\r\n  "icons": [1,  2 ],\r\n  "display": "standalone"\r\n}'
    )


@pytest.mark.parametrize("text", ['{"main.js": "main.1a2b.js"}', '{\n  // of a tool\n  "name": "A"\n}'])
def test_a_manifest_of_a_tool_is_no_app_s(text: str, tmp_path: Path) -> None:
    folder = site(tmp_path, {"index.html#manifest": ""})
    for page in OTHER_PAGES:
        (folder / page).unlink()
    (folder / "manifest.json").write_text(text)
    assert planned(folder) == {}


@pytest.mark.parametrize(
    ("start_url", "id"),
    [
        ("/bread/?from=home#top", "/bread/?from=home"),
        ("/index.html", "/index.html"),
        # The folder of its host is not known, and an id is relative to the host.
        ("./?from=home", None),
        ("//bakery.example/?from=home", None),
    ],
)
def test_an_id_is_what_the_app_is_known_by_today(start_url: str, id: str | None, tmp_path: Path) -> None:
    folder = site(tmp_path, {"manifest.json": json.dumps({"id": None, "scope": "/", "start_url": start_url})})
    before = json.loads((folder / "manifest.json").read_text())
    after = json.loads(planned(folder).get("manifest.json", json.dumps(before)))
    assert after == (before | {"id": id} if id else before)


@pytest.mark.slow
def test_an_id_that_is_empty_stays(tmp_path: Path) -> None:
    folder = site(tmp_path, {"manifest.json": '{"id": "", "start_url": "/?from=home"}'})
    assert "manifest-id" in check(folder).output
    assert planned(folder) == {}


def test_a_screenshot_is_declared_as_it_is(tmp_path: Path) -> None:
    wrong = {"src": "icons/icon-512.png", "sizes": "1280x720", "type": "image/webp"}
    folder = site(tmp_path, {"manifest.json": json.dumps({"screenshots": [wrong]})})
    (mended,) = json.loads(planned(folder)["manifest.json"])["screenshots"]
    assert mended == wrong | {"sizes": "512x512", "type": "image/png"}


def test_an_app_that_is_installed_stays_so(tmp_path: Path) -> None:
    """Its only picture is too small for Chromium, which goes by what is declared."""
    icon = '{"icons": [{"src": "icons/icon-192.png", "sizes": "192x192"}]}'
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect/></svg>'
    folder = site(tmp_path, {"manifest.json": icon, "icons/icon-192.png": drawing})
    assert "icon-size" in check(folder).output
    assert planned(folder) == {}


def test_an_icon_for_any_and_maskable_becomes_two(tmp_path: Path) -> None:
    icon = '    {\n      "src": "icons/icon-512.png",\n      "purpose": "Maskable any monochrome"\n    }'
    first, second = (
        icon.replace("Maskable any monochrome", words) for words in ("any monochrome", "maskable")
    )
    text = '{\n  "name": "A",\n  "display": "standalone",\n  "icons": [\n%s\n  ]\n}\n'
    folder = site(tmp_path, {})
    (folder / "manifest.json").write_text(text % icon)
    assert planned(folder) == {"manifest.json": (text % f"{first},\n{second}").encode()}


@pytest.mark.parametrize(
    ("page", "mended"),
    [
        (
            b"<!doctype html>\r\n<html>\r\n  <head>\r\n    <title>A</title>\r\n  </head>\r\n</html>",
            b"<!doctype html>\r\n<html>\r\n  <head>\r\n    <title>A</title>\r\n    %s\r\n    %s\r\n    %s\r\n"
            b"  </head>\r\n</html>",
        ),
        (BOM + b"<title>A</title><p>", BOM + b"<title>A</title>%s%s%s<p>"),
        (b"<title>\xe4</title>\n<p>", b"<title>\xe4</title>\n%s\n%s\n%s\n<p>"),
        (
            b'<meta charset="utf-8"><title>A</title>\n',
            b'<meta charset="utf-8"><title>A</title>\n%s\n%s\n%s\n',
        ),
    ],
)
def test_tags_are_added_as_the_last_of_the_head(page: bytes, mended: bytes, tmp_path: Path) -> None:
    folder = site(tmp_path, {})
    (folder / "about/index.html").unlink()
    (folder / "index.html").write_bytes(page)
    viewport = b'<meta name="viewport" content="width=device-width, initial-scale=1">'
    color = b'<meta name="theme-color" content="#7a3e12">'
    assert planned(folder) == {"index.html": mended % (LINK.encode(), viewport, color)}


HEAD = (
    '<!doctype html>\n<head>\n<title>Ä</title>\n<meta name="viewport" content="width=device-width">\n'
    '<meta name="theme-color" content="#7a3e12">\n{}</head>\n<body>\n{}<p>Bread\n'
)
SINGLE = "<link href='manifest.json'\n  crossorigin rel=manifest>"


@pytest.mark.parametrize(
    ("tag", "body", "left"),
    [
        (LINK, f"  {LINK}\n", ""),
        (LINK, f"<h1>A</h1>{LINK}<p>\n", "<h1>A</h1><p>\n"),
        (SINGLE, f"{SINGLE}\r\n", ""),
    ],
    ids=["a line", "within a line", "several lines"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_a_link_in_the_body_is_moved_as_it_is(
    tag: str, body: str, left: str, encoding: str, tmp_path: Path
) -> None:
    folder = site(tmp_path, {})
    (folder / "index.html").write_bytes(HEAD.format("", body).encode(encoding))
    assert planned(folder) == {"index.html": HEAD.format(f"{tag}\n", left).encode(encoding)}


def test_every_page_of_a_template_with_the_link_in_the_body_is_mended(tmp_path: Path) -> None:
    page = HEAD.format("", f"{LINK}\n")
    folder = site(tmp_path, {"index.html": page, "other.html": page})
    assert set(planned(folder)) == {"index.html", "other.html"}


@pytest.mark.parametrize(
    "body",
    [
        LINK.replace(">", " title=Ä>"),
        f"{LINK}{LINK}",
        f"<script>text = `{LINK}`;</script>{LINK}",
        f"<!-- {LINK} -->{LINK}",
    ],
    ids=["letters", "twice", "in a script, too", "in a comment, too"],
)
def test_a_link_whose_place_is_not_clear_stays(body: str, tmp_path: Path) -> None:
    folder = site(tmp_path, {"index.html": HEAD.format("", body)})
    assert "index.html" not in planned(folder)


def test_a_link_with_letters_that_would_be_lost_stays(tmp_path: Path) -> None:
    folder = site(tmp_path, {})
    page = HEAD.format("", LINK.replace(">", " title=Ä>"))
    (folder / "index.html").write_bytes(page.encode("utf-16"))
    assert "index.html" not in planned(folder)


def test_a_theme_color_is_added_and_another_one_is_somebody_s_choice(tmp_path: Path) -> None:
    folder = site(tmp_path, {"index.html#theme": "", "manifest.json": '{"theme_color": "Peru"}'})
    assert b'\n<meta name="theme-color" content="Peru">\n</head>' in planned(folder)["index.html"]
    folder = site(tmp_path / "other", {"index.html#theme": '<meta name="theme-color" content="#123456">'})
    assert planned(folder) == {}


def test_tags_are_added_to_a_page_in_utf16(tmp_path: Path) -> None:
    folder = site(tmp_path, {})
    (folder / "about/index.html").unlink()
    (folder / "index.html").write_bytes("\ufeff<title>Ä</title>\n<p>".encode("utf-16-le"))
    assert LINK in planned(folder)["index.html"].decode("utf-16")


@pytest.mark.parametrize(
    "example",
    [
        {"site.webmanifest": "{}", "index.html#manifest": ""},
        {"index.html#manifest": '<base href="/app/">'},
        {"index.html#manifest": '<link rel="manifest" href="gone.json">'},
    ],
    ids=["two manifests", "a base", "a wrong link"],
)
def test_no_manifest_is_linked_where_it_is_not_clear(example: dict[str, str], tmp_path: Path) -> None:
    folder = site(tmp_path, example)
    for page in OTHER_PAGES:
        (folder / page).unlink()
    assert "index.html" not in planned(folder)


@pytest.mark.parametrize(
    ("options", "mended"),
    [
        ("{}", "{ userVisibleOnly: true }"),
        ("{ applicationServerKey: key }", "{ userVisibleOnly: true, applicationServerKey: key }"),
        ("{applicationServerKey:key}", "{userVisibleOnly: true, applicationServerKey:key}"),
        (
            "{\n    // ä\n    applicationServerKey,\n  }",
            "{\n    userVisibleOnly: true,\n    // ä\n    applicationServerKey,\n  }",
        ),
    ],
)
def test_the_option_is_added_to_an_object_in_the_call(options: str, mended: str, tmp_path: Path) -> None:
    folder = site(tmp_path, subscribing(options))
    text = (folder / "app.js").read_text()
    assert planned(folder) == {"app.js": text.replace(options, mended).encode()}


@pytest.mark.parametrize("options", ["", "{ userVisibleOnly: false }", "{ ...options }", "options"])
def test_other_options_stay(options: str, tmp_path: Path) -> None:
    assert planned(site(tmp_path, subscribing(options))) == {}


def test_a_script_that_templates_put_into_every_page_is_mended_in_each(tmp_path: Path) -> None:
    script = "<script>navigator.serviceWorker.ready.then((one) => one.pushManager.subscribe({}));</script>"
    folder = site(tmp_path, {"index.html#head": script})
    about = folder / "about/index.html"
    about.write_text(about.read_text().replace("</head>", f"<p>ä</p>{script}</head>"))
    mended = planned(folder)
    assert [path for path in mended if b"({ userVisibleOnly: true })" in mended[path]] == [
        "index.html",
        "about/index.html",
    ]


def test_a_script_with_a_hash_stays(tmp_path: Path) -> None:
    element = '<script src="app.js" integrity="sha256-AAAA" defer></script>'
    folder = site(tmp_path, {"index.html#script": element, **subscribing("{}")})
    assert planned(folder) == {}


def test_fix_shows_the_difference_asks_and_can_be_undone(tmp_path: Path, state: Path) -> None:
    folder = site(tmp_path, {"manifest.json": LOOSE})
    (folder / "manifest.json").chmod(0o640)
    before = contents(folder)
    result = check(folder, "--fix")
    assert "-  // for browsers" in result.output and '+  "display": "standalone"' in result.output
    assert "nothing was written" in result.output and "--yes" in result.output
    assert contents(folder) == before and not state.exists()

    result = check(folder, "--fix", "--yes")
    assert f"1 file mended; pwagen check {folder} --undo takes it back" in result.output
    # The findings are those of the site as it is now.
    assert "manifest-icon" in result.output and "error manifest-json" not in result.output
    assert (folder / "manifest.json").stat().st_mode & 0o777 == 0o640

    result = check(folder, "--undo")
    assert (result.exit_code, result.output) == (0, f"{folder}/manifest.json: as it was before\n")
    assert contents(folder) == before
    assert "there is nothing to undo" in check(folder, "--undo").output


def test_undo_takes_back_several_fixes_and_leaves_what_was_edited_since(tmp_path: Path) -> None:
    folder = site(tmp_path, {"manifest.json": LOOSE, "index.html#viewport": ""})
    before = contents(folder)
    check(folder, "--fix", "--yes", "--select", "manifest-json")
    check(folder, "--fix", "--yes")
    page = folder / "index.html"
    mended = page.read_bytes()
    page.write_bytes(mended + b"<!-- mine -->")
    result = check(folder, "--undo")
    assert result.exit_code == 1 and "index.html: it was edited since, and stays" in result.output
    assert (folder / "manifest.json").read_bytes() == before["manifest.json"]
    assert page.read_bytes() == mended + b"<!-- mine -->"
    page.write_bytes(mended)
    assert check(folder, "--undo").exit_code == 0
    assert contents(folder) == before


@pytest.mark.slow
def test_a_link_stays_and_the_file_behind_it_is_mended(tmp_path: Path) -> None:
    folder = site(tmp_path, {"manifest.json": NO_DISPLAY})
    (folder / "manifest.json").rename(folder / "data.json")
    (folder / "manifest.json").symlink_to("data.json")
    check(folder, "--fix", "--yes")
    assert (folder / "manifest.json").is_symlink()
    assert json.loads((folder / "data.json").read_bytes())["display"] == "standalone"


def read_only(file: Path) -> str:
    file.chmod(0o444)
    return "this file is read-only"


def hard_linked(file: Path) -> str:
    os.link(file, file.parents[1] / "other.json")
    return "has another name elsewhere"


def twice_in_the_site(file: Path) -> str:
    (file.parent / "site.webmanifest").symlink_to(file.name)
    page = file.parent / "index.html"
    page.write_text(page.read_text().replace(LINK, ""))
    for other in OTHER_PAGES:
        (file.parent / other).unlink()
    return "this is the same file as"


@pytest.mark.slow
@pytest.mark.parametrize("make", [read_only, hard_linked, twice_in_the_site])
def test_what_would_lose_something_is_said_in_one_line(make: Callable[[Path], str], tmp_path: Path) -> None:
    folder = site(tmp_path, {"manifest.json": NO_DISPLAY})
    reason = make(folder / "manifest.json")
    before = contents(folder)
    result = subprocess.run(
        [sys.executable, "-m", "pwagen", "check", folder, "--fix", "--yes"], capture_output=True, text=True
    )
    assert reason in result.stderr and len(result.stderr.splitlines()) == 1, result.stderr
    assert "nothing was written" in result.stderr
    assert contents(folder) == before


def test_copies_are_never_kept_in_the_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = site(tmp_path, {"manifest.json": NO_DISPLAY})
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    result = check(folder, "--fix", "--yes")
    assert result.exit_code and "would be published" in str(result.exception)
    assert not (folder / "state").exists()


class Interfered(dict[Path, bytes]):
    """New contents, of which the last file becomes a folder as soon as all have been read."""

    def items(self) -> Iterator[tuple[Path, bytes]]:  # type: ignore[override]
        yield from super().items()
        last = list(self)[-1]
        last.unlink()
        last.mkdir()


def test_several_files_are_written_all_or_none(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"1")
    first.chmod(0o640)
    second.write_bytes(b"1")
    with pytest.raises(OSError, match="second"):
        replace_files(Interfered({first: b"2", second: b"2"}))
    assert first.read_bytes() == b"1"
    assert first.stat().st_mode & 0o777 == 0o640
    assert sorted(tmp_path.iterdir()) == [first, second]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sign", "message", "is_written"),
    [
        ("// made by pwagen", "pwagen.yaml", False),
        ("// ngsw", "what Angular builds it from", False),
        ("// registerSW.js", "The next build writes these files anew", True),
    ],
)
def test_the_output_of_tools_is_known_by_its_signs(
    sign: str, message: str, is_written: bool, tmp_path: Path
) -> None:
    folder = site(tmp_path, {"manifest.json": NO_DISPLAY})
    with (folder / "sw.js").open("a") as worker:
        worker.write(f"{sign}\n")
    before = contents(folder)
    assert message in check(folder, "--fix", "--yes").output
    assert (contents(folder) != before) == is_written


@pytest.mark.slow
def test_nothing_generated_is_edited(tmp_path: Path) -> None:
    project = copy_sample(tmp_path / "project")
    before = contents(project)
    result = check(project, "--fix", "--yes")
    assert "pwagen.yaml" in result.output and "nothing that is generated" in result.output
    assert contents(project) == before


def test_a_running_site_is_not_edited() -> None:
    for option in ("--fix", "--undo"):
        result = check("http://127.0.0.1:9/", option)
        assert result.exit_code, result.output


@pytest.mark.slow
def test_known_findings_and_ignored_rules_are_not_mended(tmp_path: Path) -> None:
    folder = site(tmp_path, {"manifest.json": NO_DISPLAY})
    baseline = str(tmp_path / "known.json")
    check(folder, "--write-baseline", baseline)
    before = contents(folder)
    for options in (("--baseline", baseline), ("--ignore", "manifest-display")):
        assert "nothing that --fix can mend" in check(folder, "--fix", "--yes", *options).output
    assert contents(folder) == before


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "is_written"), [(b"y\n", True), (b"n\n", False)])
def test_a_terminal_is_asked_in_colour(answer: bytes, is_written: bool, tmp_path: Path) -> None:
    folder = site(tmp_path, {"manifest.json": NO_DISPLAY})
    master, slave = pty.openpty()
    os.write(master, answer)
    command = [sys.executable, "-m", "pwagen", "check", str(folder), "--fix"]
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=os.environ | {"TERM": "xterm"}
    )
    os.close(slave)
    output = b""
    try:
        while piece := os.read(master, 65536):
            output += piece
    except OSError:  # Linux says so when the other end is closed.
        pass
    process.wait()
    os.close(master)
    assert b"\x1b[32m+" in output and b"Write this?" in output
    assert ("display" in json.loads((folder / "manifest.json").read_bytes())) == is_written


def test_long_lines_are_cut_about_what_differs_and_cannot_command_the_terminal() -> None:
    before = b"x" * 5000 + b"{a:1}" + b"\x1b[2J" + b"y" * 5000
    lines = list(difference("app.js", before, before.replace(b"{a", b"{b:2,a")))
    assert max(map(len, lines)) < 250
    assert "{b:2,a:1}" in lines[-1] and "\x1b" not in "".join(lines)
