"""What a user has typed, or posted, survives updates and clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.applications.application import form_field, page
from tests.applications.conftest import App

if TYPE_CHECKING:
    from aiohttp import web
    from playwright.sync_api import Dialog, FrameLocator, Page

pytestmark = pytest.mark.browser

# Of fields.html: what is typed into, and the frame that it is in.
FIELDS = [
    ("#react input", None),
    ("#vue textarea", None),
    ("body", "#editor"),
    ("textarea", "#comment"),
    ("#editable", None),
    ("#code", None),
    ("#element input", None),
    ("#shadow div", None),
    ("textarea", "#own"),
    ("#form input", None),
]
# Of those the ones in which all that was typed is deleted again.
TAKEN_BACK = ("#element input", "#editable", "#form input")


def type_into(opened: Page, field: str, frame: str | None = None) -> None:
    """Type as a person does."""
    place: Page | FrameLocator = opened.frame_locator(frame) if frame else opened
    place.locator(field).click()
    opened.keyboard.type("A letter")


def is_kept(opened: Page) -> bool:
    """Whether the page is still the one that was marked."""
    return bool(opened.evaluate("window.marked === true"))


IS_UNSAVED = """() => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(data.unsaved);
  const { serviceWorker } = navigator;
  const question = { data: { pwagen: "window" }, ports: [port2], source: serviceWorker.controller };
  serviceWorker.dispatchEvent(new MessageEvent("message", question));
})"""


# As Lit's ?checked and ?selected do: what is chosen is the default at once.
MIRRORED = {
    "checkbox": '<input type="checkbox" id="field">',
    "radio": '<input type="radio" name="size" checked><input type="radio" name="size" id="field">',
    "drop-down": '<select id="field"><option>Tea<option>Coffee</select>',
    "list": '<select id="field" multiple><option>Tea<option>Coffee</select>',
    "text": '<input id="field">',
    "in a closed tree": '<div id="host"></div>',
    "plain text": '<div id="field" contenteditable="plaintext-only">Tea</div>',
    "in a dialog": '<dialog id="dialog"><form method="dialog"><input id="field"></form></dialog>',
    "in a frame of a frame": '<iframe id="frame" srcdoc="<iframe srcdoc=\'<textarea>\'></iframe>"></iframe>',
}
MIRROR = """for (const type of ["input", "change"]) document.addEventListener(type, ({ target }) => {
  target.defaultValue = target.value;
  for (const option of target.options ?? []) option.toggleAttribute("selected", option.selected);
  for (const choice of document.querySelectorAll("input")) choice.toggleAttribute("checked", choice.checked);
});"""
SHOW = """async (field) => {
  const main = document.querySelector("main");
  main.innerHTML = field;
  main.querySelector("dialog")?.showModal();
  main.querySelector("#host")?.attachShadow({ mode: "closed" }).append(document.createElement("textarea"));
  const frame = main.querySelector("iframe");
  if (frame) await new Promise((resolve) => { frame.onload = resolve; });
}"""


def test_changes_are_seen_in_fields_of_frameworks_in_frames_in_editors_and_where_defaults_follow_them(
    app: App,
) -> None:
    app.add_frameworks()
    writing = app.open("fields.html")
    for field, frame in FIELDS:
        assert writing.evaluate(IS_UNSAVED) is False, field
        type_into(writing, field, frame)
        assert writing.evaluate(IS_UNSAVED) is True, field
        if field in TAKEN_BACK:
            for _ in "A letter":
                writing.keyboard.press("Backspace")
            assert writing.evaluate(IS_UNSAVED) is False, field
        writing.locator(frame or field.split()[0]).evaluate("(part) => part.remove()")
    writing.evaluate(MIRROR)
    for name, field in MIRRORED.items():
        writing.evaluate(SHOW, field)
        assert writing.evaluate(IS_UNSAVED) is False, name
        if name == "in a frame of a frame":
            writing.frame_locator("#frame").frame_locator("iframe").locator("textarea").click()
        elif "<select" in field:
            writing.locator("#field").press("ArrowDown")
        else:
            writing.locator("#field, #host").click(position={"x": 5, "y": 8})
        if "<select" not in field:
            writing.keyboard.type("Tea")
        assert writing.evaluate(IS_UNSAVED) is True, name


def test_typed_text_survives_an_update_in_another_tab_and_a_click_without_another_window(app: App) -> None:
    app.add_frameworks()
    other = app.open("index.html")
    typed = app.open("order.html")
    type_into(typed, "input")
    filled_in = app.open("order.html")
    filled_in.locator("input").fill("Coffee")
    filled_in.goto(app.site.url + "about.html")
    filled_in.go_back()  # the browser fills it in again
    assert filled_in.locator("input").input_value() == "Coffee"
    sent = app.open("fields.html")
    type_into(sent, "#react input")
    sent.locator("#react button").click()
    for opened in (typed, filled_in, sent):
        opened.evaluate("window.marked = true")

    app.let_in_next(other)
    app.until(sent, "!window.marked")
    for opened in (typed, filled_in):
        app.until(opened, "document.documentElement.dataset.pwagenUpdate === 'ready' || !window.marked")
        assert is_kept(opened)

    other.close()
    sent.wait_for_load_state()  # close() may hang in a reload
    sent.close()
    app.click_push(typed, "about.html")
    app.chromium.poll(lambda: "about.html" in app.windows(), what="the target to be shown")
    assert is_kept(typed)
    assert is_kept(filled_in)
    assert app.windows() == ["about.html", "order.html", "order.html"]


def order_handlers(app: App) -> list[str]:
    """Let the shop take orders; returns what was ordered."""
    orders: list[str] = []

    def take(request: web.Request) -> web.Response:
        orders.append(form_field(request, "item"))
        return page(f"Ordered {orders[-1]}", "<p>Thank you.</p>")

    app.site.handlers["POST", "order"] = take
    app.site.handlers["GET", "order"] = lambda request: page("Your orders")
    return orders


def open_answer(app: App) -> Page:
    """Order something; returns the marked tab that shows the answer."""
    answer = app.open("order.html")
    order(answer)
    return answer


def order(page: Page) -> None:
    page.locator("button").click()
    page.wait_for_url("**/order")
    page.evaluate("window.marked = true")


def test_an_update_does_not_post_again_and_goes_to_its_address_when_its_user_agrees(app: App) -> None:
    # https://github.com/whatwg/html/issues/3215: location.reload() repeats a POST
    orders = order_handlers(app)
    other = app.open("index.html")
    answer = open_answer(app)
    app.let_in_next(other)
    app.until(answer, "document.documentElement.dataset.pwagenUpdate === 'ready' || !window.marked")
    assert orders == ["Tea"]
    assert is_kept(answer)
    assert answer.locator("h1").inner_text() == "Ordered Tea"
    agree(app, answer)
    assert orders == ["Tea"]
    # Here no other tab has let the new build in: its worker waits until the user agrees.
    other.close()
    answer.goto(app.site.url + "order.html")
    order(answer)
    app.deploy_next()
    app.find_new_build(answer)
    app.until(answer, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    agree(app, answer)
    assert orders == ["Tea", "Tea"]


def agree(app: App, answer: Page) -> None:
    """Update all the same, when asked a second time; the page at the answer's address comes."""
    answer.evaluate("pwagen.update.apply()")
    app.until(answer, "document.documentElement.dataset.pwagenUnsaved === 'held'")
    with answer.expect_navigation():
        answer.evaluate("void pwagen.update.apply()")
    assert answer.locator("h1").inner_text() == "Your orders"


