"""The permission to notify: not asked for before the user acts, refused, granted."""

from __future__ import annotations

from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step

UNASKED_SECONDS = 1
"""How long a page that is open is given to ask."""

_COUNT_QUESTIONS = """() => {
  globalThis.pwagenQuestions = 0;
  const watch = (object, name) => {
    const original = object[name];
    object[name] = function (...args) {
      if (Notification.permission === "default" && !navigator.userActivation.isActive) {
        globalThis.pwagenQuestions += 1;
      }
      return original.apply(this, args);
    };
  };
  watch(Notification, "requestPermission");
  // It asks, too, where nobody has been asked before.
  watch(PushManager.prototype, "subscribe");
}"""
_STATE = "document.documentElement.dataset.pwagenPush"


@step("permission-default", "Nothing is asked before the user acts", "no question when the page opens")
def permission_default(site: SiteUnderTest) -> str:
    site.needs_event("push")
    site.set_permission("prompt")
    page = site.visit(before=lambda page: page.add_init_script(f"({_COUNT_QUESTIONS})()"))
    if site.config:
        site.until(lambda: page.evaluate(_STATE))
    if site.until(lambda: page.evaluate("globalThis.pwagenQuestions"), UNASKED_SECONDS):
        raise StepFailedError("the page asked for the permission without a click", where=page.url)
    return "no question"


@step("permission-denied", "The user refuses", "a page that works on, and doesn't ask again")
def permission_denied(site: SiteUnderTest) -> str:
    site.needs_event("push")
    site.set_permission("denied")
    page = site.visit()
    if not site.config or "push" not in site.config:
        return "the page opens without an error"
    site.until(lambda: page.evaluate(_STATE) == "denied")
    state = page.evaluate("pwagen.push.state()")
    if state != "denied":
        raise StepFailedError(f"the page says “{state}”", where=page.url, expected="the state “denied”")
    failure = page.evaluate("pwagen.push.subscribe().then(() => 'a subscription', (error) => error.name)")
    if failure != "PermissionDeniedError":
        raise StepFailedError(
            f"subscribing gives {failure}", where=page.url, expected="PermissionDeniedError"
        )
    return "the page says “denied” and explains it"


@step("permission-granted", "The user agrees", "a question in the click, and the permission")
def permission_granted(site: SiteUnderTest) -> str:
    site.needs_event("push")
    site.set_permission("prompt")
    page = site.visit(before=site.answer_prompt)
    site.until(lambda: not site.config or page.evaluate(_STATE) == "default")
    if not site.press(page, "push"):
        site.set_permission("granted")
        raise StepSkippedError("not applicable: the page has no data-pwagen=push control to click")
    if not site.until(lambda: page.evaluate("Notification.permission") == "granted", 10):
        raise StepFailedError(
            f"the permission is “{page.evaluate('Notification.permission')}”", where=page.url
        )
    if site.until(lambda: page.evaluate(_STATE) == "subscribed"):
        # Made by the page's own control, as the steps need it that follow.
        site.once("a subscription", lambda: site.subscription_of(page))
    return "asked in the click, and granted"
