"""What `pwagen check` prints and writes, as those who read it take it."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner, Result

from pwagen.audit.reports.text_report import wrapped
from pwagen.audit.rules import RULES
from pwagen.cli import app
from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.examples import write_example

BROKEN = {
    "manifest.json": '{"name": null, "short_name": null, "description": "<script>alert(1)</script>"}',
    "x, y:z%.html": '<title>Another</title><link rel="manifest" href="manifest.json">',
}


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_example(tmp_path / "public", BROKEN)
    return Path("public")


def test_text_is_grouped_and_quiet_when_fine(site: Path, tmp_path: Path) -> None:
    result = check(site, "--select", "manifest-name")
    assert result.stdout.splitlines()[:2] == [
        "error manifest-name",
        "  public/manifest.json:1:1: the manifest has neither a name nor a short_name",
    ]
    assert result.exit_code == 1
    good = check(write_example(tmp_path / "good", {}))
    assert (good.stdout, good.exit_code) == ("nothing to mend\n", 0)


def test_many_places_of_one_rule_are_a_few_lines(tmp_path: Path) -> None:
    members = ",".join(f'"a{number}": 1, "a{number}": 2' for number in range(50))
    write_example(tmp_path, {})
    (tmp_path / "manifest.json").write_text(f'{{"name": "Bakery",{members}}}')
    lines = check(tmp_path, "--select", "manifest-json").stdout.splitlines()
    assert len(lines) < 12
    assert "  and 47 more" in lines
    assert lines[-1] == "50 errors"


def test_json(site: Path) -> None:
    report = json.loads(check(site, "--format", "json", "--select", "manifest-name").stdout)
    (finding,) = report["findings"]
    assert finding["rule"] == "manifest-name"
    assert finding["severity"] == "error"
    assert finding["where"] == "public/manifest.json:1:1"
    assert finding["message"]
    assert finding["fix"] == '"name": "…" in the manifest'
    assert report["counts"] == {"error": 1, "warning": 0, "note": 0}


def test_sarif_as_an_independent_reader_takes_it(site: Path) -> None:
    from sarif_pydantic import Sarif  # a tenth of a second, in whatever collects this file

    text = check(site, "--format", "sarif").stdout
    log = Sarif.model_validate_json(text)
    run = log.runs[0]
    assert run.results is not None
    assert run.tool.driver.rules is not None
    ids = [rule.id for rule in run.tool.driver.rules]
    for result in run.results:
        assert result.rule_id == ids[result.rule_index or 0]
    uris = {
        location["physicalLocation"]["artifactLocation"]["uri"]
        for result in json.loads(text)["runs"][0]["results"]
        for location in result["locations"]
    }
    assert all(Path(unquote(uri)).exists() for uri in uris), uris


def test_sarif_has_a_servers_urls_as_they_are(site: Path) -> None:
    with SiteServer(site) as server:
        report = json.loads(check(server.url, "--format", "sarif", "--select", "manifest-name").stdout)
    (result,) = report["runs"][0]["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == f"{server.url}manifest.json"


def test_one_finding_is_one_error(site: Path) -> None:
    assert check(site, "--select", "manifest-name").stdout.splitlines()[-1] == "1 error"


def test_junit_has_a_case_for_each_rule(site: Path) -> None:
    suite = ElementTree.fromstring(check(site, "--format", "junit").stdout).find("testsuite")
    assert suite is not None
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert set(cases) >= {rule.id for rule in RULES}
    failure = cases["manifest-name"].find("failure")
    assert failure is not None
    assert "fix: " in (failure.text or "")
    assert int(suite.get("failures", "")) == sum(case.find("failure") is not None for case in cases.values())


def test_rules_are_named_one_by_one_or_with_commas(site: Path) -> None:
    once = check(site, "--select", "manifest-name, head-", "--ignore", "head-viewport,head-csp")
    each = check(
        *(site, "--select", "manifest-name", "--select", "head-"),
        *("--ignore", "head-viewport", "--ignore", "head-csp"),
    )
    assert once.stdout == each.stdout and "manifest-name" in once.stdout
    refusal = check(site, "--select", "head-,manifest-nam").exception
    assert 'there is no rule "manifest-nam"' in str(refusal)


@pytest.mark.slow
def test_github_has_one_command_a_finding(site: Path) -> None:
    lines = check(site, "--format", "github").stdout.splitlines()
    count = len(json.loads(check(site, "--format", "json").stdout)["findings"])
    assert len(lines) == count
    for line in lines:
        assert re.fullmatch(r"::(?:error|warning|notice) title=[\w-]+(?:,\w+=[^,:]+)*::.+", line), line
    assert any(
        line.startswith("::error title=manifest-name,file=public/manifest.json,line=1") for line in lines
    )


def test_what_could_not_be_read_is_named(not_root: None) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "index.html").write_text("<title>Bakery</title>")
        for number in range(4):
            (folder / f"{number}.html").write_text("<title>A page</title>")
            (folder / f"{number}.html").chmod(0)
        (folder / "private").mkdir(mode=0)
        result = check(folder, "--format", "json", "--fail-on", "never")
    assert "findings" in json.loads(result.stdout)
    assert result.stderr.splitlines() == [
        f"{folder}: 0.html was not checked: it cannot be read (Permission denied)",
        f"{folder}: 1.html was not checked: it cannot be read (Permission denied)",
        f"{folder}: 2.html was not checked: it cannot be read (Permission denied)",
        f"{folder}: nor were 2 more",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("format", ["text", "github"])
def test_a_terminal_obeys_nothing_of_a_site(format: str, tmp_path: Path) -> None:
    page = '<link rel="manifest" href="\x1b]0;\x07a.json"><title>Bakery</title>'
    write_example(tmp_path, {"index.html": page})
    stdout = check(tmp_path, "--format", format).stdout
    assert "there is no file at" in stdout and stdout.replace("\n", "").isprintable()


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.slow
def test_the_page_is_whole_and_takes_nothing_from_the_site_as_markup(site: Path) -> None:
    check(site, "--html", "report.html")
    text = Path("report.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert not {"script", "iframe", "link", "object"} & {tag for tag, _ in page.tags}
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert all((picture["src"] or "").startswith("data:image/") and picture["alt"] for picture in pictures)
    # On light and on dark: as it is, under four masks, and as iOS shows it.
    assert Counter(picture["alt"] for picture in pictures) == {
        "icons/icon-192.png": 2,
        "icons/icon-512.png": 2,
        "icons/maskable-512.png": 2 * 4,
        "icons/apple-touch-icon.png": 2,
    }
    assert not re.search(r"(?:src|href)=.?https?:", text)


def test_a_baseline_hides_what_is_known(site: Path) -> None:
    assert check(site, "--select", "manifest-", "--write-baseline", "known.json").exit_code == 0
    result = check(site, "--select", "manifest-", "--baseline", "known.json", "--fail-on", "note")
    assert result.exit_code == 0
    assert result.stdout.startswith("nothing to mend\n")
    assert "known findings are not counted" in result.stdout
    (site / "manifest.json").write_text("[]")
    again = check(site, "--select", "manifest-", "--baseline", "known.json")
    assert again.exit_code == 1
    assert "manifest-json" in again.stdout


def test_a_baseline_that_is_none(site: Path) -> None:
    for text, words in ((None, "no such file"), ("[]", "not a list"), ('{"findings": [1]}', "not a list")):
        if text:
            Path("known.json").write_text(text)
        result = check(site, "--select", "manifest-name", "--baseline", "known.json")
        assert words in str(result.exception)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, text",
    [
        ("pyproject.toml", '[tool.pwagen.check]\nignore = ["manifest-"]\n'),
        ("pyproject.toml", '[tool.pwagen.check]\nfail_on = "never"\n'),
        ("pyproject.toml", '[tool.pwagen.check]\nselect = ["server-"]\n'),
        ("pwagen.yaml", "app: {name: Bakery}\ncheck: {fail_on: never}\n"),
    ],
)
def test_settings_above_the_site_hold(site: Path, name: str, text: str) -> None:
    assert check(site).exit_code == 1
    Path(name).write_text(text)
    assert check(site).exit_code == 0


@pytest.mark.slow
def test_severities_of_settings(site: Path) -> None:
    severities = "\n".join(f'{rule.id} = "note"' for rule in RULES)
    Path("pyproject.toml").write_text(f"[tool.pwagen.check.severity]\n{severities}\n")
    assert check(site).exit_code == 0
    assert check(site, "--fail-on", "note").exit_code == 1


@pytest.mark.parametrize(
    "text, words",
    [
        ('[tool.pwagen.check]\nignor = ["x"]\n', 'did you mean "ignore"'),
        ("[tool.pwagen]\ncheck = 3\n", "check"),
        ("[tool]\npwagen = 3\n", "tool.pwagen is not a table"),
        ("[tool", "not TOML"),
        ('[tool.pwagen.check]\nignore = ["manifest-nam"]\n', 'did you mean "manifest-name"'),
    ],
)
def test_settings_that_are_wrong(site: Path, text: str, words: str) -> None:
    Path("pyproject.toml").write_text(text)
    result = check(site)
    assert words in str(result.exception)
    assert not isinstance(result.exception, (KeyError, TypeError, AttributeError))


@pytest.mark.slow
def test_every_rule_is_explained() -> None:
    for rule in RULES:
        text = check("--explain", rule.id).stdout
        assert rule.why in text
        assert all(fix in text for fix in rule.fixes.values())
    assert len(check("--explain", "all").stdout.splitlines()) == len(RULES)
    assert 'did you mean "manifest-name"' in str(check("--explain", "manifest-nam").exception)


@pytest.mark.parametrize("name", ["nowhere", "public/index.html"])
def test_what_is_no_site_is_one_line(site: Path, name: str) -> None:
    result = check(name)
    assert "name a published folder, a project or a URL" in str(result.exception)


def test_a_folder_without_anything(tmp_path: Path) -> None:
    assert check(tmp_path).exit_code == 1
    assert "publish-empty" in check(tmp_path).stdout


def test_lines_are_cut_between_words_at_a_terminal() -> None:
    line = "  public/service-worker.js:118:3: a push can end here without a notification, and nobody knows"
    assert wrapped(line, 60) == [
        "  public/service-worker.js:118:3: a push can end here",
        "    without a notification, and nobody knows",
    ]
    assert wrapped("  a/path/that-is-wider.js: gone", 12) == ["  a/path/that-is-wider.js:", "    gone"]
    assert wrapped("", 80) == [""]
