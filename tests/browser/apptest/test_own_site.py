"""What real applications meet: each fault of a worker or a page is caught by the step that is about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.apptest.target import TargetSite, open_target
from tests.browser.apptest.conftest import Run
from tests.folders import copy_sample

pytestmark = pytest.mark.browser

# What each breaks, in front of the worker that pwagen made.
FAULTS = """
// A click takes what client.url says for what is shown, and a frame for a window.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL("./", location).href;
  const show = (clients) => {
    const [client] = clients.sort((one) => (one.url === url ? -1 : 1));
    if (!client) return self.clients.openWindow(url);
    return client.url === url ? client.focus() : client.focus().then(() => client.navigate(url));
  };
  event.waitUntil(self.clients.matchAll({ type: "window" }).then(show));
});
self.addEventListener = function (type, ...rest) {
  // In place of the worker's own.
  if (type === "notificationclick") delete self.addEventListener;
  else EventTarget.prototype.addEventListener.call(self, type, ...rest);
};

// The preload is switched on, and its answer is not used; a picture is kept by its name.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.waitUntil(fetch(request.url));
  if (!/[0-9a-f]{24}\\.svg$/.test(request.url)) return;
  event.stopImmediatePropagation();
  event.respondWith(
    caches.open("pictures").then(async (cache) => {
      const stored = await cache.match(request);
      if (stored) return stored;
      const response = await fetch(request);
      await cache.put(request, response.clone());
      return response;
    }),
  );
});

// A page is not told that the answer that came late leads elsewhere.
const post = Client.prototype.postMessage;
Client.prototype.postMessage = function (message, ...rest) {
  if (message.pwagen !== "page") post.call(this, message, ...rest);
};

// What is missing stays away.
const put = Cache.prototype.put;
Cache.prototype.put = async function (request, ...rest) {
  const key = String(request.url ?? request);
  // Firefox doesn't tell a worker what it is itself.
  const isActive = self.serviceWorker ? self.serviceWorker.state === "activated" : self.registration.active;
  if (!isActive || /svg$/.test(key)) return put.call(this, request, ...rest);
};
"""
# What is copied into pages the most.
RELOADS = 'navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());'

CAUGHT = {
    "click-frame": "the worker called focus on the frame",
    "click-pushstate": "the page that was left is taken for shown",
    "one-request": "2 requests for index.html",
    "picture-fresh": "still the old picture",
    "log-in-slow": "still “Harbour News”, as if the user were signed in",
    "caches-deleted": "what was deleted stays away",
    "update-post": "the form was sent 2 times",
    "update-typed": "the text is gone: the page was loaded again",
}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for what will not come no longer than it takes to see that."""
    monkeypatch.setattr("pwagen.apptest.steps.deleted_caches.HEAL_SECONDS", 2)
    monkeypatch.setattr("pwagen.apptest.steps.freshness.LOG_IN_SECONDS", 1)
    monkeypatch.setattr("pwagen.apptest.steps.click_windows.TARGET_SECONDS", 1)


@pytest.fixture
def broken_site(tmp_path: Path) -> TargetSite:
    """Return the sample with everything broken that applications need."""
    project = copy_sample(tmp_path / "project")
    index = project / "public/index.html"
    index.write_text(index.read_text().replace("</head>", f"<script>{RELOADS}</script>\n</head>"))
    target = open_target(str(project), tmp_path)
    assert target.folder
    worker = target.folder / "sw.js"
    worker.write_text(f"{FAULTS}\n{worker.read_text()}")
    return target


def test_each_fault_is_caught_by_its_step(run: Run, broken_site: TargetSite) -> None:
    results = run(broken_site, *CAUGHT)
    assert {id: results[id].seen for id in CAUGHT if results[id].status != "failed"} == {}
    assert {id: results[id].seen for id, seen in CAUGHT.items() if seen not in results[id].seen} == {}
    assert all(result.hint and result.where for result in results.values())


def test_firefox_catches_what_it_can_be_asked_for(run_in_firefox: Run, broken_site: TargetSite) -> None:
    ids = ("click-pushstate", "one-request", "picture-fresh", "update-typed")
    results = run_in_firefox(broken_site, *ids)
    assert {id: results[id].seen for id in ids if results[id].status != "failed"} == {}
    assert {id: results[id].seen for id in ids if CAUGHT[id] not in results[id].seen} == {}
