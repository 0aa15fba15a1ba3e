"""A small hand-written site, a page of it in Chromium, and its subscription."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.push_service import PushService, SubscriptionRecord
from pwagen.testing.site_server.site_server import Answers, SeenRequest, SiteServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

SITE = Path(__file__).with_name("site")


@dataclass(frozen=True)
class Subscriber:
    """A page with a subscription, on both sides."""

    page: Page
    subscription: dict[str, Any]
    record: SubscriptionRecord


def reported(site: SiteServer, event: str, **details: object) -> dict[str, Any]:
    """Return what the site's worker reported of an event, that of these details, once it has."""

    def is_it(request: SeenRequest) -> bool:
        return bool({"event": event, **details}.items() <= request.json().items())

    answer: dict[str, Any] = site.wait_for_request("events", "POST", matching=is_it).json()
    return answer


@pytest.fixture(scope="session")
def key_pair() -> KeyPair:
    """Return the application server's VAPID keys."""
    return generate_key_pair()


@pytest.fixture
def site(serve_site: Callable[..., SiteServer]) -> SiteServer:
    """Serve the hand-written site."""
    return serve_site(SITE, answers=Answers(accepts={"events"}))


@pytest.fixture
def home(chromium: Chromium, site: SiteServer) -> Page:
    """Open the site with notifications granted and its worker active."""
    chromium.set_permission(site.origin, "notifications", "granted")
    return chromium.open(site.url, wait_for_worker=True)


@pytest.fixture
def subscriber(chromium: Chromium, home: Page, key_pair: KeyPair, push_service: PushService) -> Subscriber:
    """Subscribe the page."""
    subscription = chromium.subscribe(home, key_pair.public_key)
    return Subscriber(home, subscription, push_service.subscription(subscription["endpoint"]))


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give windows a screen that nobody looks at."""
    if not shutil.which("Xvfb"):
        pytest.skip("pwagen: Xvfb is not installed")
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-nolisten", "tcp"], pass_fds=[write])
    os.close(write)
    with os.fdopen(read) as number:
        monkeypatch.setenv("DISPLAY", f":{number.readline().strip()}")
    yield
    server.terminate()
    server.wait(10)
