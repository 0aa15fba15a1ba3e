"""register.more.js: loaded the first time that something needs it, of the page's own build, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pwagen.build.plan import plan
from pwagen.build.project import read_project
from pwagen.build.write import write
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.site_server.site_server import Answers, SiteServer
from tests.browser.features.conftest import STRICT_POLICY, Harbour

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LOADED = """performance.getEntriesByType('resource').map(({ name }) => name)
  .filter((name) => name.includes('register.more.js'))"""
# The shortest ways to a sentence for users: notifications are blocked, and an app that can't be installed.
DENIED = "pwagen.notifications.request().catch(({ name, message }) => [name, message])"
NO_OFFER = "pwagen.install.prompt().catch(({ name, message }) => [name, message])"
DENIED_SENTENCE = [
    "PermissionDeniedError",
    "Notifications are blocked for this site. Allow them in the browser's site settings, then try again.",
]
NO_OFFER_SENTENCE = [
    "InstallUnavailableError",
    "The browser doesn't offer to install this app at the moment.",
]
SKIP_WAITING = """navigator.serviceWorker.getRegistration()
  .then(({ waiting }) => waiting.postMessage({ pwagen: 'skip-waiting' }))"""
NO_CONNECTION = "The server couldn't be reached."
NONCE_POLICY = (
    "default-src 'self'; script-src 'nonce-harbour'; worker-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types pwagen"
)


def settled(harbour: Harbour, page: Page) -> None:
    """Wait until the page has done what it does at each visit."""
    harbour.until(page, "document.documentElement.dataset.pwagenPush !== undefined")
    page.evaluate("pwagen.ready.then(() => new Promise((resolve) => setTimeout(resolve, 300)))")


def test_a_visit_loads_it_when_something_needs_it_or_may_without_a_network(harbour: Harbour) -> None:
    page = harbour.open("about.html", permission="denied")
    settled(harbour, page)
    assert page.evaluate(LOADED) == []
    assert page.evaluate(DENIED) == DENIED_SENTENCE
    assert page.evaluate(DENIED) == DENIED_SENTENCE
    version = page.evaluate("pwagen.version().then(({ page }) => page)")
    assert page.evaluate(LOADED) == [f"{harbour.site.url}register.more.js?{version}"]
    assert page.locator("script[src*=more]").count() == 0

    # A form for the outbox has it before the network is gone.
    page.goto(harbour.site.url + "contact.html")
    harbour.until(page, f"{LOADED}.length > 0")
    harbour.chromium.set_offline(True)
    page.goto(harbour.site.url + "about.html")
    assert page.evaluate(DENIED) == DENIED_SENTENCE
    harbour.chromium.reset()  # the browser asks for manifest and icon without the worker


def test_a_page_gets_that_of_its_own_build_while_the_next_one_waits_and_once_it_has_taken_over(
    harbour: Harbour,
) -> None:
    page, other = (harbour.open("about.html", permission="denied") for _ in range(2))
    for one in (page, other):
        one.evaluate("pwagen.addEventListener('update', (event) => event.preventDefault())")
    harbour.deploy({"new.html": "<!DOCTYPE html><head></head><title>New</title>"})
    harbour.find_new_build(page)
    harbour.site.clear()
    assert page.evaluate(DENIED) == DENIED_SENTENCE
    assert harbour.site.requests_for("register.more.js") == []

    page.evaluate(SKIP_WAITING)
    # Not by asking for versions all the time: a worker stays for as long as it is asked.
    harbour.chromium.poll(
        lambda: [version.status for version in harbour.chromium.workers.versions(page.url)] == ["activated"],
        what="the new worker to have taken over",
    )
    assert other.evaluate("pwagen.version().then(({ page, worker }) => page !== worker)")
    assert other.evaluate(DENIED) == DENIED_SENTENCE


@pytest.fixture
def online_app(tmp_path: Path) -> Path:
    """Build an app whose worker stores nothing, and return its site."""
    site = tmp_path / "public"
    site.mkdir()
    (site / "index.html").write_text(
        "<!DOCTYPE html><title>Online</title><script nonce=harbour src=register.js defer></script>"
        "<button data-pwagen=install>Install</button><p data-pwagen=message></p>"
    )
    build_online_app(site, "Online")
    return site


def build_online_app(site: Path, name: str) -> None:
    project = site.parent
    (project / "pwagen.yaml").write_text(f"app: {{name: {name}}}\noffline: false\n")
    write(plan(read_project(project)), site, project)


def test_a_page_refuses_that_of_another_build_and_offers_to_reload_and_a_load_that_fails_is_tried_again(
    online_app: Path, chromium: Chromium, serve_site: Callable[..., SiteServer]
) -> None:
    site = serve_site(online_app, answers=Answers(headers={"Content-Security-Policy": STRICT_POLICY}))
    page = chromium.open(site.url, wait_for_worker=True)
    build_online_app(online_app, "Renamed")
    assert page.evaluate(NO_OFFER) == ["InstallUnavailableError", NO_CONNECTION]
    chromium.poll(
        lambda: page.evaluate("document.documentElement.dataset.pwagenUpdate") == "ready", what="the update"
    )
    assert [str(problem) for problem in chromium.problems] == []

    page.reload()
    page.evaluate("pwagen.ready")
    site.clear()
    site.answers.status["register.more.js"] = 503
    assert page.evaluate(NO_OFFER) == ["InstallUnavailableError", NO_CONNECTION]
    assert len(site.requests_for("register.more.js")) == 1
    page.locator("button").evaluate("(button) => { button.hidden = false; button.click(); }")
    chromium.poll(lambda: page.locator("p").inner_text() == NO_CONNECTION, what="the message")
    site.answers.status.clear()
    assert page.evaluate(NO_OFFER) == NO_OFFER_SENTENCE
    assert page.evaluate(NO_OFFER) == NO_OFFER_SENTENCE
    assert len(site.requests_for("register.more.js")) == 3
    chromium.problems.clear()


def test_a_policy_of_nonces_lets_it_through(
    online_app: Path, chromium: Chromium, serve_site: Callable[..., SiteServer]
) -> None:
    site = serve_site(online_app, answers=Answers(headers={"Content-Security-Policy": NONCE_POLICY}))
    page = chromium.open(site.url, wait_for_worker=True)
    assert page.evaluate(NO_OFFER) == NO_OFFER_SENTENCE
    assert [str(problem) for problem in chromium.problems] == []


def test_trusted_types_without_our_policy_are_named_as_the_reason(
    online_app: Path, chromium: Chromium, serve_site: Callable[..., SiteServer]
) -> None:
    policy = STRICT_POLICY.replace("trusted-types pwagen", "trusted-types other")
    site = serve_site(online_app, answers=Answers(headers={"Content-Security-Policy": policy}))
    page = chromium.new_page()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.goto(site.url)
    assert page.evaluate("pwagen.ready") is None
    chromium.poll(
        lambda: any("add “trusted-types pwagen”" in message for message in messages), what="the remedy"
    )
    assert page.evaluate(NO_OFFER) == ["InstallUnavailableError", NO_CONNECTION]
    chromium.problems.clear()
