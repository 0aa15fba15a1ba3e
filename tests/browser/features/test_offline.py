"""Without a network: stored pages open, missing ones say so, nothing private was kept."""

from __future__ import annotations

import pytest

from pwagen.artifacts.hosting.hosting_headers import policy_for
from pwagen.build.project import read_project
from tests.browser.features.conftest import Harbour

pytestmark = pytest.mark.browser


def go_offline(harbour: Harbour) -> None:
    harbour.chromium.set_offline(True)


@pytest.fixture(autouse=True)
def network_errors_are_expected(harbour: Harbour) -> object:
    yield
    harbour.chromium.problems.clear()


def test_stored_pages_and_visited_ones_unless_private_open_and_for_the_rest_the_offline_page_asks_again(
    harbour: Harbour,
) -> None:
    from playwright.sync_api import Error

    content, headers = harbour.site.answers.content, harbour.site.answers.path_headers
    for name in ("public", "no-store", "private"):
        content[f"visited/{name}.html"] = f"<h1>{name}</h1>"
    headers["visited/no-store.html"] = {"Cache-Control": "no-store"}
    headers["visited/private.html"] = {"Cache-Control": "private, no-cache"}
    content["admin/secret.html"] = "<h1>secret</h1>"
    page = harbour.open("contact.html")
    for path in ("visited/public.html", *headers, "admin/secret.html"):
        page.goto(harbour.site.url + path)
    public = harbour.site.url + "visited/public.html"
    harbour.chromium.poll(lambda: public in harbour.stored(page, ":runtime"), what="it to be stored")
    go_offline(harbour)
    page.goto(public)
    assert page.locator("h1").inner_text() == "public"
    for path, heading in (
        ("", "What moves in the harbour"),
        ("content/", "A new lamp"),
        ("tides/index.html", "ide"),
        ("about", "bout"),
    ):
        page.goto(harbour.site.url + path)
        assert heading in page.locator("h1").inner_text()
        assert page.evaluate("getComputedStyle(document.body).margin") != "8px"  # the style came along
    script = "path => fetch(path).then((answer) => answer.status, (error) => error.name)"
    assert page.evaluate(script, "assets/none.png") == "TypeError"
    assert page.evaluate(script, "api/none.json") == "TypeError"

    for path in (*headers, "later/page.html"):
        page.goto(harbour.site.url + path)
        assert page.locator("h1").inner_text() == "You are offline"
    assert page.evaluate("getComputedStyle(document.body).display") == "grid"
    assert page.evaluate("document.images[0].naturalWidth") == 192
    assert page.url == harbour.site.url + "later/page.html"
    content["later/page.html"] = "<h1>There it is</h1>"
    harbour.chromium.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="There it is").wait_for()

    # The worker leaves it to the browser, which shows its own error.
    go_offline(harbour)
    with pytest.raises(Error):
        page.goto(harbour.site.url + "admin/secret.html")


def test_a_slow_network_shows_the_stored_page_api_pages_work_offline_and_api_data_is_not_cached(
    harbour: Harbour,
) -> None:
    (harbour.folder / "public/api").mkdir()
    (harbour.folder / "public/api/a.css").write_text("h1 { color: rgb(1, 2, 3) }")
    (harbour.folder / "public/api/index.html").write_text(
        "<html><head><title>API</title><link rel=stylesheet href=a.css></head><h1>Calls</h1>"
    )
    routes = '  routes:\n    - {match: "api/**", strategy: network-only}\n'
    harbour.rebuild(f'  precache: ["**/*.html", "assets/**"]\n{routes}', "  timeout: 300ms\n")
    page = harbour.open("about.html")
    for path in ("index.html", ""):
        harbour.site.answers.delay_seconds[path] = 20
    page.goto(harbour.site.url, timeout=15_000)
    assert "harbour" in page.locator("h1").inner_text()

    headers = {"Content-Type": "application/json", "Cache-Control": "public, max-age=600"}
    harbour.site.answers.content["api/users.json"] = "{}"
    harbour.site.answers.path_headers["api/users.json"] = headers
    page.evaluate("fetch('api/users.json').then((answer) => answer.json())")
    go_offline(harbour)
    page.goto(harbour.site.url + "api/")
    assert page.locator("h1").inner_text() == "Calls"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(1, 2, 3)"
    assert not any("users.json" in url for url in harbour.stored(page))


def test_a_page_and_the_offline_page_work_under_the_policy_of_hosting(
    harbour: Harbour,
) -> None:
    policy = "; ".join(policy_for(read_project(harbour.folder).config))
    whole = f"default-src 'none'; {policy}; require-trusted-types-for 'script'"
    harbour.site.answers.headers["Content-Security-Policy"] = whole
    page = harbour.open()
    harbour.subscribe(page)
    harbour.until(page, "pwagen.version().then(({ page, worker }) => page === worker)")
    assert harbour.chromium.manifest(page).errors == []
    assert list(harbour.chromium.problems) == []
    go_offline(harbour)
    page.goto(harbour.site.url + "no/such/page")
    assert page.evaluate("getComputedStyle(document.body).display") == "grid"
    assert page.evaluate("document.images[0].naturalWidth") == 192
    page.locator("button").click()
    page.wait_for_url("**/no/such/page?")
    assert not [one for one in harbour.chromium.problems if "Content Security Policy" in one.text]
