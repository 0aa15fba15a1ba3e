"""What the worker's console says of a URL, and that requests are answered so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.features.conftest import Harbour

pytestmark = pytest.mark.browser

EXPLAIN = """async ([url, as]) => {
  const { rules, ...about } = await pwagen.explain(url, as);
  const texts = rules.map(async ({ stored, ...rule }) => ({ ...rule, stored: await stored?.clone().text() }));
  return { ...about, rules: await Promise.all(texts) };
}"""


def explain(harbour: Harbour, url: str, destination: str | None = None) -> dict[str, Any]:
    explanation: dict[str, Any] = harbour.chromium.workers.evaluate(
        harbour.site.url, EXPLAIN, [url, destination]
    )
    return explanation


def test_the_console_says_which_rule_answers_a_url_and_requests_and_later_scripts_are_answered_so(
    harbour: Harbour,
) -> None:
    harbour.deploy({"assets/late.js": "export const build = 'A';"})
    page = harbour.open("contact.html")
    about = explain(harbour, "about.html")
    assert (about["url"], about["as"]) == (f"{harbour.site.url}about.html", "document")
    (rule,) = about["rules"]
    assert (rule["rule"], rule["by"]) == ("offline.precache about.html", "worker")
    assert (rule["strategy"], rule["timeout"]) == ("network-first", 4000)
    assert "<h1>" in rule["stored"]
    (rule,) = explain(harbour, "api/news.json")["rules"]
    assert (rule["rule"][:19], rule["by"]) == ("offline.never ^api(", "browser")
    assert explain(harbour, "https://elsewhere.example/")["rules"] == []

    harbour.site.answers.content["met.css"] = "/* met */"
    assert explain(harbour, "met.css")["rules"][0].get("stored") is None
    style = "url => new Promise((done) => { const link = document.createElement('link'); "
    style += "link.rel = 'stylesheet'; link.href = url; link.onload = done; document.head.append(link); })"
    page.evaluate(style, "met.css")
    harbour.chromium.poll(
        lambda: explain(harbour, "met.css")["rules"][0].get("stored") == "/* met */",
        what="the style to be kept",
    )
    # For this file: the page's feed, for one, is asked for whenever the machine gets round to it.
    before = harbour.site.requests_for("met.css")
    explain(harbour, "met.css")
    assert harbour.site.requests_for("met.css") == before, "asking asks no server"

    # A page from the store gets later scripts from its own build.
    load = "name => import(new URL(name, document.baseURI)).then(({ build }) => build)"
    harbour.chromium.set_offline(True)
    page.goto(f"{harbour.site.url}about.html")
    harbour.chromium.set_offline(False)
    # The server is a build ahead; the worker isn't yet.
    harbour.site.answers.content["assets/late.js"] = "export const build = 'B';"
    assert page.evaluate(load, "assets/late.js") == "A"
    harbour.site.answers.content["contact.html"] = "<!doctype html><title>Build B</title><h1>Contact</h1>"
    page.goto(f"{harbour.site.url}contact.html")
    assert page.evaluate(load, "assets/late.js") == "B", "a page from the network gets the network's"
    harbour.chromium.reset()  # the browser asks for manifest and icon without the worker
