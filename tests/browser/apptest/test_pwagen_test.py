"""`pwagen test`: sites that are right pass every step, and each known defect is caught by its name."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from playwright.sync_api import Error

from pwagen.apptest.run_steps import run_steps
from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.step import Result, Step
from pwagen.apptest.steps import STEPS
from pwagen.apptest.steps.firefox_steps import ABSENT
from pwagen.apptest.target import TargetSite, open_target
from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import SiteServer
from tests.browser.apptest.conftest import BROKEN, Run, site
from tests.folders import SAMPLE, copy_sample

pytestmark = pytest.mark.browser


# The folder of the defect, the step that catches it, and a word of what it says.
DEFECTS = [
    ("silent-on-empty-push", "push-empty", "no notification"),
    ("throws-on-text", "push-text", "not valid JSON"),
    ("click-opens-duplicate", "click-no-duplicate", "a second window"),
    ("navigate-before-focus", "click-focus-first", "navigate → focus"),
    ("badge-never-cleared", "badge-cleared", "badge 1 after a click and opening the app"),
    ("no-resubscribe", "resubscribe", "didn't subscribe"),
    ("html-cache-first", "update", "still the old page"),
    ("precache-404-bricks", "missing-file", "without icon.svg there is no worker"),
    ("absolute-paths", "sub-path", "/sw.js"),
    ("inline-script", "strict-csp", "inline script"),
]
STEP_OF = {defect: step for defect, step, _ in DEFECTS}

SITES = (
    ("throws-on-text", "click-opens-duplicate", "no-resubscribe", "html-cache-first", "absolute-paths"),
    (
        "silent-on-empty-push", "navigate-before-focus", "badge-never-cleared", "inline-script",
        "precache-404-bricks",
    ),
)  # fmt: skip
"""Of all defects those that are no matter to each other, in one site."""
NEEDS_PRECACHE = "missing-file"
"""Skipped where the worker stores nothing at installation."""
NEED_PWAGEN = {
    "permission-granted", "sync", "periodic-sync", "outbox", "download", "offline-urls", "caches-deleted",
    "update-offered", "update-post", "update-typed",
}  # fmt: skip
"""Skipped where the worker is of another make, and has nothing of the kind."""
SITE_NAMES = [" ".join(defects) for defects in SITES]


@pytest.fixture
def quick_to_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait no longer for what doesn't come than a few times what it takes: the site's files are small."""
    monkeypatch.setattr("pwagen.apptest.steps.resubscription.RENEWAL_SECONDS", 2)
    monkeypatch.setattr("pwagen.apptest.steps.update.OWN_UPDATE_SECONDS", 1)
    monkeypatch.setattr("pwagen.apptest.steps.deployment.PATIENCE_SECONDS", 2)
    monkeypatch.setattr("pwagen.apptest.steps.freshness.PATIENCE_SECONDS", 1)


def test_each_defect_is_caught_by_its_step_alone(run: Run, quick_to_judge: None, tmp_path: Path) -> None:
    results = run(site(tmp_path / "site", *SITES[0]), *STEP_OF.values())
    _caught(results, {step: seen for defect, step, seen in DEFECTS if defect in SITES[0]})


def test_a_worker_of_another_make_passes_every_step_it_can_but_those_of_its_defects(
    run: Run, quick_to_judge: None, tmp_path: Path
) -> None:
    results = run(site(tmp_path / "site", *SITES[1]))
    assert list(results) == [step.id for step in STEPS]
    _caught(results, {step: seen for defect, step, seen in DEFECTS if defect in SITES[1]}, NEED_PWAGEN)
    assert [id for id in NEED_PWAGEN if "not applicable" not in results[id].seen] == []


def _caught(results: dict[str, Result], seen: dict[str, str], may_skip: Collection[str] = ()) -> None:
    """Hold that these steps failed, by what they saw, and that all others passed."""
    failed = {id: result for id, result in results.items() if result.status == "failed"}
    assert failed.keys() == seen.keys(), results
    skipped = {id for id, result in results.items() if result.status == "skipped"}
    assert skipped <= {NEEDS_PRECACHE, *may_skip}
    assert {id: failed[id].seen for id in seen if seen[id] not in failed[id].seen} == {}
    assert all(result.where for result in failed.values())


