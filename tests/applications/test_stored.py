"""What is stored says for how long, for what and for whom it holds."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest

from tests.applications.application import page
from tests.applications.conftest import App

if TYPE_CHECKING:
    from aiohttp import web
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

IMAGE = """(url) => new Promise((resolve) => {
  const image = new Image();
  image.onload = () => resolve(image.naturalWidth);
  image.onerror = () => resolve(0);
  image.src = url;
})"""


def answer(text: str, content_type: str = "text/html", **headers: str) -> Any:
    """Return a handler."""
    from aiohttp import web

    fields = {name.replace("_", "-"): value for name, value in headers.items()}

    def handle(request: web.Request) -> web.Response:
        return web.Response(text=text, content_type=content_type, headers=fields)

    return handle


def until_stored(app: App, window: Page, path: str, count: int = 1, cache: str = "") -> None:
    """Wait until that many answers of a path are stored, which happens after the page has got them."""
    url = app.site.url + path
    app.chromium.poll(
        lambda: len([one for one in app.stored(window, cache) if one.startswith(url)]) >= count,
        what=f"{count} stored of {path}",
    )


# --- how long it holds --------------------------------------------------------------------------------


def test_an_answer_holds_as_long_as_its_header_or_route_says_whatever_its_name_and_its_date(app: App) -> None:
    changing, *lasting = (f"avatars/507f1f77bcf86cd79943901{number}.svg" for number in range(3))
    lasts = {
        changing: "no-cache",
        lasting[0]: "public, immutable, max-age=600",
        lasting[1]: "max-age=31536000",
    }
    old = formatdate(time.time() - 86400, usegmt=True)  # a CDN's
    late = formatdate(time.time() + 10 * 86400, usegmt=True)

    def serve(number: int) -> None:
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="{number}" height="9"/>'
        for path, cache_control in lasts.items():
            app.site.handlers["GET", path] = answer(drawing, "image/svg+xml", Cache_Control=cache_control)
        text = f"[{number}]"
        app.site.handlers["GET", "old.json"] = answer(text, "application/json", Date=old, Age="86400")
        app.site.handlers["GET", "late.json"] = answer(text, "application/json", Date=late)

    def fetched(path: str) -> Any:
        fetch = "(path) => fetch(path, { cache: 'no-store' }).then((response) => response.text())"
        return window.evaluate(fetch, path)

    app.configure(
        'offline: {routes: [{match: "old.json", strategy: cache-first, max_age: 1h}, '
        '{match: "late.json", strategy: cache-first, max_age: 1s}]}'
    )
    serve(10)
    window = app.open("index.html")
    assert [window.evaluate(IMAGE, path) for path in lasts] == [10, 10, 10]
    assert [fetched("old.json"), fetched("late.json")] == ["[10]", "[10]"]
    for path in (*lasting, "old.json", "late.json"):
        until_stored(app, window, path, cache=":runtime")
    app.chromium.cdp.send("Network.clearBrowserCache")
    app.site.clear()
    serve(20)
    window.goto(app.site.url + "about.html")
    assert [window.evaluate(IMAGE, path) for path in lasts] == [20, 10, 10]
    assert fetched("old.json") == "[10]"
    assert not any(app.site.requests_for(path) for path in (*lasting, "old.json"))
    app.chromium.poll(lambda: fetched("late.json") == "[20]", timeout=10, what="the new answer")
    app.offline()
    window.goto(app.site.url + "index.html")
    assert window.evaluate(IMAGE, changing) == 20


# --- one address, two answers -------------------------------------------------------------------------


PARTS = {
    "htmx": ({"HX-Request": "true", "HX-Target": "list"}, {"HX-Request": "true", "HX-Target": "count"}),
    "Inertia": ({"X-Inertia": "true"}, {"X-Inertia": "true", "X-Inertia-Partial-Data": "notes"}),
    "Unpoly": ({"X-Up-Target": ".list"}, {"X-Up-Target": ".count"}),
    "pjax": ({"X-PJAX": "true"}, {}),
    "Alpine AJAX": ({"X-Alpine-Request": "true", "X-Alpine-Target": "list"}, {"X-Alpine-Request": "true"}),
    "React Server Components": ({"RSC": "1"}, {}),
}


def test_a_page_and_fragments_data_and_parts_of_its_address_do_not_replace_each_other(app: App) -> None:
    from aiohttp import web

    def show(request: web.Request) -> web.Response:
        headers = {"Vary": "HX-Request"} if request.path == "/notes/varied" else {}
        named = sorted(name for name in request.headers if name.lower().startswith(("hx-", "x-", "rsc")))
        if named:
            text = ", ".join(f"{name}: {request.headers[name]}" for name in named)
            return web.Response(text=text, content_type="text/html", headers=headers)
        if "html" not in request.headers.get("Accept", ""):
            return web.json_response([1, 2])
        return page(request.path, headers=headers)

    asked: list[tuple[str, dict[str, str]]] = [
        *((path, {"HX-Request": "true"}) for path in ("notes/varied", "notes/plain")),
        ("notes/data", {}),
        *((f"notes/{number}", each) for number, headers in enumerate(PARTS.values()) for each in headers),
    ]
    pages = ("notes/varied", "notes/plain", "notes/data")
    app.configure('offline: {routes: [{match: "notes/*", strategy: network-first}]}')
    for path, _ in asked:
        app.site.handlers["GET", path] = show
    window = app.open("index.html")
    for path in pages:
        window.goto(app.site.url + path)
    ask = "([path, headers]) => fetch(`/${path}`, { headers }).then((answer) => answer.text())"
    told = [window.evaluate(ask, [path, headers]) for path, headers in asked]
    assert told[:3] == ["HX-Request: true", "HX-Request: true", "[1, 2]"]
    until_stored(app, window, "notes/", len(asked) + len(pages))
    app.offline()
    for path in pages:
        window.goto(app.site.url + path)
        assert window.title() == f"/{path}"
    assert [window.evaluate(ask, [path, headers]) for path, headers in asked] == told


# --- what is missing heals ----------------------------------------------------------------------------

CLEAR = "caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))"


def test_caches_that_the_site_has_deleted_are_filled_again(app: App) -> None:
    window = app.open("index.html")
    for is_stopped in (False, True):
        # The list of what is stored comes last. After the deletion it would say that all is there.
        until_stored(app, window, "?pwagen", cache=":precache")
        window.evaluate(CLEAR)
        if is_stopped:
            app.chromium.workers.stop(app.site.url)
        window.goto(app.site.url + "about.html")
        window.goto(app.site.url + "index.html")
        app.chromium.poll(
            lambda: any("order.html" in url for url in app.stored(window, ":precache")),
            what="the files to be back",
        )
    app.offline()
    window.goto(app.site.url + "order.html")
    assert window.title() == "Order"


# --- signed-in sites ----------------------------------------------------------------------------------


def account(app: App) -> dict[str, Any]:
    """Let the application have a page for each user, as Django answers it."""
    session = {"alive": True, "status": 0}

    def show(request: web.Request) -> web.Response:
        from aiohttp import web

        if session["status"]:
            return page("Not you", status=session["status"], headers={"Vary": "Cookie"})
        if not session["alive"]:
            return web.Response(status=302, headers={"Location": "/login", "Vary": "Cookie"})
        return page("Account", "Ann", headers={"Vary": "Cookie", "Cache-Control": "private"})

    app.site.handlers["GET", "me"] = show
    app.site.handlers["GET", "login"] = lambda request: page("Log in", headers={"Cache-Control": "no-store"})
    return session


def shown_offline(app: App, window: Page, path: str) -> str:
    app.offline()
    window.goto(app.site.url + path)
    title = window.title()
    app.chromium.set_offline(False)
    return title


PERSONAL = 'offline: {routes: [{match: "me", strategy: network-first, personal: true}]}'


def urls_stored(app: App, window: Page) -> list[str]:
    """Return the addresses that have been stored beside files and pages as they were met."""
    return sorted(
        url.removeprefix(app.site.url) for name in (":urls-", ":personal") for url in app.stored(window, name)
    )


def test_addresses_are_stored_without_cookies_at_each_build_and_each_day(app: App) -> None:
    asked: list[tuple[str, bool]] = []

    def made(title: str, **headers: str) -> Any:
        def handle(request: web.Request) -> web.Response:
            asked.append((title, "Cookie" in request.headers))
            return page(title, headers={name.replace("_", "-"): value for name, value in headers.items()})

        return handle

    app.configure(
        'offline: {precache_urls: [help, mine, "rates.json", cookie, private, me, gone], '
        "routes: [{match: mine, strategy: network-first, personal: true}, "
        "{match: me, strategy: network-first, personal: true}]}"
    )
    account(app)["alive"] = False  # me leads to the log-in
    app.site.handlers["GET", "help"] = made("Help", Set_Cookie="seen=1; Path=/")
    app.site.handlers["GET", "mine"] = made("Mine", Vary="Cookie", Set_Cookie="user=ann; Path=/")
    app.site.handlers["GET", "cookie"] = made("Cookie", Vary="Accept, Cookie")
    app.site.handlers["GET", "private"] = made("Private", Cache_Control="private")
    app.site.handlers["GET", "rates.json"] = answer('{"rate": 7}', "application/json")
    window = app.open("index.html")
    app.chromium.poll(lambda: urls_stored(app, window) == ["help", "mine", "rates.json"], what="addresses")
    assert ("Help", False) in asked
    assert "seen" not in window.evaluate("document.cookie")

    def until_asked(title: str, *, cookie: bool) -> None:
        app.chromium.poll(lambda: (title, cookie) in asked, what=f"{title} to be asked for again")
        asked.clear()

    asked.clear()
    app.let_in_next(window)
    until_asked("Mine", cookie=True)
    # The worker writes the list once more, when no page is of the build before.
    one_build = "caches.match('./?pwagen').then((list) => list.json()).then((builds) => builds.length === 1)"
    app.until(window, one_build)
    window.evaluate(
        """async () => {
          const [name] = (await caches.keys()).filter((name) => name.endsWith(":precache"));
          const cache = await caches.open(name);
          const list = await cache.match("./?pwagen");
          const headers = { "Pwagen-Stored": new Date(Date.now() - 90_000_000).toUTCString() };
          await cache.put("./?pwagen", new Response(await list.text(), { headers }));
        }"""
    )
    app.chromium.workers.stop(app.site.url)
    window.goto(app.site.url + "about.html")
    until_asked("Help", cookie=False)
    window.evaluate("pwagen.signOut()")
    nobodys = {"help", "rates.json"}
    app.chromium.poll(lambda: nobodys <= set(urls_stored(app, window)), what="what is nobody's to be back")
    app.offline()
    window.goto(app.site.url + "help?from=menu")
    assert window.title() == "Help"
    assert window.evaluate("fetch('rates.json').then((answer) => answer.json())") == {"rate": 7}
    window.goto(app.site.url + "cookie")
    assert "Offline" in window.title()


def test_a_page_of_one_user_is_kept_where_the_route_says_so_and_goes_with_its_user(app: App) -> None:
    session = account(app)
    app.site.handlers["GET", "profile"] = app.site.handlers["GET", "me"]
    app.configure(PERSONAL)
    window = app.open("profile")
    window.goto(app.site.url + "profile")
    for end in ("signOut", "identify", "log-in"):
        session["alive"] = True
        window.evaluate("pwagen.identify('ann')")
        window.goto(app.site.url + "me")
        until_stored(app, window, "me")
        if end == "signOut":
            assert "Offline" in shown_offline(app, window, "profile")
            assert shown_offline(app, window, "me") == "Account"
            window.evaluate("pwagen.signOut()")
        elif end == "identify":
            window.evaluate("pwagen.identify('bob')")
        else:
            session["alive"] = False
            window.goto(app.site.url + "me")
        app.chromium.poll(
            lambda: f"{app.site.url}me" not in app.stored(window), what=f"the page to be dropped by {end}"
        )
    assert shown_offline(app, window, "me") != "Account"


def test_a_personal_page_does_not_stay_when_the_server_says_late_that_nobody_is_signed_in(app: App) -> None:
    # tests/js/worker-offline.test.js has the other answers that say so
    session = account(app)
    app.configure(f"{PERSONAL[:-1]}, timeout: 300ms}}")
    window = app.open("me")
    until_stored(app, window, "me")
    session["status"] = 401
    app.site.answers.held.add("me")
    window.goto(app.site.url + "me")
    assert window.title() == "Account"
    with window.expect_event("framenavigated"):
        app.site.answers.held.clear()
    window.wait_for_load_state()
    assert window.title() == "Not you"
    assert shown_offline(app, window, "me") != "Account"


# --- app shell ----------------------------------------------------------------------------------------


def test_an_app_shell_answers_deep_links_with_and_without_a_network(app: App) -> None:
    app.configure("offline: {app_shell: index.html}")
    window = app.open("index.html")
    response = window.goto(app.site.url + "inbox/7")
    assert response and response.status == 200
    assert window.title() == "Shop"
    app.offline()
    response = window.goto(app.site.url + "inbox/8?tab=1")
    assert response and response.status == 200
    assert window.title() == "Shop"


# --- what there is offline ----------------------------------------------------------------------------


def test_offline_there_are_what_a_link_opened_the_first_page_data_and_what_is_precached_under_never(
    app: App,
) -> None:
    (app.folder / "public/search.json").write_text('{"n": 1}')
    app.configure(
        'offline: {never: ["offline*", "about"], precache_add: ["*.json"], '
        'routes: [{match: "files/**", strategy: network-first}]}'
    )
    app.site.handlers["GET", "files/terms.txt"] = answer("The terms", "text/plain")
    app.site.handlers["GET", "news"] = lambda request: page("News")
    window = app.open("news")
    until_stored(app, window, "news", cache=":runtime")
    asked = "fetch('search.json?ts=' + Date.now()).then((response) => response.json()).then(({ n }) => n)"
    assert window.evaluate(asked) == 1
    assert any(seen.query for seen in app.site.requests_for("search.json"))
    window.goto(app.site.url + "files/terms.txt")
    window.goto(app.site.url + "index.html")
    until_stored(app, window, "files/terms.txt")
    app.offline()
    assert window.evaluate(asked) == 1
    window.goto(app.site.url + "files/terms.txt")
    assert "The terms" in window.inner_text("body")
    # A static route would leave what is under never to the browser, which has nothing to show.
    titles = {"news": "News", "order.html?q=tea": "Order", "offline.html": "Offline", "about": "About"}
    for path, title in titles.items():
        window.goto(app.site.url + path)
        assert title in window.title()
