"""An app below /static/ that is for the pages above it, on a server with the headers of hosting/."""

from __future__ import annotations

import importlib.util
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from pwagen.keys.key_pair import KeyPair
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.push_service import PushService
from tests.browser.features.conftest import SUBSCRIPTIONS, publish
from tests.browser.sender import send

if TYPE_CHECKING:
    from playwright.sync_api import Page

uvicorn = pytest.importorskip("uvicorn", reason="uvicorn is not installed")
applications = pytest.importorskip("starlette.applications", reason="Starlette is not installed")
responses = pytest.importorskip("starlette.responses", reason="Starlette is not installed")

pytestmark = pytest.mark.browser

PAGE = """<!DOCTYPE html><html lang=en><head><title>{0}</title>
<script src="{1}register.js" defer></script></head>
<body><h1>{0}</h1><button data-pwagen="push">Bell</button></body></html>"""
CONTROLLED = "navigator.serviceWorker.controller !== null"
SCOPES = "navigator.serviceWorker.getRegistrations().then((all) => all.map(({ scope }) => scope))"


@dataclass
class Deployment:
    """What the server of one app does, and what it was sent."""

    origin: str
    sends_header: bool = True
    subscriptions: list[dict[str, Any]] = field(default_factory=list)


Deploy = Callable[[str, str], Deployment]


@pytest.fixture
def deploy(tmp_path: Path, sample_template: Path) -> Iterator[Deploy]:
    """Serve the sample's files at a mount point, and pages above it, with hosting/pwagen_starlette.py."""
    running: list[tuple[Any, threading.Thread]] = []

    def start(mount: str, scope: str) -> Deployment:
        project = shutil.copytree(sample_template, tmp_path / "project")
        config = project / "pwagen.yaml"
        text = config.read_text().replace("  start_url: ./\n", f"  start_url: ./\n  scope: {scope}\n")
        config.write_text(f"{text}\nhosting: starlette\n")
        public = publish(project)
        spec = importlib.util.spec_from_file_location("files", public / "hosting/pwagen_starlette.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)

        class Files(module.PwaFiles):  # type: ignore[misc, name-defined]
            def file_response(self, *args: Any, **options: Any) -> Any:
                response = super().file_response(*args, **options)
                if not deployment.sends_header and "service-worker-allowed" in response.headers:
                    del response.headers["service-worker-allowed"]
                return response

        async def subscribe(request: Any) -> Any:
            deployment.subscriptions.append(await request.json())
            return responses.Response(status_code=201)

        async def page(request: Any) -> Any:
            return responses.HTMLResponse(PAGE.format(request.url.path.rpartition("/")[2], quote(mount)))

        app = applications.Starlette()
        app.add_route(mount + SUBSCRIPTIONS, subscribe, methods=["POST", "PUT"])
        app.mount(mount, Files(directory=public, html=True))
        app.add_route("/{path:path}", page)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run)
        running.append((server, thread))
        thread.start()
        while not server.started:
            assert thread.is_alive()
            threading.Event().wait(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        deployment = Deployment(f"http://localhost:{port}")
        return deployment

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join()


def open_controlled(chromium: Chromium, url: str) -> Page:
    page = chromium.open(url, wait_for_worker=True)
    chromium.poll(lambda: page.evaluate(CONTROLLED), what="the worker to control the page")
    return page


def read_offline(chromium: Chromium, page: Page, above: str, folder: str) -> None:
    """Visit a page above the app, and see it offline, one that was never seen, and one of the app's own."""
    page.goto(above + "later")
    chromium.poll(
        lambda: page.evaluate("caches.match('later').then((found) => !!found)"), what="it to be kept"
    )
    chromium.set_offline(True)
    page.goto(above + "later")
    assert page.locator("h1").inner_text() == "later"
    page.goto(above + "never-seen")
    assert page.locator("h1").inner_text() == "You are offline"
    page.goto(folder + "about.html")
    assert "bout" in page.locator("h1").inner_text()


@pytest.mark.parametrize(
    ("mount", "scope", "controlled"),
    [("/a/b/", "../", "/a/"), ("/日本/static/", "/日本/", "/日本/")],
)
def test_a_header_gives_the_app_the_pages_above_it(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    deploy: Deploy,
    key_pair: KeyPair,
    mount: str,
    scope: str,
    controlled: str,
) -> None:
    site = deploy(mount, scope)
    above = site.origin + quote(controlled)
    chromium.set_permission(site.origin, "notifications", "granted")
    page = open_controlled(chromium, above + "start")
    assert page.evaluate(SCOPES) == [above]

    page.locator("[data-pwagen=push]").click()
    chromium.poll(lambda: site.subscriptions, what="the subscription")
    sent = send(push_service, site.subscriptions[0]["subscription"], {"title": "News"}, key_pair)
    assert sent.status == 201
    desktop.click(desktop.wait_for_notification("News"))
    page.wait_for_url(site.origin + quote(mount))
    read_offline(chromium, page, above, site.origin + quote(mount))
    chromium.problems.clear()
    chromium.forget(site.origin)


def test_without_service_worker_allowed_the_scope_falls_back_to_the_folder_until_it_is_sent(
    chromium: Chromium, deploy: Deploy
) -> None:
    site = deploy("/static/", "/")
    site.sends_header = False
    told: list[str] = []
    page = chromium.context.new_page()
    page.on("console", lambda message: told.append(message.text))
    page.goto(site.origin + "/start")
    chromium.poll(
        lambda: any("the header “Service-Worker-Allowed: /”" in text for text in told),
        what="the header to be named",
    )
    assert page.evaluate("pwagen.ready.then(({ scope }) => scope)") == f"{site.origin}/static/"
    assert page.evaluate(CONTROLLED) is False
    open_controlled(chromium, f"{site.origin}/static/")

    # Once it is sent, one registration takes the other's place.
    site.sends_header = True
    page.goto(site.origin + "/start")
    chromium.poll(lambda: page.evaluate(SCOPES) == [site.origin + "/"], what="the wider scope alone")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    read_offline(chromium, page, site.origin + "/", site.origin + "/static/")
    chromium.problems.clear()
    chromium.forget(site.origin)