def test_errors_of_pages_and_workers_are_failures_once(run: Run, tmp_path: Path) -> None:
    target = site(tmp_path / "site")
    lines = (tmp_path / "site/page.js").read_text().count("\n")
    with (tmp_path / "site/page.js").open("a") as script:
        script.write("console.error('the tide is out');\n")
    with (tmp_path / "site/sw.js").open("a") as script:
        script.write("addEventListener('push', () => { throw new Error('a leak in the worker'); });\n")
    results = run(target, "register", "manifest", "push-bare", "push-text")
    assert {id: result.status for id, result in results.items()} == {
        "register": "failed",
        "manifest": "passed",
        "push-bare": "failed",
        "push-text": "passed",
    }
    page, worker = results["register"], results["push-bare"]
    assert (page.seen.partition(" (")[0], page.expected) == ("console error: the tide is out", "no error")
    assert page.where == f"good/page.js:{lines + 1}"
    assert "worker exception" in worker.seen
    assert "a leak in the worker" in worker.seen
    assert worker.where.startswith("good/sw.js")


def test_provoked_errors_and_errors_of_other_hosts_do_not_fail_a_step(run: Run, tmp_path: Path) -> None:
    target = site(tmp_path / "site")
    page = tmp_path / "site/index.html"
    elsewhere = '<img src="https://elsewhere.invalid/x.png" alt="">'
    page.write_text(page.read_text().replace("</h1>", f"</h1>{elsewhere}"))
    script = tmp_path / "site/page.js"
    script.write_text(script.read_text() + "if (!navigator.onLine) console.error('Failed to fetch');\n")
    results = run(target, "register", "offline-start")
    assert {id: result.seen for id, result in results.items() if result.status != "passed"} == {}

    page.write_text(page.read_text().replace("https://elsewhere.invalid/", ""))
    script.write_text(script.read_text().replace("Failed to fetch", "no bait"))
    results = run(target, "register", "offline-start")
    assert "404" in results["register"].seen
    assert results["register"].where.startswith("good/x.png")
    assert "no bait" in results["offline-start"].seen


def test_a_page_that_subscribes_when_it_opens_has_asked(run: Run, tmp_path: Path) -> None:
    target = site(tmp_path / "site")
    with (tmp_path / "site/page.js").open("a") as script:
        options = json.dumps(
            {"userVisibleOnly": True, "applicationServerKey": generate_key_pair().public_key}
        )
        script.write(f"const ask = (found) => found.pushManager.subscribe({options});\n")
        script.write("navigator.serviceWorker.ready.then(ask).catch(() => {});\n")
    (result,) = run(target, "permission-default").values()
    assert (result.status, result.seen) == ("failed", "the page asked for the permission without a click")


# A page is stored when it is visited, and not before the second time.
AT_THE_SECOND_VISIT = """const response = await fetch(request);
    if (visited.has(request.url)) await (await caches.open(CACHE)).put(request, response.clone());
    visited.add(request.url);
    return response;"""


def test_the_deepest_link_is_that_of_a_page_and_may_be_stored_at_the_second_visit(
    run: Run, tmp_path: Path, serve_site: Callable[..., SiteServer]
) -> None:
    target = site(tmp_path / "site")
    worker = tmp_path / "site/offline.js"
    text = worker.read_text().replace('"about/", "offline.html", ', "")
    text = text.replace("return await fetch(request);", AT_THE_SECOND_VISIT)
    worker.write_text(f"const visited = new Set();\n{text}")
    (tmp_path / "site/files/of/2026").mkdir(parents=True)
    (tmp_path / "site/files/of/2026/atlas.zip").write_bytes(b"PK")
    (tmp_path / "site/files/of/2026/leaflet").write_bytes(b"%PDF-")
    page = tmp_path / "site/index.html"
    links = "".join(f'<a href="files/of/2026/{name}">Get it</a>' for name in ("atlas.zip", "leaflet"))
    page.write_text(page.read_text().replace("</h1>", f"</h1>{links}"))
    server = serve_site(tmp_path / "site")
    server.answers.path_headers["files/of/2026/leaflet"] = {"Content-Type": "application/pdf"}
    for tested in (target, open_target(server.url, tmp_path)):
        (result,) = run(tested, "offline-deep").values()
        assert (result.status, result.seen) == ("passed", "“About the quay” at /about/")


# Not the click's order of calls and the badge, and what Firefox says in other words.
DEFECTS_IN_FIREFOX = [
    ("silent-on-empty-push", "push-empty", "no notification: the push event ended"),
    ("throws-on-text", "push-text", "no notification"),
    ("click-opens-duplicate", "click-no-duplicate", "a second window"),
    ("no-resubscribe", "resubscribe", "didn't subscribe"),
    ("html-cache-first", "update", "still the old page"),
    ("precache-404-bricks", "missing-file", "without icon.svg there is no worker"),
    ("absolute-paths", "sub-path", "/sw.js"),
    ("inline-script", "strict-csp", "inline script"),
]


