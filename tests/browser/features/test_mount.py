"""The same site in a folder of its host: what is told apart by paths works there, too.

Nothing in a build knows where it is mounted, so a visit and a day without a network stand for the rest. All
other files have the site at the top of its origin.
"""

from __future__ import annotations

import pytest

from tests.browser.features.conftest import Harbour
from tests.browser.features.test_deploys import redirect
from tests.browser.features.test_installability import assert_same_app
from tests.browser.features.test_launch import launches, share
from tests.browser.features.test_neighbours import THEIRS, open_with_their_worker
from tests.browser.features.test_outbox import CONTACT, POST, bodies, drained, go_online
from tests.browser.features.test_strategies import FETCH, runs

pytestmark = pytest.mark.browser


@pytest.fixture
def mount() -> str:
    """Serve the site below the top of its origin."""
    return "/a/b/"


def test_a_deep_page_is_of_the_same_app_subscribes_and_a_click_opens_its_target(harbour: Harbour) -> None:
    page = harbour.open("content/")
    assert_same_app(harbour, page)
    assert harbour.chromium.installability_errors(page) == []
    # The paper's address for subscriptions, which is relative.
    subscription = harbour.subscribe(page)
    own = {"web_push": 8030, "notification": {"title": "Ferry", "navigate": "./tides/"}}
    for message, action, path in (({"title": "Seal"}, "Yes", "content/"), (own, None, "tides/")):
        page.close()
        harbour.push(subscription, message)
        with harbour.chromium.context.expect_page() as opened:
            harbour.desktop.click(harbour.shown(), action)
        page = opened.value
        assert page.url == harbour.site.url + path
        harbour.desktop.clear()


def test_without_a_network_pages_forms_and_shares_work_in_another_worker_of_the_folder(
    harbour: Harbour,
) -> None:
    answers = harbour.site.answers
    answers.accepts.add(CONTACT)
    answers.content["api/tides"] = "high"
    # A host that leads to addresses of its own.
    redirect(answers, "about.html", "about")
    answers.content["about"] = (harbour.folder / "public/about.html").read_bytes()
    answers.path_headers["about"] = {"Content-Type": "text/html"}
    page = open_with_their_worker(harbour, f'importScripts("sw.js");{THEIRS}')
    worker = page.evaluate("navigator.serviceWorker.controller.scriptURL")
    assert worker == harbour.site.url + "service-worker.js"
    # What a page asks its worker on opening would wake it.
    harbour.site.wait_for_request("feed.json")
    page.evaluate("pwagen.outbox.list()")
    harbour.chromium.workers.stop(harbour.site.url)
    assert page.evaluate(FETCH, "api/tides") == "high"
    assert not runs(harbour), "for a request that is left to the network"

    harbour.chromium.set_offline(True)
    for path, heading in (("tides/", "ide"), ("about", "bout"), ("no/such/page", "You are offline")):
        page.goto(harbour.site.url + path)
        assert heading in page.locator("h1").inner_text()
        assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "the style came along"
    page.goto(harbour.site.url)
    assert page.evaluate(POST, ["later"]) == [[202, "queued", True]]
    names = page.evaluate("indexedDB.databases().then((all) => all.map(({ name }) => name))")
    assert f"pwagen:{harbour.site.mount}:outbox" in names  # with the path: another app may be beside it
    share(page, {"text": "Two seals"})
    assert page.url == harbour.site.url + "contact.html"
    assert [launch["text"] for launch in launches(harbour, page)] == ["Two seals"]
    assert page.locator("#text").input_value() == "Two seals"

    go_online(harbour, page)
    drained(harbour, page)
    assert bodies(harbour) == ["later"]
    harbour.chromium.problems.clear()
