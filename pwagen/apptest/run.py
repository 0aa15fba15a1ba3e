"""A whole run of `pwagen test`: start the services, run the steps in each browser, stop everything."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from pwagen.apptest.selection import selection
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import Result, Step
from pwagen.apptest.step_screenshots import save_screenshot
from pwagen.apptest.target import TargetSite, open_target
from pwagen.errors import PwagenError
from pwagen.testing.find_browser import BrowserMissingError, find_chromium, find_firefox

if TYPE_CHECKING:
    from pwagen.apptest.run_report import Progress
    from pwagen.keys.key_pair import KeyPair
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.push_service import PushService

Site = TypeVar("Site", bound=SiteUnderTest)
Browser = Literal["chromium", "firefox"]

# Everything but this machine is out of reach, also where there is internet: a test must not tell a
# production server of its subscriptions, nor depend on other hosts.
NO_INTERNET = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]"
NO_PROXY_FOR_FIREFOX: dict[str, str | bool | int] = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "localhost, 127.0.0.1",
}


@dataclass(frozen=True)
class Options:
    """How to test."""

    browsers: tuple[Browser, ...] = ("chromium",)
    select: str = ""
    mount: str = "/"
    headed: bool = False
    key_pair: KeyPair | None = None
    screenshots: Path | None = None


def run_app_test(target: str, options: Options, progress: Progress) -> None:
    """Report the result of every chosen step to ``progress``, as soon as it is available.

    Of several browsers one may be missing, which is a skipped result of its own.

    Raises:
        PwagenError: there is nothing to test, no browser to test it in, or no step that is chosen.
    """
    matches = selection(options.select)
    missing = _missing(options.browsers)
    some = bool(missing)
    with (
        _browser_errors_reported(),
        tempfile.TemporaryDirectory(prefix="pwagen-test-") as scratch,
        ExitStack() as stack,
    ):
        target_site = open_target(target, Path(scratch))
        for note in target_site.notes:
            progress.note(note)
        surroundings = _surroundings(stack)
        for browser in options.browsers:
            run = _in_chromium if browser == "chromium" else _in_firefox
            if error := missing.get(browser):
                progress.ended(_absent(browser, error))
            else:
                some |= run(target_site, surroundings, options, matches, progress)
    if not some:
        raise PwagenError(f"-k {options.select!r} chooses no step - run without -k to see their names")


def _missing(browsers: tuple[Browser, ...]) -> dict[Browser, BrowserMissingError]:
    """Return why some of the browsers aren't there; raises it if none is."""
    missing = {}
    for browser in browsers:
        try:
            find_chromium() if browser == "chromium" else find_firefox()
        except BrowserMissingError as error:
            missing[browser] = error
    if len(missing) == len(browsers):
        raise next(iter(missing.values()))
    return missing


def _absent(browser: Browser, error: BrowserMissingError) -> Result:
    title = f"{browser.capitalize()} is started"
    return Result("start", title, browser, "skipped", "a browser", str(error), "", 0)


def _surroundings(stack: ExitStack) -> tuple[PushService, Desktop]:
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.push_service import PushService

    return stack.enter_context(PushService()), stack.enter_context(Desktop())


def _in_chromium(
    target_site: TargetSite,
    surroundings: tuple[PushService, Desktop],
    options: Options,
    matches: Callable[[str], bool],
    progress: Progress,
) -> bool:
    """Run the chosen steps; False if none is."""
    from pwagen.apptest.sites.chromium_site import ChromiumSite
    from pwagen.apptest.steps import STEPS
    from pwagen.testing.chromium.chromium import Chromium

    chosen = [step for step in STEPS if matches(f"{step.id} chromium")]
    arguments = [] if target_site.kind == "url" else [NO_INTERNET]
    if not chosen:
        return False
    with Chromium(*surroundings, headless=not options.headed, arguments=arguments) as chromium:
        site = ChromiumSite(
            target_site, chromium, *surroundings, key_pair=options.key_pair, mount=options.mount
        )
        return _run(site, chosen, options, progress)


def _in_firefox(
    target_site: TargetSite,
    surroundings: tuple[PushService, Desktop],
    options: Options,
    matches: Callable[[str], bool],
    progress: Progress,
) -> bool:
    """Run the chosen steps; False if none is."""
    from pwagen.apptest.sites.firefox_site import FirefoxSite
    from pwagen.apptest.steps.firefox_steps import FIREFOX_STEPS
    from pwagen.testing.firefox.firefox import Firefox

    chosen = [step for step in FIREFOX_STEPS if matches(f"{step.id} firefox")]
    preferences = {} if target_site.kind == "url" else NO_PROXY_FOR_FIREFOX
    if not chosen:
        return False
    with Firefox(*surroundings, headless=not options.headed, preferences=preferences) as firefox:
        site = FirefoxSite(
            target_site, *surroundings, firefox=firefox, key_pair=options.key_pair, mount=options.mount
        )
        return _run(site, chosen, options, progress)


def screenshots_of(browser: str, options: Options) -> Path | None:
    """Return the folder for a browser's pictures: with one browser they are not hidden in one of its own."""
    several = len(options.browsers) > 1
    return options.screenshots and (options.screenshots / browser if several else options.screenshots)


def _run(site: Site, steps: Sequence[Step[Site]], options: Options, progress: Progress) -> bool:
    from pwagen.apptest.run_steps import browser_failures, run_steps

    shots = screenshots_of(site.browser, options)

    def before(step: Step[Site]) -> None:
        progress.begins(site.browser, step)

    def look(result: Result) -> None:
        if shots:
            save_screenshot(shots, result, site)

    try:
        run_steps(site, steps, before, progress.ended, look=look)
    finally:
        # Every step has its result: a browser that has crashed can't be tidied up, and that's no matter.
        with suppress(*browser_failures()):
            site.close()
    return True


@contextmanager
def _browser_errors_reported() -> Iterator[None]:
    """End the run with one line if a browser fails before or after the steps."""
    from playwright.sync_api import Error

    from pwagen.apptest.run_steps import in_words

    try:
        yield
    except (Error, ConnectionError, TimeoutError) as error:
        raise PwagenError(f"the run broke off: {in_words(error)}") from error
