"""The same shop in each web framework: what a customer does in it, and what they see."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.audit.audit_run import audit
from pwagen.audit.audit_target import open_audit_target
from pwagen.audit.settings import AuditSettings
from pwagen.keys.key_pair import generate_key_pair
from pwagen.names import KEY_NAME

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.push_service import PushService

CONFIG = """
app: {{name: Shop, theme_color: "#0b3d5c", background_color: white}}
icons: {{source: icon.svg}}
push: {{vapid_public_key: {key}}}
# Pages that say whose they are.
offline:
  routes: [{{match: "goods/**", strategy: network-first, personal: true}}]
  precache_urls: ["./", help/, goods/anchor/]
"""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    '<path fill="#0b3d5c" d="M4 4h16v4H4zm2 6h4v10H6z"/></svg>'
)

BUTTON = """
<button data-pwagen="push" data-pwagen-when="default granted subscribed" hidden>
  <span data-pwagen-when="default granted" hidden>Get alerts</span>
  <span data-pwagen-when="subscribed" hidden>Turn alerts off</span>
</button>
"""
"""The push button that README and the frameworks' pages show, and that the shops have."""

PRIVATE_PATHS = [
    "/hosting/nginx-server.conf",
    "/hosting/README.md",
    "/hosting/",
    "/hosting",
    "//hosting/nginx-server.conf",
    "/hosting//nginx-server.conf",
    "/%68osting/nginx-server.conf",
    "/hosting%2Fnginx-server.conf",
    "/hosting%5Cnginx-server.conf",
    "/./hosting/nginx-server.conf",
    "/icons/../hosting/nginx-server.conf",
    "/icons/%2e%2e/hosting/nginx-server.conf",
    "/HOSTING/nginx-server.conf",
    "/hosting/nginx-server.conf%00",
    "/hosting/nginx-server.conf/",
    "/readable/register.js",
    "/head.html",
    "/register.d.ts",
]
"""What an application must not serve though its config says `hosting: nginx`, in every spelling."""


def furnish(project: Path) -> None:
    """Write what `pwagen init` writes: a config, and a key pair beside it."""
    pair = generate_key_pair()
    (project / "icon.svg").write_text(ICON, encoding="utf-8")
    (project / "pwagen.yaml").write_text(CONFIG.format(key=pair.public_key), encoding="utf-8")
    (project / KEY_NAME).write_bytes(pair.private_pem)


def free_port() -> int:
    """Return a port of loopback that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: list[str],
    project: Path,
    port: int,
    push_service: PushService,
    folder: str = "",
    **environment: str,
) -> Iterator[str]:
    """Run the application's server, which reaches the tests' push service; yield the application's URL."""
    variables = os.environ | push_service.sender_environment()
    with (project / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=project, env=variables, stdout=log, stderr=log)
    url = f"http://localhost:{port}/{folder}"
    try:
        _wait_until_up(url, project)
        yield url
    finally:
        server.terminate()
        server.wait()


def _wait_until_up(url: str, project: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url).close()
        except urllib.error.HTTPError:
            raise AssertionError((project / "server.log").read_text()) from None
        except OSError:
            assert time.monotonic() < end, (project / "server.log").read_text()
            time.sleep(0.1)
        else:
            return


def notify(url: str, user: str, path: str = "notify/") -> str:
    """Ask a view of the application to send to a user; return what became of the messages."""
    form = urllib.parse.urlencode({"user": user}).encode()
    with urllib.request.urlopen(f"{url}{path}", form) as response:
        return str(response.read().decode())


def visit_as_a_customer(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    url: str,
    more: Mapping[str, str] | None = None,
) -> None:
    """Install the shop, subscribe as a signed-in user, get a push and click it, go offline, and log out.

    ``more`` are other paths that send, by the title of their message.
    """
    findings = audit(open_audit_target(url), AuditSettings())
    assert findings == [], findings
    chromium.set_permission(url, "notifications", "granted")
    page = chromium.open(url, wait_for_worker=True)
    assert chromium.manifest(page).errors == []
    assert chromium.installability_errors(page) == []
    page.click("text=Log in")
    page.wait_for_selector("#log-out")
    page.goto(f"{url}goods/rope/")
    page.goto(url)
    button = page.locator("[data-pwagen=push]")
    page.click("text=Get alerts")
    chromium.poll(
        lambda: page.evaluate("document.documentElement.dataset.pwagenPush") == "subscribed",
        what="subscribed",
    )
    # What a second click does is said before it, by the label: aria-pressed beside it would say it twice.
    chromium.poll(lambda: button.inner_text() == "Turn alerts off", what="the button's other label")
    assert button.get_attribute("aria-pressed") is None
    chromium.poll(lambda: notify(url, "ada") == "delivered", what="the subscription to be stored for ada")
    assert notify(url, "bob") == "nobody"
    for title, path in (more or {}).items():
        assert notify(url, "ada", path) == "delivered"
        desktop.wait_for_notification(title)
    desktop.click(desktop.wait_for_notification("Your parcel has left"))
    chromium.poll(
        lambda: any(window.url == f"{url}goods/rope/" for window in chromium.windows), what="the click"
    )

    chromium.set_offline(True)
    page = next(window for window in chromium.windows if window.url == f"{url}goods/rope/")
    page.reload()
    assert page.locator("h1").inner_text() == "Rope"
    color = "getComputedStyle(document.querySelector('h1')).color"
    assert page.evaluate(color) == "rgb(11, 61, 92)", "the style sheet is not stored"
    page.goto(f"{url}help/?source=icon")
    assert page.locator("h1").inner_text() == "Help", "a page that nobody has seen is not stored"
    assert page.evaluate(color) == "rgb(11, 61, 92)"
    page.goto(f"{url}goods/anchor/")
    assert page.locator("h1").inner_text() == "Anchor"
    page.goto(f"{url}goods/never-seen/")
    assert page.locator("meta[name=generator][content=pwagen]").count() == 1
    chromium.set_offline(False)

    page.goto(url)
    with page.expect_navigation():
        page.click("text=Log out")
    page.wait_for_selector("text=Log in")
    chromium.poll(lambda: notify(url, "ada") == "nobody", what="the subscription to be gone")
    chromium.forget(url)
