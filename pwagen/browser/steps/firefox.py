"""The steps that Firefox has: it knows no badge, no installation and no background sync."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin

from pwagen.browser.desktop import Notification
from pwagen.browser.next_build import MARK
from pwagen.browser.steps.arrival import WORKER_SECONDS
from pwagen.browser.steps.messages import KINDS, SHOWN, Kind, judged
from pwagen.browser.steps.offline import MISSING, NETWORK_ERRORS
from pwagen.browser.steps.site import SiteOnTrial
from pwagen.browser.steps.step import Step, StepFailed, StepSkipped, step
from pwagen.browser.steps.update import deploy

if TYPE_CHECKING:
    from pwagen.browser.firefox import Firefox, FirefoxPage
    from pwagen.browser.push_service.records import Message

T = TypeVar("T")

SHOWN_SECONDS = 15
WORKER_FAILED = 102
"""Firefox's own verdict on a push event that was rejected."""

_ACTIVE = "navigator.serviceWorker.getRegistration().then((found) => found?.active?.scriptURL ?? '')"
_CONTROLLED = "navigator.serviceWorker.controller !== null"
_STATE = "document.documentElement.dataset.pwagenPush ?? ''"
_IS_PWAGEN = "typeof pwagen === 'object' && typeof pwagen.push === 'object'"
_SUBSCRIPTION = """navigator.serviceWorker.ready
  .then((found) => found.pushManager.getSubscription()).then((found) => found?.toJSON() ?? null)"""
_BUILD = f"Number(document.querySelector('meta[name={MARK}]')?.content ?? 0)"
_UPDATE = "navigator.serviceWorker.ready.then((found) => found.update()).then(() => true)"
_CLOSE_ALL = """navigator.serviceWorker.ready
  .then((found) => found.getNotifications())
  .then((shown) => shown.forEach((one) => one.close()))
  .then(() => true)"""


class FirefoxTrial(SiteOnTrial):
    """The site in Firefox."""

    browser = "firefox"

    def __init__(self, *surroundings: Any, firefox: Firefox, **options: Any) -> None:
        super().__init__(*surroundings, **options)
        self.firefox = firefox
        self.problems = firefox.problems

    def _arrive(self) -> str:
        page = self.firefox.open(self.url)
        script = self.until(lambda: page.evaluate(_ACTIVE), WORKER_SECONDS)
        if not script:
            problems = self.problems.in_short()
            raise StepFailed(f"no worker became active{': ' + problems if problems else ''}", where=self.url)
        return str(script)

    @property
    def config(self) -> dict[str, Any] | None:
        """What pwagen wrote into the worker; None for a worker that pwagen didn't make."""
        script = self.script

        def read() -> dict[str, Any] | None:
            # Workers of Firefox can't be asked themselves.
            page = self.firefox.open(self.url)
            text = page.evaluate("(script) => fetch(script).then((answer) => answer.text())", script)
            return config_in(text)

        return self.once("the worker's config", read)

    def visit(self, path: str = "") -> FirefoxPage:
        """Return a new tab that the worker controls."""
        page = self.firefox.open(self.script and urljoin(self.url, path))
        self.until(lambda: page.evaluate(_CONTROLLED))
        return page

    def until(self, predicate: Callable[[], T], seconds: float = 5) -> T:
        """Return the predicate's first true value, or the last false one."""
        end = time.monotonic() + seconds
        while not (value := predicate()) and time.monotonic() < end:
            time.sleep(0.02)
        return value

    def settle(self) -> None:
        """Do nothing: reports come by themselves."""

    def tidy(self) -> None:
        """Close the tabs; the notifications were closed by their step."""
        self.firefox.close_pages()
        self.desktop.clear()

    def close(self) -> None:
        """Stop serving; what the browser keeps goes with its profile."""
        if self.server:
            self.server.close()


def config_in(script: str) -> dict[str, Any] | None:
    """Return the constant of a worker that pwagen made, None for any other script."""
    _, found, rest = script.partition("const CONFIG = ")
    try:
        config = json.JSONDecoder().raw_decode(rest)[0] if found else None
    except ValueError:
        return None
    return config if isinstance(config, dict) and "version" in config else None


@step("register", "The worker is registered and takes over", "a worker that is active and controls the page")
def register(trial: FirefoxTrial) -> str:
    page = trial.visit()
    if not page.evaluate(_CONTROLLED):
        raise StepFailed(f"{trial.script} is active, but does not control the page", where=trial.url)
    return f"{trial.script.removeprefix(trial.origin)} is active"


