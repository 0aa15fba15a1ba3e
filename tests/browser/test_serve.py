"""The dev server and its console, as a person uses them, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyvips import Image

from pwagen.keys.key_pair import generate_key_pair
from pwagen.serve.signing import Signing
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.push_service import PushService
from tests.serve.serving import CONFIG, Served, make_project, serving

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Harbour</title>
<link rel="icon" href="data:,">
</head>
<body>
<h1>Harbour</h1>
<button data-pwagen="push">Bell</button>
</body>
</html>
"""
MORE = """notifications:
  actions: [{action: tides, title: Tides, url: tides.html}]
badge: {on_push: add}
"""

APP = """
  name: Harbour
  background_color: "#010203"
  color_scheme_dark: {background_color: "#040506"}
  screenshots: [{src: shot.png, label: The harbour}]"""
PHONES = [f"document.querySelectorAll('.phone')[{at}]" for at in range(2)]

pytestmark = pytest.mark.browser


@dataclass
class Workplace:
    """The console in one tab, the site in another once it is asked for."""

    chromium: Chromium
    served: Served
    console: Page

    @cached_property
    def page(self) -> Page:
        """Open the site."""
        return self.chromium.open(self.served.desk.hosts.site_url, wait_for_worker=True)

    def press_bell(self) -> None:
        """Press the bell, and go back to the console: in a tab behind another a click takes seconds."""
        self.page.bring_to_front()
        self.page.get_by_role("button", name="Bell").click()
        self.console.bring_to_front()

    def subscribe(self) -> Locator:
        """Press the site's bell; return the console's row of the subscription."""
        self.press_bell()
        row = self.console.locator("#subscriptions li")
        row.wait_for()
        return row

    def event(self, label: str, text: str = "") -> Locator:
        """Return the newest entry of the console's log with a label and a text, once it is there."""
        chip = self.console.locator(".chip", has_text=re.compile(f"^{label}$"))
        entry = self.console.locator("#log li", has=chip, has_text=text).first
        entry.wait_for()
        return entry


@pytest.fixture
def workplace(
    chromium: Chromium, push_service: PushService, desktop: Desktop, tmp_path: Path
) -> Iterator[Workplace]:
    folder = make_project(tmp_path / "harbour", generate_key_pair(), CONFIG + MORE)
    for name in ("index.html", "tides.html"):
        (folder / "public" / name).write_text(PAGE)
    signing = Signing(subject="mailto:push@harbour.news", push_origin=push_service.origin)
    with serving(folder, signing) as served:
        hosts = served.desk.hosts
        chromium.set_permission(hosts.site_url, "notifications", "granted")
        console = chromium.open(hosts.console_url)
        console.get_by_text("Live", exact=True).wait_for()
        yield Workplace(chromium, served, console)
        problems = [str(problem) for problem in chromium.problems]
        chromium.close_pages()
        chromium.forget(hosts.site_url)
    assert problems == []


def test_from_the_bell_to_the_click_and_from_a_gone_subscription_to_another(
    workplace: Workplace, desktop: Desktop, push_service: PushService
) -> None:
    console = workplace.console
    assert console.locator("#no-subscriptions").is_visible()
    assert console.locator("#send").is_disabled()
    row = workplace.subscribe()
    assert "Chrome on Linux" in row.inner_text()

    console.get_by_label("title", exact=True).fill("High tide")
    console.get_by_label("body", exact=True).fill("at <b>noon</b>")
    assert console.locator("#preview-title").inner_text() == "High tide"
    assert console.locator("#preview-body").inner_text() == "at <b>noon</b>"
    assert console.locator("#preview-actions").inner_text() == "Tides"
    console.locator("#send:enabled").click()

    shown = desktop.wait_for_notification("High tide")
    assert shown.actions == ["Tides"]
    assert "1" in workplace.event("delivered", "Google").inner_text()
    assert row.locator(".chip").inner_text() == "delivered"
    workplace.event("push")
    workplace.event("shown", "High tide")

    desktop.click(shown, "Tides")
    workplace.page.wait_for_url("**/tides.html")
    assert "tides" in workplace.event("click", "High tide").inner_text()
    assert console.url == workplace.served.desk.hosts.console_url, "a click leaves the console alone"

    console.bring_to_front()
    push_service.expire(push_service.subscriptions[-1])
    console.locator("#send").click()
    assert "the subscription is over" in workplace.event("gone").inner_text()
    row.wait_for(state="detached")
    workplace.press_bell()  # the page still believes to be subscribed
    workplace.event("unsubscribed")
    workplace.subscribe()


