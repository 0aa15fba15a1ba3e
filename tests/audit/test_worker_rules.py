"""What rules of workers and page scripts say of code that is not in their examples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pwagen.audit.audit_run import audit
from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.rules import worker_growth
from pwagen.audit.set_up import set_up_of
from pwagen.audit.settings import AuditSettings
from pwagen.audit.sources.folder_source import FolderSource
from tests.audit.examples import write_example

pytestmark = pytest.mark.slow  # each case audits a whole site

GOLDEN = Path(__file__).parent.parent / "golden"
FETCHES = "self.onfetch = (event) => event.respondWith(fetch(event.request));"
SHOW = "self.registration.showNotification('Bread')"


def rules_of(folder: Path, **example: str) -> list[str]:
    write_example(folder, {name.replace("__", "#").replace("_", "."): text for name, text in example.items()})
    return [finding.rule for finding in audit(AuditedSite("", FolderSource(folder)), AuditSettings())]


def push(body: str) -> str:
    return f"self.addEventListener('push', (event) => {{\n{body}\n}});"


@pytest.mark.parametrize("name", ["minimal", "full"])
def test_what_is_generated_has_no_finding(name: str) -> None:
    site = AuditedSite(name, FolderSource(GOLDEN / name / "out"))
    rules = [finding.rule for finding in audit(site, AuditSettings(select=["worker-", "push-", "click-"]))]
    assert site.workers and rules == []


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        # An own function with the name of the method, which waits.
        (f"showNotification(event);\nfunction showNotification(e) {{ e.waitUntil({SHOW}); }}", []),
        # The event goes to code that isn't known.
        ("shop.handle(event);", []),
        (f"const wait = (e) => e.waitUntil({SHOW});\nwait(event);", []),
        (f"(async () => {{ await {SHOW}; }})();", ["worker-waits"]),
        ("event.waitUntil(caches.open('a'));\nself.registration.showNotification('a');", ["worker-waits"]),
    ],
)
def test_waiting(body: str, rules: list[str], tmp_path: Path) -> None:
    found = rules_of(tmp_path, sw_js__push=push(body))
    assert [rule for rule in found if rule == "worker-waits"] == rules


@pytest.mark.parametrize(
    "script",
    [
        'document.querySelector("button").onclick = () => Notification.requestPermission();',
        "export function ask(force) {\n  return Notification.requestPermission();\n}",
        'if (Notification.permission === "granted") Notification.requestPermission();',
        "const Notification = { requestPermission() {} };\nNotification.requestPermission();",
    ],
)
def test_permission_asked_at_a_moment_that_may_be_right(script: str, tmp_path: Path) -> None:
    assert rules_of(tmp_path, app_js__more=script) == []


@pytest.mark.parametrize(
    "script",
    [
        "Notification.requestPermission();",
        "setTimeout(() => Notification.requestPermission(), 5000);",
        "async function start() {\n  await window.Notification.requestPermission();\n}\nstart();",
        "navigator.serviceWorker.ready.then(() => Notification.requestPermission());",
        "!function () {\n  Notification.requestPermission();\n}();",
        "window.onload = () => Notification.requestPermission();",
    ],
)
def test_permission_asked_at_load(script: str, tmp_path: Path) -> None:
    assert rules_of(tmp_path, app_js__more=script) == ["permission-on-gesture"]


def test_code_that_is_evaluated_or_a_template_is_not_judged(tmp_path: Path) -> None:
    assert rules_of(tmp_path, sw_js__fetch="eval(self.code);", index_html__head="") == []
    assert rules_of(tmp_path, sw_js__more="{% load pwa %}") == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("<div>not found</div>", ["worker-parses"]),
        ("const a = /(?i:x)y/, b = /[\\p{L}--[a-z]]/v; class A { static { this.b ??= 1_0n; } }", []),
        ("async function f() { await using a = b; for await (const c of d?.[e]) c; }", []),
        ("const path = String.raw`C:\\users\\x`;", []),
        ("interface A { b: number }", ["worker-parses"]),
        # What browsers do with them differs; the work for each node grows with its depth.
        ("if (a) {" * 4000 + "this.caches.open(b); " + "}" * 4000, []),
    ],
)
def test_what_is_no_script(text: str, rules: list[str], tmp_path: Path) -> None:
    assert rules_of(tmp_path, sw_js__more=text) == rules


def test_a_page_in_place_of_a_worker(tmp_path: Path) -> None:
    write_example(tmp_path, {"sw.js": "<!doctype html><title>Not found</title>"})
    (finding,) = audit(AuditedSite("", FolderSource(tmp_path)), AuditSettings())
    assert (finding.rule, finding.message) == (
        "worker-registered-file",
        "there is a page at /sw.js, and no worker",
    )


def test_an_import_that_is_in_the_script_itself_is_of_no_host(tmp_path: Path) -> None:
    text = "importScripts('data:text/javascript,1', 'http://[');"
    assert "worker-imports-own-scripts" not in rules_of(tmp_path, sw_js__more=text)


def test_a_hash_of_angular_is_compared(tmp_path: Path) -> None:
    table = (
        '{"hashTable": {\n"/app.js": "' + "0" * 40 + '",\n"/gone.js": "' + "1" * 40 + '", "/index.html": ""}}'
    )
    worker = "self.addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));"
    write_example(tmp_path, {"ngsw.json": table, "ngsw-worker.js": worker})
    findings = audit(AuditedSite("", FolderSource(tmp_path)), AuditSettings(select=["worker-precache-"]))
    assert [(one.rule, one.message.split()[0], str(one.where)) for one in findings] == [
        ("worker-precache-exists", "/gone.js", "ngsw.json:3:1"),
        ("worker-precache-current", "/app.js", "ngsw.json:2:1"),
    ]


@pytest.mark.parametrize(
    ("worker", "table", "messages"),
    [
        ("fetch('ngsw.json')", None, ["there is no ngsw.json beside this worker"]),
        ("fetch('ngsw.json')", "{", ["this is not JSON with a hashTable"]),
        ("fetch('ngsw.json')", "[1]", ["this is not JSON with a hashTable"]),
        (
            "fetch('ngsw.json')",
            '{"hashTable": []}',
            ["this is not JSON with a hashTable"],
        ),
        ("fetch('ngsw.json')", '{"hashTable": {}}', []),
        # The worker by which Angular takes another one back.
        ("self.registration.unregister()", None, []),
    ],
)
def test_the_list_of_angular(worker: str, table: str | None, messages: list[str], tmp_path: Path) -> None:
    example = {"ngsw-worker.js": worker} | ({"ngsw.json": table} if table else {})
    write_example(tmp_path, example)
    findings = audit(AuditedSite("", FolderSource(tmp_path)), AuditSettings(select=["worker-angular-list"]))
    assert [one.message for one in findings] == messages


@pytest.mark.parametrize(
    ("page", "set_up"),
    [
        ('<script type="module" crossorigin src="/assets/index-CrLoQPpq.js"></script>', "vite"),
        ('<script type="module" crossorigin src="./static/js/index.Biq-Yl60.js"></script>', "vite"),
        ('<script type="module" src="app.js"></script>', "workbox"),
    ],
)
def test_a_worker_of_workbox_beside_a_page_of_vite(page: str, set_up: str) -> None:
    assert set_up_of(["workbox.precacheAndRoute([])", page]) == set_up


def test_nesting_and_size_are_no_trouble(tmp_path: Path) -> None:
    deep = "self.addEventListener('message', () => " + "(" * 4000 + "1" + ")" * 4000 + ");"
    long = "self.x = " + "+".join(["caches.a"] * 5000) + ";"
    assert rules_of(tmp_path, sw_js__more=deep + long) == []


@pytest.mark.parametrize(
    "script",
    [
        'const path = "gone-sw.js";\nnavigator.serviceWorker?.register(path).catch(alert);',
        'const base = "worker/";\nnavigator.serviceWorker?.register(`${base}gone-sw.js`).catch(alert);',
        'const workers = navigator.serviceWorker;\nworkers.register("gone-" + "sw.js").catch(alert);',
        'const { serviceWorker } = navigator;\nserviceWorker.register("gone-sw.js").catch(alert);',
    ],
)
def test_addresses_of_workers_are_followed_through_constants(script: str, tmp_path: Path) -> None:
    assert rules_of(tmp_path, app_js__more=script) == ["worker-registered-file"]


@pytest.mark.parametrize(
    ("list_of", "messages"),
    [
        ('precacheAndRoute([{{url: "{0}", revision: null}}, {{url: "{1}", revision: "1"}}]);', 1),
        ('const config = {{"precache": [["{0}", "k3PE", 0], ["{1}", "k3PE", 1]]}};', 1),
        ('caches.open("bakery-3").then((cache) => cache.addAll(["{0}", "{1}"]));', 1),
        # What is the same file twice is loaded once.
        ('precacheAndRoute([{{url: "{0}", revision: null}}, {{url: "/{0}?v=1", revision: "1"}}]);', 0),
    ],
)
def test_the_files_of_every_list_are_added_up(list_of: str, messages: int, tmp_path: Path) -> None:
    write_example(
        tmp_path, {"a.wasm#size": "4900000", "b.wasm#size": "4900000", "icons/icon-512.png#size": "300000"}
    )
    names = list_of.format("a.wasm", "b.wasm")
    more = 'precacheAndRoute([{url: "icons/icon-512.png", revision: "1"}]);'
    (tmp_path / "sw.js").write_text(f"{names}\n{more}")
    findings = audit(AuditedSite("", FolderSource(tmp_path)), AuditSettings(select=["publish-first-visit"]))
    assert [one.message for one in findings] == [
        "3 files with 10.1 MB are loaded at installation; the largest: a.wasm (4.9 MB), b.wasm (4.9 MB),"
        " icons/icon-512.png (0.3 MB)"
    ] * messages


def test_angular_loads_what_is_lazy_later(tmp_path: Path) -> None:
    groups = [
        {"installMode": "lazy", "urls": ["/film.mp4"]},
        {"installMode": "prefetch", "urls": ["/app.wasm", "/app.js"]},
    ]
    table = dict.fromkeys(("/film.mp4", "/app.wasm", "/app.js"), "x")
    text = json.dumps({"hashTable": table, "assetGroups": groups})
    example = {"ngsw.json": text, "ngsw-worker.js": "self.x = 1;"}
    write_example(tmp_path, example | {"film.mp4#size": "20000000", "app.wasm#size": "5100000"})
    findings = audit(AuditedSite("", FolderSource(tmp_path)), AuditSettings(select=["publish-first-visit"]))
    assert [one.message for one in findings] == ["/app.wasm has 5.1 MB, and is loaded at installation"]


ROUTE = "registerRoute(%s, new workbox.strategies.NetworkFirst(%s));\nfunction registerRoute() {}"


@pytest.mark.parametrize(
    ("pattern", "options", "rules"),
    [
        ("/^https?.*/", "{ cacheName: 'all' }", ["worker-cache-bounded"]),
        ("/.*/", "", ["worker-cache-bounded"]),
        ("/.*/", "{ plugins: [new workbox.CacheableResponsePlugin({})] }", ["worker-cache-bounded"]),
        ("/.*/", "{ plugins: [new workbox.ExpirationPlugin({ maxEntries: 60 })] }", []),
        ("/.*/", "{ plugins: [own] }", []),
        ("/.*/", "{ ...own }", []),
        ("/.*/", "own", []),
        ("/\\.png$/", "{ cacheName: 'pictures' }", []),
        ("({ url }) => url.pathname === '/'", "{ cacheName: 'start' }", []),
    ],
)
def test_routes_of_workbox_without_an_end(
    pattern: str, options: str, rules: list[str], tmp_path: Path
) -> None:
    assert rules_of(tmp_path, sw_js__more=ROUTE % (pattern, options)) == rules


@pytest.mark.parametrize(
    "choice",
    ["FILES.includes(event.request.url)", "answer.ok && new URL(event.request.url).pathname === '/'"],
)
def test_a_few_addresses_are_no_growth(choice: str, tmp_path: Path) -> None:
    fetch = worker_growth.bounded.bad["sw.js#fetch"].replace("answer.ok", choice)
    write_example(tmp_path, {"sw.js#activate": "", "sw.js#fetch": fetch})
    findings = audit(AuditedSite("", FolderSource(tmp_path)), AuditSettings(select=["worker-cache-bounded"]))
    assert findings == []


@pytest.mark.parametrize(
    ("promise", "rules"),
    [
        ("new Promise(() => {})", ["worker-install-ends"]),
        ("Promise.all([caches.open('bakery-3'), new Promise(() => {})])", ["worker-install-ends"]),
        ("Promise.race([caches.open('bakery-3'), new Promise(() => {})])", []),
        ("new Promise((resolve) => setTimeout(resolve, 5))", []),
        ("new Promise((resolve, reject) => { addEventListener('message', () => reject(1)); })", []),
        ("new Promise(() => { throw new Error('bread'); })", []),
        ("new Promise(function () { arguments[0](); })", []),
        ("new Promise(start)", []),
    ],
)
def test_promises_that_are_never_resolved(promise: str, rules: list[str], tmp_path: Path) -> None:
    for event in ("install", "activate"):
        more = f"self.addEventListener('{event}', (event) => event.waitUntil({promise}));"
        assert rules_of(tmp_path, sw_js__more=more) == rules


@pytest.mark.parametrize(
    ("page", "worker", "rules"),
    [
        ('<video><source type="video/mp4" src="/film.mp4"></video>', "", ["worker-answers-ranges"]),
        # Not by an element that asks for ranges.
        ('<a href="/film.mp4">A film</a>', "", []),
        ('<video src="/film.mp4"></video>', "const mode = 'Range';", []),
        ('<video src="/film.mp4"></video>', "importScripts(self.ranges);", []),
    ],
)
def test_films_that_are_stored(page: str, worker: str, rules: list[str], tmp_path: Path) -> None:
    listed = 'precacheAndRoute([{ url: "film.mp4", revision: "1" }]);\nfunction precacheAndRoute() {}'
    more = f"{listed}\n{worker}"
    write_example(tmp_path, {"film.mp4#size": "9", "sw.js#more": more, "about/index.html": page})
    findings = audit(AuditedSite("", FolderSource(tmp_path)), AuditSettings(select=["worker-answers-"]))
    assert [one.rule for one in findings] == rules


REGISTER = 'navigator.serviceWorker.register("sw.js")'


@pytest.mark.parametrize(
    ("script", "is_reported"),
    [
        (f"{REGISTER};", True),
        (f'"serviceWorker" in navigator && {REGISTER}.then((one) => one.update());', True),
        (f'window.addEventListener("load", () => {REGISTER});', True),
        (f'window.addEventListener("load", () => {{ {REGISTER}.finally(stop); }});', True),
        (f"try {{ {REGISTER}; }} catch (error) {{ report(error); }}", True),
        (f"void (first(), {REGISTER});", True),
        (f"{REGISTER}.catch(report);", False),
        (f"{REGISTER}.then(show, report);", False),
        (f"{REGISTER}.then(show).catch(report).finally(stop);", False),
        (f"(async () => {{ try {{ await {REGISTER}; }} catch (error) {{ report(error); }} }})();", False),
        (f"const registering = {REGISTER};\nregistering.catch(report);", False),
        (f"export const start = () => {REGISTER};", False),
        (f"function start() {{ return {REGISTER}; }}", False),
        (f"keep({REGISTER});", False),
        (f"{REGISTER}[method](report);", False),
        (f'window.addEventListener("unhandledrejection", report);\n{REGISTER};', False),
    ],
)
def test_failures_of_registrations(script: str, is_reported: bool, tmp_path: Path) -> None:
    expected = ["worker-registration-caught"] if is_reported else []
    assert rules_of(tmp_path, app_js__more=script) == expected


@pytest.mark.parametrize("call", ["precacheAndRoute([]);", "registerRoute(/x$/, handle);", "addRoutes([]);"])
def test_a_router_of_a_library_answers_without_a_listener(call: str, tmp_path: Path) -> None:
    assert "worker-offline" not in rules_of(tmp_path, sw_js__fetch=call)


def test_what_a_worker_imports_is_looked_at_also_where_scripts_import_each_other(tmp_path: Path) -> None:
    scripts = {
        "sw.js#push": 'importScripts("more.js");',
        "more.js": f"importScripts('sw.js', 'more.js');\n{push(f'{SHOW};')}",
    }
    write_example(tmp_path, scripts)
    findings = audit(AuditedSite("", FolderSource(tmp_path)), AuditSettings(select=["worker-waits"]))
    assert [str(finding.where) for finding in findings] == ["more.js:3:1"]


def test_a_second_worker_that_a_condition_registers_is_no_second_one(tmp_path: Path) -> None:
    script = 'if (self.old) navigator.serviceWorker.register("old.sw.js").catch(() => {});'
    assert rules_of(tmp_path, app_js__more=script, old_sw_js=FETCHES) == []