@pytest.mark.parametrize("defects", SITES, ids=SITE_NAMES)
def test_firefox_catches_it_too(
    run_in_firefox: Run, quick_to_judge: None, tmp_path: Path, defects: tuple[str, ...]
) -> None:
    seen = {step: seen for defect, step, seen in DEFECTS_IN_FIREFOX if defect in defects}
    # A step after one that failed finds everything as it should be, too: enough to see it in one site.
    others = {step for _, step, _ in DEFECTS_IN_FIREFOX} if defects == SITES[0] else ()
    _caught(run_in_firefox(site(tmp_path / "site", *defects), *seen, *others), seen)


def test_a_key_that_is_not_the_servers_a_form_without_a_rule_and_a_missing_download_are_caught(
    run: Run, tmp_path: Path
) -> None:
    project = copy_sample(tmp_path / "project")
    config = project / "pwagen.yaml"
    config.write_text(config.read_text().replace("match: api/contact", "match: api/comments"))
    folder = open_target(str(project), tmp_path).folder
    assert folder
    (folder / "media/fog-signal.wav").unlink()
    ids = ("subscribe", "push-text", "outbox", "download")
    results = run(TargetSite("sample", "folder", folder), *ids, key_pair=generate_key_pair())
    _key_caught(results)
    outbox, download = results["outbox"], results["download"]
    assert (outbox.status, outbox.seen) == (
        "failed",
        "the form is not kept: does a rule of outbox match its action?",
    )
    assert (download.status, download.seen) == ("failed", "fog-signal is failed")
    assert download.where == "media/fog-signal.wav"


def test_firefox_catches_a_key_that_is_not_the_servers_and_takes_screenshots(
    run_in_firefox: Run, built_sample: Path, tmp_path: Path
) -> None:
    target = TargetSite("sample", "folder", built_sample)
    ids = ("subscribe", "push-text", "offline-start")
    _key_caught(run_in_firefox(target, *ids, key_pair=generate_key_pair(), shots=tmp_path))
    assert (tmp_path / "offline-start.png").read_bytes().startswith(b"\x89PNG")


def _key_caught(results: dict[str, Result]) -> None:
    subscribe, push = results["subscribe"], results["push-text"]
    assert (subscribe.status, push.status) == ("failed", "failed")
    assert subscribe.expected.startswith("the key of --vapid-key")
    assert subscribe.where.endswith("/sw.js")
    assert "the push service refused the message with 403" in push.seen
    assert push.where


def test_a_badge_is_judged_by_its_rule(run: Run, tmp_path: Path) -> None:
    project = copy_sample(tmp_path / "project")
    config = project / "pwagen.yaml"
    config.write_text(config.read_text().replace("on_push: add", "on_push: 3"))
    results = run(open_target(str(project), tmp_path), "badge-push", "badge-cleared")
    assert {id: result.seen for id, result in results.items()} == {
        "badge-push": "no badge, then 3",
        "badge-cleared": "gone after a click, gone when the app opens",
    }


def test_what_needs_the_server_is_named_where_it_is_not_ours(
    run: Run, serve_site: Callable[..., SiteServer], tmp_path: Path
) -> None:
    server = serve_site(BROKEN / "good")
    ids = ("register", "push-empty", "update", "update-offered", "strict-csp", "sub-path", "missing-file")
    results = run(open_target(server.url, tmp_path), *ids)
    assert [results[id].status for id in ids] == ["passed", "passed", *["skipped"] * 5]
    here = [results[id].seen for id in ids if "not possible here" in results[id].seen]
    assert len(here) == 4


def test_a_step_after_one_that_failed_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pwagen.apptest.sites.chromium_site.WORKER_SECONDS", 1)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<title>No worker</title>")
    results = run(TargetSite("bare", "folder", tmp_path / "site"), "register", "push-text")
    assert results["register"].status == "failed"
    assert results["push-text"].status == "skipped"
    assert results["push-text"].seen == "needs a worker: see register"


HANGS = """
if (navigator.serviceWorker.controller && location.pathname.includes("about")) setTimeout(() => {{
  const request = new XMLHttpRequest();
  request.open("GET", "{url}", false);
  request.send();
}});
"""