def test_an_update_that_asks_nobody_does_not_post_again(app: App) -> None:
    orders = order_handlers(app)
    app.configure("update: auto")
    other = app.open("index.html")
    answer = open_answer(app)
    other.evaluate("window.marked = true")
    app.deploy_next()
    # More than once, as find_new_build does.
    app.until(other, "!window.marked || pwagen.update.check().then(() => false, () => false)")
    app.until(answer, "document.documentElement.dataset.pwagenUpdate === 'ready' || !window.marked")
    assert orders == ["Tea"]
    assert is_kept(answer)
    assert answer.locator("h1").inner_text() == "Ordered Tea"


def test_a_user_who_stays_at_a_question_of_the_page_can_still_update(app: App) -> None:
    # An editor on a canvas has no field: it lets the browser ask.
    writing = app.open("order.html")
    writing.locator("h1").click()
    writing.evaluate(
        "window.onbeforeunload = (event) => { if (window.asks) event.preventDefault(); }; window.asks = true"
    )
    writing.evaluate("window.marked = true")
    answers: list[str] = []

    def stay(dialog: Dialog) -> None:
        answers.append(dialog.type)
        dialog.dismiss()

    writing.on("dialog", stay)
    app.deploy_next()
    app.find_new_build(writing)
    app.until(writing, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    writing.evaluate("void pwagen.update.apply()")
    app.chromium.poll(lambda: answers, what="the question")
    app.until(writing, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    assert answers == ["beforeunload"]
    assert is_kept(writing)
    writing.evaluate("window.asks = false")
    with writing.expect_navigation():
        writing.evaluate("void pwagen.update.apply()")


def test_what_is_typed_after_an_update_was_accepted_is_kept_until_it_is_accepted_again(app: App) -> None:
    # An answer that is still coming keeps the worker before, and so the new one out, for as long.
    app.site.answers.held.add("slow.png")
    writing = app.open("order.html")
    app.until(writing, "navigator.serviceWorker.controller !== null")
    app.deploy_next()
    app.find_new_build(writing)
    app.until(writing, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    writing.evaluate("window.marked = true; (window.picture = new Image()).src = 'slow.png'")
    writing.evaluate("pwagen.version()")  # the worker has got both
    writing.evaluate("pwagen.update.apply()")
    type_into(writing, "input")
    app.site.answers.held.clear()
    app.until(writing, "!window.marked || document.documentElement.dataset.pwagenUnsaved === 'held'")
    assert is_kept(writing)
    with writing.expect_navigation():
        writing.evaluate("void pwagen.update.apply()")
