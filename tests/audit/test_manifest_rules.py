"""What rules about manifests say of texts that are not in their examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.audit.finding import Finding
from tests.audit.examples import write_example
from tests.audit.test_rules import findings_in

pytestmark = pytest.mark.slow  # each case audits a whole site


def findings_of(folder: Path, manifest: str, **files: str) -> list[Finding]:
    return findings_in(write_example(folder, {"manifest.json": manifest, **files}))


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("[" * 100_000, "brackets nest too deeply", "10 levels"),
        ('{"a": ' + "1" * 5000 + "}", "too many digits", "in quotes"),
        ('{"name": "A", "name": "B"}', "written twice", "keep one of them"),
        ('{"name": "A",}', "this is not JSON", "no comma before a closing bracket"),
        ('{"name": "A" // the name\n}', "it has no comments, and one begins here", "no comments"),
        ('{"name": "A"} /* the name */', "it has no comments, and one begins here", "no comments"),
        ('{"a": NaN}', "NaN is not a number in JSON", "that a computer counts to"),
        ('{"a": -1e999}', "-1e999 is not a number in JSON", "that a computer counts to"),
        ('{"name": "A\\ud800"}', "half a character", "write the character itself"),
        ('{"name": "A"}'.encode("utf-16"), "the manifest is in UTF-16", "save it in UTF-8"),
        ('{"name": "A"}'.encode("utf-16-le"), "this is not JSON", "mend the JSON"),
        ("<!doctype html><title>Bakery</title>", "a page, not a manifest", "publish the manifest"),
    ],
)
def test_each_mistake_in_the_json_has_its_own_fix(
    text: str | bytes, message: str, fix: str, tmp_path: Path
) -> None:
    content = text if isinstance(text, bytes) else text.encode()
    (write_example(tmp_path, {}) / "manifest.json").write_bytes(content)
    finding = next(one for one in findings_in(tmp_path) if one.rule == "manifest-json")
    assert message in finding.message
    assert fix in finding.fix


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b'{\n"name": "\xc3\xa4",\n"description": "\xc3\xa4\xe9"}', "manifest.json:3:18"),
        (b'\xef\xbb\xbf{"name": "\xe9"}', "manifest.json:1:11"),
    ],
)
def test_a_byte_that_is_not_utf_8_has_a_place(content: bytes, place: str, tmp_path: Path) -> None:
    (write_example(tmp_path, {}) / "manifest.json").write_bytes(content)
    (finding,) = [one for one in findings_in(tmp_path) if one.rule == "manifest-utf-8"]
    assert (str(finding.where), finding.message) == (place, "the byte 0xe9 is not UTF-8")


def rules_of(folder: Path, manifest: str, **files: str) -> list[str]:
    named = {name.replace("__", "#").replace("_", "."): text for name, text in files.items()}
    return sorted({finding.rule for finding in findings_of(folder, manifest, **named)})


@pytest.mark.parametrize(
    ("members", "rules"),
    [
        ('"id": "", "start_url": "./?from=home"', ["manifest-id"]),
        ('"id": null, "start_url": "index.html"', ["manifest-id"]),
        ('"id": null, "start_url": "./#home"', []),
        ('"id": "bakery", "start_url": "./?from=home"', []),
        # Where a whole URL leads is not known in a folder.
        ('"id": null, "start_url": "https://bakery.example/?from=home"', []),
        ('"launch_handler": {"client_mode": ["focus-existing", "navigate"]}', ["manifest-word"]),
        ('"launch_handler": {"client_mode": "navigate-new", "route_to": "auto"}', []),
        ('"launch_handler": []', ["manifest-type"]),
        ('"categories": ["bussiness"]', ["manifest-category"]),
        ('"categories": ["Business", "game", "bread", 7]', []),
        ('"name_localized": {"de": 7}', ["manifest-localized"]),
        ('"name_localized": {"de": {"value": "Bäckerei", "dir": "ltr"}}', []),
        (
            '"shortcuts": [{"name": "A", "url": "./", "icons": [{"src": "icons/icon-192.png"}],'
            ' "name_localized": {"pt_BR": "B"}}]',
            ["manifest-localized"],
        ),
        ('"icons_localized": {"de": {"src": "icon.png"}}', ["manifest-localized"]),
        ('"shortcuts": [{"name": "About", "url": "about/", "icons": []}]', ["manifest-shortcut-icon"]),
    ],
)
def test_members(members: str, rules: list[str], tmp_path: Path) -> None:
    assert rules_of(tmp_path, f"{{{members}}}") == rules


def picture(width: int, height: int) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><rect/></svg>'


@pytest.mark.parametrize(
    ("width", "height", "factor", "rules"),
    [
        (320, 736, "narrow", []),
        (320, 737, "narrow", ["manifest-screenshot-shown"]),
        (319, 600, "narrow", ["manifest-screenshot-shown"]),
        (3841, 2000, "wide", ["manifest-screenshot-shown"]),
        (800, 600, "narrow", ["manifest-screenshot-shape"]),
        (600, 600, "narrow", []),
        (600, 800, "wide", ["manifest-screenshot-shape"]),
    ],
)
def test_sizes_of_screenshots(width: int, height: int, factor: str, rules: list[str], tmp_path: Path) -> None:
    screenshot = f'{{"src": "shot.png", "sizes": "{width}x{height}", "form_factor": "{factor}"}}'
    manifest = f'{{"screenshots": [{screenshot}]}}'
    assert rules_of(tmp_path, manifest, shot_png=picture(width, height)) == rules


def test_a_broad_picture_of_a_phone_that_is_held_in_landscape(tmp_path: Path) -> None:
    screenshot = '{"src": "shot.png", "sizes": "800x400", "form_factor": "narrow"}'
    manifest = f'{{"orientation": "landscape-primary", "screenshots": [{screenshot}]}}'
    assert rules_of(tmp_path, manifest, shot_png=picture(800, 400)) == []


POSTED = (
    '{"share_target": {"action": "%s", "method": "post", "enctype": "multipart/form-data",'
    ' "params": {"text": "text"}}}'
)
RECEIVED = ["manifest-share-target-received"]


@pytest.mark.parametrize(
    ("action", "fetch", "rules"),
    [
        ("about/", "", RECEIVED),
        # Of an address without a file, a server may take the form.
        ("share", "", []),
        ("about/", "self.onfetch = (event) => event.respondWith(fetch(event.request));", RECEIVED),
        ("about/", "self.onfetch = (event) => event.respondWith(save(event.request.formData()));", []),
        ("about/", "self.onfetch = (event) => app.handle(event);", []),
        ("about/", 'importScripts("https://cdn.invalid/share.js");', []),
    ],
)
def test_who_receives_what_is_shared(action: str, fetch: str, rules: list[str], tmp_path: Path) -> None:
    found = rules_of(tmp_path, POSTED % action, sw_js__fetch=fetch)
    assert [rule for rule in found if rule in RECEIVED] == rules


def test_a_share_without_any_worker_is_lost(tmp_path: Path) -> None:
    folder = write_example(tmp_path, {"manifest.json": POSTED % "about/", "app.js": ""})
    (folder / "sw.js").unlink()
    assert [finding.rule for finding in findings_in(folder)] == RECEIVED


@pytest.mark.parametrize(
    ("other", "rules"),
    [
        # One app in two languages.
        ('{"id": "./", "start_url": "../?lang=de", "scope": "../", "name": "Bäckerei"}', []),
        ('{"id": "/", "start_url": "./", "name": "About"}', ["manifest-same-id"]),
        ('{"id": "de", "start_url": "../", "scope": "../", "name": "Bäckerei"}', ["manifest-same-scope"]),
        ('{"id": "https://bakery.example/", "start_url": "../", "name": "Bäckerei"}', []),
        # By default the id is start_url, which is relative to a folder that isn't known.
        ('{"start_url": "../", "scope": "../", "name": "Bäckerei"}', []),
        ('{"id": "https://[x", "start_url": "https://[x", "scope": 7}', []),
    ],
)
def test_two_manifests_on_one_site(other: str, rules: list[str], tmp_path: Path) -> None:
    files = {"about/index.html": '<link rel="manifest" href="other.json">', "about/other.json": other}
    found = {finding.rule for finding in findings_of(tmp_path, "{}", **files)}
    assert sorted(found & {"manifest-same-id", "manifest-same-scope"}) == rules