@step("subscribe", "The user subscribes", "a subscription")
def subscribe(trial: FirefoxTrial) -> str:
    made = _subscription(trial)
    trial.push_service.subscription(made["endpoint"])
    return "subscribed"


def _subscription(trial: FirefoxTrial) -> dict[str, Any]:
    return trial.once("a subscription", lambda: _subscribe(trial))


def _subscribe(trial: FirefoxTrial) -> dict[str, Any]:
    from pwagen.push.keys import generate_key_pair

    trial.firefox.set_permission(trial.origin, "notifications", "granted")
    page = trial.visit()
    if page.evaluate(_IS_PWAGEN):
        page.evaluate("pwagen.push.subscribe().then(() => true)")
        if not trial.until(lambda: page.evaluate(_STATE) == "subscribed"):
            raise StepFailed(f"the page says “{page.evaluate(_STATE)}”", where=trial.url)
    made: dict[str, Any] | None = page.evaluate(_SUBSCRIPTION)
    key = trial.key_pair or generate_key_pair()
    return made or page.subscribe(key.public_key)


def _push_step(kind: Kind) -> Step[FirefoxTrial]:
    def run(trial: FirefoxTrial) -> str:
        page = trial.visit()
        seen = judged(trial, kind, _push(trial, kind.message))
        page.evaluate(_CLOSE_ALL)
        return seen

    return Step(kind.id, f"{kind.what} is shown", SHOWN, run)


def _push(trial: FirefoxTrial, message: dict[str, Any] | str | None) -> Notification:
    known = len(trial.desktop.history)
    sent = trial.push_service.deliver(_subscription(trial), message)

    def decided() -> bool:
        return len(trial.desktop.history) > known or sent.ack_code is not None

    trial.until(decided, SHOWN_SECONDS)
    # The verdict may come just before the desktop hears of the notification.
    if not trial.until(lambda: len(trial.desktop.history) > known, 2):
        raise StepFailed(_silence(sent), where=trial.place(trial.script))
    return trial.desktop.history[-1]


def _silence(sent: Message) -> str:
    if sent.ack_code == WORKER_FAILED:
        return "no notification: the worker's push event failed"
    return f"no notification; Firefox's verdict on the message: {sent.ack_code}"


@step(
    "update",
    "A new build is published while a window is open",
    "the new page at a reload, at the latest once all windows were closed",
)
def update(trial: FirefoxTrial) -> str:
    page = trial.visit()
    number = deploy(trial, trial.url)
    page.goto(trial.url)
    if page.evaluate(_BUILD) == number:
        return "the new page at the first reload"
    page.evaluate(_UPDATE)
    trial.firefox.close_pages()

    def is_new() -> bool:
        tab = trial.firefox.open(trial.url)
        new: bool = tab.evaluate(_BUILD) == number
        tab.close()
        return new

    if not trial.until(is_new, WORKER_SECONDS):
        raise StepFailed("still the old page after closing every window", where=trial.place(trial.script))
    return "the new page once all windows were closed"


@step(
    "offline-start",
    "The start page is opened while the server is gone, and one that was never stored",
    "the page as it was, and a page of the site",
    tolerates=NETWORK_ERRORS,
)
def offline(trial: FirefoxTrial) -> str:
    server = trial.needs_server("it takes the server away")
    page = trial.visit()
    page.goto(trial.url)
    title = page.evaluate("document.title")
    server.close()
    _goto(page, trial.url)
    if page.evaluate("document.title") != title:
        raise StepFailed(f"“{page.evaluate('document.title')}”", expected=f"“{title}”", where=trial.url)
    _goto(page, urljoin(trial.url, MISSING))
    return f"“{title}”, and “{page.evaluate('document.title')}” for a missing page"


def _goto(page: FirefoxPage, url: str) -> None:
    from pwagen.browser.bidi import BidiError

    try:
        page.goto(url)
    except BidiError as error:
        raise StepFailed(f"the browser's error page: {error}", where=url) from None


def not_in_firefox(other: Step[Any]) -> Step[FirefoxTrial]:
    """Return a step that stands for one that Firefox can't take, so that it is counted."""

    def run(trial: FirefoxTrial) -> str:
        raise StepSkipped("not in Firefox")

    return Step(other.id, other.title, other.expected, run)


FIREFOX_STEPS: tuple[Step[FirefoxTrial], ...] = (
    register,
    subscribe,
    *map(_push_step, KINDS),
    update,
    # Last: the server does not come back.
    offline,
)
