"""Ways through a push handler: those that surely show nothing, and those that can't be told."""

from __future__ import annotations

import pytest

from pwagen.audit.javascript.program import Program
from pwagen.audit.javascript.silent_paths import SilentPaths, silent_paths
from pwagen.audit.javascript.worker_code import WorkerCode

SHOW = "self.registration.showNotification('Bread')"


def paths(body: str, before: str = "") -> SilentPaths:
    """Look at a handler with this body, one line below ``before``."""
    text = f"{before}\nself.addEventListener('push', async (event) => {{\n{body}\n}});"
    code = WorkerCode([Program("sw.js", text, "https://site.invalid/sw.js")])
    return silent_paths(code, code.handlers("push")[0])


@pytest.mark.parametrize(
    "body",
    [
        f"if (!event.data) return;\nevent.waitUntil({SHOW});",
        f"if (event.data) {{ event.waitUntil({SHOW}); }}",
        f"event.data && event.waitUntil({SHOW});",
        f"const d = event.data?.text();\nif (!d) {{ console.log('empty'); return;"
        f" }}\nevent.waitUntil({SHOW});",
        f"event.waitUntil(clients.matchAll().then((all) => {{\n"
        f"if (all.some((c) => c.focused)) return;\nreturn {SHOW};\n}}));",
        f"event.waitUntil((async () => {{\nconst all = await clients.matchAll();\n"
        f"if (all.length) {{ all.forEach((c) => c.postMessage(1)); return; }}\nawait {SHOW};\n}})());",
        f"try {{ const d = event.data.json(); event.waitUntil({SHOW}); }}\ncatch (error) {{"
        f" console.error(error); }}",
        f"event.waitUntil(fetch('/n').then(() => {SHOW}).catch(console.error));",
        f"if (event.data.text() === 'a') event.waitUntil({SHOW});\nelse if (event.data.text() === 'b')"
        f" {SHOW};",
        "console.log(event.data);",
    ],
)
def test_a_path_without_a_notification(body: str) -> None:
    assert len(paths(body).returns) == 1


@pytest.mark.parametrize(
    "body",
    [
        f"event.waitUntil({SHOW});",
        f"if (!event.data) {{ event.waitUntil({SHOW}); return; }}\nevent.waitUntil({SHOW});",
        f"if (event.data) event.waitUntil({SHOW}); else event.waitUntil({SHOW});",
        # Branches that may depend on each other.
        f"let shown;\nif (event.data) {{ await {SHOW}; shown = 1; }}\nif (!shown) await {SHOW};",
        f"let shown;\nif (event.data) {{ await {SHOW}; shown = 1; }}\nif (shown) return;\nawait {SHOW};",
        # Without permission no push may show anything.
        f"if (!(self.Notification && self.Notification.permission === 'granted')) return;\nawait {SHOW};",
        # What isn't known may show something.
        "handlePush(event);",
        f"if (!event.data) return showDefault();\nevent.waitUntil({SHOW});",
        f"for (const one of event.data.json()) event.waitUntil({SHOW});",
        f"try {{ await shop.show(event.data.json()); }} catch (error) {{ await {SHOW}; }}",
        f"let text = 'Bread';\ntry {{ text = event.data.json().text; }} catch (error) {{}}\nawait {SHOW};",
        f"event.waitUntil(fetch('/n').then((r) => r.json()).catch(() => ({{}})).then(() => {SHOW}));",
        f"event.waitUntil(fetch('/n').then(() => {SHOW}).catch(() => {SHOW}));",
        f"switch (event.data.text()) {{ case 'a': return {SHOW}; default: return {SHOW}; }}",
    ],
)
def test_no_path_without_a_notification(body: str) -> None:
    assert paths(body).returns == []


def test_functions_are_followed_by_name() -> None:
    show = f"const sw = self; async function show(event) {{ if (!event.data) return; await {SHOW}; }}"
    assert len(paths("event.waitUntil(show(event));", show).returns) == 1
    always = f"const show = async () => {SHOW};"
    assert paths("event.waitUntil(show(event));", always).returns == []


def test_a_function_may_have_the_name_of_the_method() -> None:
    own = f"function showNotification(event) {{ if (event.data) event.waitUntil({SHOW}); }}"
    assert len(paths("showNotification(event);", own).returns) == 1


def test_a_method_of_another_class_is_not_that_of_the_event() -> None:
    other = "class Strategy { waitUntil(promise) { return promise; } }"
    silent = paths(f"if (event.data) event.waitUntil({SHOW});", other)
    assert [where.line for where in silent.returns] == [3]


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (f"const d = event.data.json();\nevent.waitUntil({SHOW});", ["data"]),
        (f"const d = JSON.parse(event.data.text());\nevent.waitUntil({SHOW});", ["data"]),
        (f"const p = event.data ? event.data.text() : 0;\nJSON.parse(p);\nawait {SHOW};", ["data"]),
        (f"event.waitUntil(fetch('/n').then((r) => r.json()).then(() => {SHOW}));", ["fetch"]),
        (f"await {SHOW};\nawait fetch('/seen');", []),
        (f"event.waitUntil(fetch('/n').catch(() => 0).then(() => {SHOW}));", []),
        (f"let d; try {{ d = event.data.json(); }} catch {{ d = 0; }}\nawait {SHOW};", []),
    ],
)
def test_calls_that_may_fail_before_anything_is_shown(body: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in paths(body).failures] == kinds


def test_code_that_nests_deeply_is_no_trouble() -> None:
    assert paths("(" * 900 + SHOW + ")" * 900).returns == []
    assert paths("if (a) {" * 900 + SHOW + "}" * 900).returns == []
    # What nobody has written is not read at all.
    text = f"self.addEventListener('push', () => {'(' * 5000}{SHOW}{')' * 5000});"
    assert WorkerCode([Program("sw.js", text, "https://site.invalid/sw.js")]).handlers("push") == []