def test_a_page_that_hangs_is_given_up(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def limit(step: Step[Any]) -> None:
        # The other steps have all the time that they need.
        load_seconds, step_seconds = (1, 2) if step.id == "offline-deep" else (15, 90)
        monkeypatch.setattr("pwagen.apptest.sites.chromium_site.LOAD_SECONDS", load_seconds)
        monkeypatch.setattr("pwagen.apptest.sites.chromium_site.STEP_SECONDS", step_seconds)

    target = site(tmp_path / "site")
    ids = ("register", "offline-deep", "offline-missing", "push-text")
    with socket.create_server(("127.0.0.1", 0)) as silent, (tmp_path / "site/page.js").open("a") as script:
        # It waits for an answer, where others compute for ever: neither takes part in anything any more.
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        script.write(HANGS.format(url=url))
        script.flush()
        results = run(target, *ids, before=limit)
    assert results.pop("offline-deep").seen.endswith("hangs")
    assert {result.status for result in results.values()} == {"passed"}


def test_a_browser_that_crashes_costs_no_result(
    chromium: Chromium, push_service: PushService, desktop: Desktop, tmp_path: Path
) -> None:
    with Chromium(push_service, desktop, playwright=chromium.playwright) as doomed:

        def look(result: Result) -> None:
            if result.id == "manifest":
                doomed.cdp.send("Browser.crash")

        tested_site = ChromiumSite(site(tmp_path / "site"), doomed, push_service, desktop)
        ended: list[Result] = []
        chosen = [step for step in STEPS if step.id in ("register", "manifest", "push-text")]
        results = run_steps(tested_site, chosen, after=ended.append, look=look)
        with pytest.raises(Error):
            tested_site.close()
        assert tested_site.server
        with pytest.raises(URLError):
            urllib.request.urlopen(tested_site.url)
    assert results == ended
    register, manifest, push = results
    assert (register.status, manifest.status, push.status) == ("passed", "failed", "failed")
    assert manifest.seen.endswith("; but afterwards: the page or the browser is gone")
    assert (push.seen, push.where) == ("the page or the browser is gone", tested_site.url)


# Synchronous: both errors are there when the page has loaded.
ASK_AWAY_AND_MOAN = """
const away = new XMLHttpRequest();
away.open("GET", "https://font.invalid/", false);
try { away.send(); } catch { console.error("the page moans"); }
"""


def test_an_error_fails_the_step_in_firefox_unless_it_is_of_another_host(
    run_in_firefox: Run, tmp_path: Path
) -> None:
    target = site(tmp_path / "site")
    script = tmp_path / "site/page.js"
    script.write_text(f"{script.read_text()}\n{ASK_AWAY_AND_MOAN}")
    (result,) = run_in_firefox(target, "register").values()
    assert (result.status, result.seen) == ("failed", f"console error: the page moans ({result.where})")
    assert "page.js:" in result.where


def test_a_page_that_hangs_in_firefox_is_given_up(
    run_in_firefox: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limit(step: Step[Any]) -> None:
        # A page that hangs computes until it is given up; the other steps have all the time that they need.
        load_seconds, step_seconds = (1, 2) if step.id == "offline-deep" else (15, 90)
        monkeypatch.setattr("pwagen.apptest.sites.firefox_site.LOAD_SECONDS", load_seconds)
        monkeypatch.setattr("pwagen.apptest.sites.firefox_site.STEP_SECONDS", step_seconds)

    target = site(tmp_path / "site")
    hang = "if (controlled && location.pathname.includes('about')) setTimeout(() => { for (;;); });"
    with (tmp_path / "site/page.js").open("a") as script:
        script.write(f"const controlled = navigator.serviceWorker.controller;\n{hang}\n")
    results = run_in_firefox(target, "register", "offline-deep", "offline-missing", before=limit)
    assert results.pop("offline-deep").seen.endswith("a page hangs")
    assert {result.status for result in results.values()} == {"passed"}


# --- the command ---


def command(*arguments: str, seconds: float = 110) -> subprocess.CompletedProcess[str]:
    """Run `pwagen test` as users do."""
    return subprocess.run(
        [sys.executable, "-m", "pwagen", "test", *arguments], capture_output=True, text=True, timeout=seconds
    )


def key_file(folder: Path, pair: KeyPair) -> Path:
    """Write a private key as a server has it, and return the file."""
    key = folder / "key.json"
    key.write_text(json.dumps({"publicKey": pair.public_key, "privateKey": pair.private_key}))
    return key


NO_URLS = {"offline-urls": "not applicable: no address is stored that has no file (offline.precache_urls)"}
"""The sample is a folder, where every address has a file."""


@pytest.mark.timeout(600)
def test_the_sample_passes_every_step_in_both_browsers_with_messages_signed_by_its_servers_key(
    tmp_path: Path, key_pair: KeyPair
) -> None:
    project = copy_sample(tmp_path / "project")
    config = project / "pwagen.yaml"
    config.write_text(re.sub(r"(vapid_public_key:) .*", rf"\1 {key_pair.public_key}", config.read_text()))
    key, junit = key_file(tmp_path, key_pair), tmp_path / "result.xml"
    arguments = ("--browser", "all", "--vapid-key", str(key), "--junit", str(junit))
    done = command(str(project), *arguments, seconds=580)
    assert done.returncode == 0, done.stdout + done.stderr
    absent = {id: f"not in Firefox: {reason}" for id, reason in ABSENT.items()}
    assert all(reason in done.stdout for reason in absent.values())
    cases = ElementTree.parse(junit).getroot().findall("testsuite/testcase")
    for browser, skipped in (("chromium", NO_URLS), ("firefox", absent | NO_URLS)):
        outcomes = {
            case.get("name"): case[0] for case in cases if case.get("classname") == f"pwagen.{browser}"
        }
        assert list(outcomes) == [step.id for step in STEPS]
        not_passed = {
            id: outcome.get("message") for id, outcome in outcomes.items() if outcome.tag != "system-out"
        }
        assert not_passed == skipped


def test_the_command_reports_for_people_and_machines_and_skips_a_missing_browser_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site(tmp_path / "site", "throws-on-text")
    junit, shots = tmp_path / "result.xml", tmp_path / "shots"
    monkeypatch.setenv("PWAGEN_FIREFOX", str(tmp_path / "none"))
    done = command(
        str(tmp_path / "site"), "--browser", "all", "-k", "push-text or push-bare or offline-start", "--json",
        "--junit", str(junit), "--screenshots", str(shots),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert (report["passed"], report["failed"], report["skipped"]) == (2, 1, 1)
    (firefox,) = (step for step in report["steps"] if step["browser"] == "firefox")
    assert (firefox["status"], "PWAGEN_FIREFOX is" in firefox["seen"]) == ("skipped", True)
    failed = next(step for step in report["steps"] if step["status"] == "failed")
    assert (failed["id"], failed["browser"]) == ("push-text", "chromium")
    assert failed["where"].endswith("site/sw.js")
    assert "push-text" in done.stderr

    suite = ElementTree.parse(junit).getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("4", "1")
    assert suite.find("testcase[@name='push-text']/failure") is not None

    assert (shots / "chromium/offline-start.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((shots / "chromium/push-bare.json").read_text())[0]["title"] == "Bare message"

    monkeypatch.setenv("PWAGEN_CHROMIUM", str(tmp_path / "none"))
    done = command(str(tmp_path / "site"), "--browser", "all")
    assert (done.returncode, done.stdout) == (2, "")
    assert "PWAGEN_CHROMIUM is" in done.stderr


def test_the_command_shows_its_windows(tmp_path: Path, display: None) -> None:
    site(tmp_path / "site")
    done = command(str(tmp_path / "site"), "--headed", "-k", "badge-push")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 0 failed, 0 skipped" in done.stdout


def test_a_run_that_breaks_off_tells_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site(tmp_path / "site")
    monkeypatch.setenv("PWAGEN_FIREFOX", "/bin/false")
    junit = tmp_path / "reports/of/today.xml"
    done = command(str(tmp_path / "site"), "--browser", "all", "-k", "manifest", "--junit", str(junit))
    assert done.returncode == 2
    assert "/bin/false does not start" in done.stderr
    assert "Traceback" not in done.stderr
    assert "1 passed, 0 failed, 0 skipped" in done.stdout
    assert 'name="manifest"' in junit.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "there is no such folder"),
        (["http://example.org/"], "https and on loopback"),
        ([".", "-k", "push and"], "-k 'push and' is wrong"),
        ([str(SAMPLE), "--junit", str(SAMPLE)], "this is a folder - name a file"),
        ([str(SAMPLE), "--junit", __file__ + "/result.xml"], "cannot be a folder, there is a file"),
        ([str(SAMPLE), "--screenshots", __file__], "cannot be a folder, there is a file"),
    ],
)
def test_a_wrong_use_is_told_in_one_line(arguments: list[str], said: str) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
