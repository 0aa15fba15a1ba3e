"""`pwagen test` blames a site for its own faults alone, and names the cause and what to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pwagen.apptest.target import TargetSite, open_target
from pwagen.testing.site_server.site_server import Answers, SiteServer
from tests.browser.apptest.conftest import Run, site
from tests.folders import copy_sample

pytestmark = pytest.mark.browser

PRECACHE = 'precache: ["**/*.html", "assets/**"]'
"""What the sample says."""


def built(folder: Path, without: str = "", head: str = "", **changes: str) -> TargetSite:
    """Return the sample with other lines in its pwagen.yaml: what to replace, and by what.

    ``without`` is left out of its start page, and ``head`` is added to it.
    """
    project = copy_sample(folder / "project")
    config = project / "pwagen.yaml"
    text = config.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    config.write_text(text)
    page = project / "public/index.html"
    page.write_text(page.read_text().replace(without, "").replace("<head>", f"<head>{head}", 1))
    return open_target(str(project), folder)


def test_what_the_config_leaves_to_the_network_is_no_deep_page(run: Run, tmp_path: Path) -> None:
    offline = """precache: ["*.html", "content/**", "assets/**"]
  never: ["tides/**"]"""
    target = built(tmp_path, **{PRECACHE: offline})
    result = run(target, "offline-deep")["offline-deep"]
    assert (result.status, "/tides/" in result.seen) == ("passed", False), result


def test_a_site_that_is_built_for_one_address_is_told_what_a_folder_takes(run: Run, tmp_path: Path) -> None:
    (result,) = run(site(tmp_path / "site", "one-address"), "sub-path").values()
    assert (result.status, result.seen) == (
        "skipped",
        "not applicable: its pages name /page.js, so the site is built for one address - "
        "to serve it in a folder, too, name it without the slash in front: page.js",
    )


def test_a_request_that_fails_is_named_and_an_app_without_an_icon_is_told_what_to_write(
    run: Run, tmp_path: Path
) -> None:
    target = site(tmp_path / "site")
    with (tmp_path / "site/page.js").open("a") as script:
        script.write("fetch('data/tides.json').then(({ ok }) => ok || console.error('Request failed'));\n")
    (tmp_path / "site/manifest.json").write_text(
        '{"name": "Quay", "start_url": "./", "display": "standalone"}'
    )
    results = run(target, "register", "install")
    register, install = results["register"], results["install"]
    assert (register.status, install.status) == ("failed", "failed")
    assert "status of 404 (Not Found) (good/data/tides.json" in register.seen
    assert register.seen.endswith("; requests that failed: good/data/tides.json (status 404)")
    assert register.where.startswith("good/data/tides.json")
    assert install.hint == (
        "write in pwagen.yaml: icons: {source: logo.svg}, a picture of at least 512 × 512 pixels or an SVG"
    )


def test_a_page_of_a_signed_in_site_names_the_header_and_an_address_that_is_stored_passes(
    run: Run, tmp_path: Path, serve_site: Callable[..., SiteServer]
) -> None:
    folder = built(tmp_path, **{PRECACHE: f"precache_urls: [prices/today]\n  {PRECACHE}"}).folder
    assert folder
    server = serve_site(folder)
    # As frameworks answer: pages that are in no folder, and so in no list of files.
    for path, headers in (("account/today", {"Vary": "Cookie"}), ("prices/today", {})):
        server.answers.content[path] = (folder / "about.html").read_bytes()
        server.answers.path_headers[path] = {"Content-Type": "text/html", **headers}
    index = (folder / "index.html").read_bytes()
    server.answers.content[""] = index.replace(b"<main", b'<a href="account/today">You</a><main', 1)
    results = run(open_target(server.url, tmp_path), "offline-deep", "offline-urls")
    stored, result = results["offline-urls"], results["offline-deep"]
    assert (stored.status, stored.seen) == ("passed", "1 of 1"), stored
    assert result.status == "failed"
    assert "the page was not stored, for its header “Vary: Cookie”" in result.seen
    assert "personal: true" in result.hint


def test_addresses_that_are_not_stored_are_named_with_their_reasons(run: Run, tmp_path: Path) -> None:
    found = {"Content-Type": "text/html"}
    addresses: dict[str, tuple[int, dict[str, str]]] = {
        "account/today": (200, found),
        "account/gone": (404, found),
        "account/log-in": (302, found | {"Location": "../about.html"}),
        "account/mine": (200, found | {"Vary": "Accept, Cookie"}),
    }
    target = built(tmp_path, **{PRECACHE: f"precache_urls: [{', '.join(addresses)}]\n  {PRECACHE}"})
    assert target.folder
    answers = Answers(
        content=dict.fromkeys(addresses, (target.folder / "about.html").read_bytes()),
        path_headers={address: headers for address, (_, headers) in addresses.items()},
        status={address: status for address, (status, _) in addresses.items()},
    )
    with SiteServer(target.folder, "/", answers) as server:
        (result,) = run(open_target(server.url, tmp_path), "offline-urls").values()
    assert result.status == "failed"
    for seen in (
        "/account/gone (the server answers with the status 404)",
        "/account/log-in (it redirects, as to a log-in)",
        "/account/mine (its header “Vary: Accept, Cookie”)",
    ):
        assert seen in result.seen
    for hint in ("correct the address", "the address that it leads to", "personal: true"):
        assert hint in result.hint
    assert "/account/today (" not in result.seen


@pytest.mark.parametrize("made_by", ["pwagen", "others"])
def test_a_policy_that_forbids_an_installation_is_named_by_its_directive(
    run: Run, built_sample: Path, tmp_path: Path, serve_site: Callable[..., SiteServer], made_by: str
) -> None:
    folder = built_sample if made_by == "pwagen" else site(tmp_path / "site").folder
    server = serve_site(folder)
    server.answers.headers["Content-Security-Policy"] = "connect-src 'none'"
    (result,) = run(open_target(server.url, tmp_path), "register").values()
    assert result.status == "failed"
    assert "“connect-src 'none'”" in result.seen
    assert "connect-src 'self'" in result.hint


# A page asks three times; of its timers only those of the pauses between are of no whole number.
HASTY = """<script>
const real = setTimeout;
self.setTimeout = (call, delay, ...rest) => real(call, Number.isInteger(delay) ? delay : delay / 50, ...rest);
</script>"""


@pytest.mark.parametrize("has_button", [True, False])
def test_subscriptions_that_another_host_takes_are_not_the_sites_fault(
    run: Run, tmp_path: Path, has_button: bool
) -> None:
    change = {"endpoint: api/push/subscriptions": "endpoint: https://push.invalid/tides"}
    target = built(tmp_path, "" if has_button else 'data-pwagen="push"', HASTY, **change)
    results = run(target, "subscribe", "push-text", "resubscribe")
    assert {id: result for id, result in results.items() if result.status != "passed"} == {}
    assert (
        results["subscribe"].seen
        == "subscribed; not reported to push.invalid, which is not reached from here"
    )


# A worker that shows nothing before what it has asked for has failed, and the browser has said so.
ASKS_FIRST = """
let counted;
const display = ServiceWorkerRegistration.prototype.showNotification;
ServiceWorkerRegistration.prototype.showNotification = async function (...content) {
  const answers = [%s];
  for (const answer of answers) answer.then(); // and nobody takes its error
  await Promise.allSettled(answers);
  await new Promise((resolve) => setTimeout(resolve, 300));
  return display.apply(this, content);
};
"""


def asking_first(folder: Path, requests: str) -> TargetSite:
    """Return the site that is right, but that its worker asks for something at each push, and throws."""
    target = site(folder)
    worker = folder / "sw.js"
    worker.write_text(worker.read_text() + ASKS_FIRST % requests)
    return target


def test_a_worker_that_another_host_doesnt_answer_is_not_the_sites_fault_a_step_later_either(
    run: Run, tmp_path: Path
) -> None:
    # No page asks for it, so the console names no host; the second push throws what the first one got.
    request = 'counted ??= fetch("https://counts.invalid/shown")'
    results = run(asking_first(tmp_path / "site", request), "push-bare", "push-text")
    assert {id: result.seen for id, result in results.items() if result.status != "passed"} == {}


def test_a_request_of_a_worker_to_its_own_site_is_the_sites_fault_beside_one_to_another_host(
    run: Run, tmp_path: Path
) -> None:
    requests = 'fetch("https://counts.invalid/shown").catch(() => 0), fetch("about", { redirect: "error" })'
    target = asking_first(tmp_path / "site", requests)
    (result,) = run(target, "push-bare").values()
    assert result.status == "failed", result
    assert "good/about (net::" in result.seen