def test_the_form_names_mistakes_knows_every_member_of_a_message_and_can_be_read_and_reached(
    workplace: Workplace, desktop: Desktop
) -> None:
    console = workplace.console
    workplace.subscribe()
    console.locator("#send:enabled").wait_for()
    console.get_by_label("navigate", exact=True).fill("javascript:alert(1)")
    console.get_by_text("write an http(s) URL").wait_for()
    assert console.locator("#send").is_disabled()
    assert console.locator("#send-later").is_disabled()
    console.get_by_label("navigate", exact=True).fill("")
    console.get_by_label("body", exact=True).fill("x" * 5000)
    console.get_by_text("shorten body").wait_for()
    assert console.locator("#send").is_disabled()
    console.get_by_label("body", exact=True).fill("short")
    console.locator("#send:enabled").wait_for()
    console.locator("#send-later:enabled").click()
    assert "goes out at" in workplace.event("message 1").inner_text()
    assert console.locator("#subscriptions .chip").inner_text() == ""
    console.locator("#subscriptions input").uncheck()
    console.locator("#recipients", has_text="to nobody yet").wait_for()
    assert console.locator("#send").is_disabled()

    console.locator("#subscriptions input").check()
    console.get_by_label("title", exact=True).fill("Three ferries")
    console.get_by_label("app_badge", exact=True).fill("3")
    console.get_by_role("button", name="Add to actions").click()
    group = console.locator("fieldset fieldset")
    group.get_by_label("action", exact=True).fill("list")
    group.get_by_label("title", exact=True).fill("Show them")
    console.get_by_text("More", exact=True).click()
    console.get_by_label("requireInteraction").check()
    console.get_by_label("vibrate").fill("200, 100, 200")
    console.get_by_label("data", exact=True).fill('{"ferries": [1, 2, 3]}')
    console.get_by_label("urgency").select_option("high")
    assert console.locator("#preview-badge").inner_text() == "3"
    console.get_by_text("What is sent").click()
    console.locator("#payload", has_text="requireInteraction").wait_for()
    console.locator("#send:enabled").click()

    assert desktop.wait_for_notification("Three ferries").actions == ["Show them"]
    detail = workplace.event("shown", "Three ferries").locator("pre").text_content()
    assert detail and '"ferries"' in detail

    for width in (1440, 1000, 360):
        for scheme in ("light", "dark"):
            console.set_viewport_size({"width": width, "height": 900})
            console.emulate_media(color_scheme=scheme)
            assert console.evaluate("document.documentElement.scrollWidth") <= width, (width, scheme)
            assert console.evaluate(UNNAMED) == [], (width, scheme)
            assert console.evaluate(FAINT) == [], (width, scheme)


def test_edits_show_in_the_console_and_in_the_icons_as_platforms_show_them(workplace: Workplace) -> None:
    page = workplace.console
    config = workplace.served.folder / "pwagen.yaml"
    good = config.read_text()
    config.write_text(good.replace("on_push: add", "on_push: ad"))
    page.get_by_text("The build fails").wait_for()
    assert "badge.on_push" in page.locator("#problem").inner_text()
    config.write_text(good.replace("Harbour", "Port"))
    page.locator("#app", has_text="Port").wait_for()
    assert not page.locator("#problem").is_visible()

    page.get_by_role("link", name="Icons").click()
    page.locator("h2", has_text="Store").first.wait_for()
    assert page.get_by_alt_text("The harbour").count() == 0
    (workplace.served.folder / "public" / "shot.png").write_bytes(Image.black(9, 16).pngsave_buffer())
    config.write_text(good.replace("{name: Harbour}", APP) + "icons: {monogram: {}}\n")
    page.get_by_alt_text("The harbour").first.wait_for()
    page.wait_for_load_state()  # an image has its place before it has come
    assert page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    backgrounds = [page.evaluate(f"getComputedStyle({phone}).backgroundColor") for phone in PHONES]
    assert backgrounds == ["rgb(1, 2, 3)", "rgb(4, 5, 6)"]
    assert page.get_by_alt_text("The harbour").count() == 2
    for width in (1440, 360):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(FAINT) == []
            assert page.evaluate("[...document.images].filter((one) => !one.hasAttribute('alt')).length") == 0
    config.write_text(good.replace("{name: Harbour}", "{name: Port, x: 1}"))
    page.get_by_role("alert").wait_for()
    assert "x" in page.get_by_role("alert").inner_text()
    config.write_text(good.replace("Harbour", "Port") + "icons: {monogram: {}}\n")
    page.locator("h1", has_text="Port").wait_for()
    assert not page.get_by_role("alert").is_visible()


UNNAMED = """() => [...document.querySelectorAll("input, select, textarea, button, meter")]
  .filter((one) => !one.labels?.length && !one.textContent.trim() && !one.ariaLabel)
  .map((one) => one.outerHTML)"""

# Texts whose contrast to what is behind them is less than 4.5:1 (https://www.w3.org/TR/WCAG22/#contrast-minimum).
FAINT = """() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => channels(color).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if ((channels(color)[3] ?? 1) === 1) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const faint = [];
  for (const element of document.body.querySelectorAll("*")) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || !element.checkVisibility() || element.disabled) continue;
    const [one, other] = [getComputedStyle(element).color, behind(element)].map(light).sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < 4.5) faint.push(`${element.textContent.trim().slice(0, 40)}: ${contrast}`);
  }
  return faint;
}"""
