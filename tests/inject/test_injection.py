"""Which pages of a site get which tags, and what is said about the others."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from pwagen.config.model import Offline
from pwagen.errors import PwagenError
from pwagen.inject.apply import MANY, apply_edits, load_settled, store_settled
from pwagen.inject.injection import Injection, Note, pages_by_remark, plan_injection, plan_undo, site_after
from pwagen.inject.merge import PageRefusedError, Policy, prefix_for
from pwagen.inject.page_edit import undo
from pwagen.site.read_files import FileStatus, read_file
from pwagen.site.scan import Site, scan_site
from tests.site.test_scan import age

OUR_FILES = ("manifest.json", "register.js", "sw.js")


def tags_for(prefix: str, language: str = "") -> list[str]:
    """Return tags as a build has them."""
    return [
        f'<link rel="manifest" href="{prefix}manifest.json">',
        '<meta name="theme-color" content="#0b3d5c">',
        f'<link rel="icon" href="{prefix}icons/icon.svg" type="image/svg+xml">',
        f'<link rel="apple-touch-icon" href="{prefix}icons/apple.png">',
        f'<script src="{prefix}register.js" defer></script>',
    ]


class Folder:
    """A site on disk."""

    def __init__(self, root: Path, pages: dict[str, str]) -> None:
        self.root = root
        for path, text in pages.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="")

    def scan(self) -> Site:
        """Return the site as a build sees it."""
        return scan_site(self.root, Offline(), leave_out=OUR_FILES, for_injection=True)

    def read(self, path: str) -> bytes:
        """Return a page."""
        return self.open(path)[0]

    def open(self, path: str) -> tuple[bytes, FileStatus]:
        """Return a page and its status, as a build reads it."""
        return read_file(str(self.root / path))

    def plan(self, policy: Policy | None = None) -> Injection:
        """Return what an injection would do."""
        return plan_injection(self.scan(), tags_for, self.open, policy)


MakeSite = Callable[[dict[str, str]], Folder]


@pytest.fixture
def site(tmp_path: Path) -> MakeSite:
    """Return a function that writes a site."""
    return lambda pages: Folder(tmp_path / "site", pages)


def page(head: str = "<title>a</title>", html: str = "<html>") -> str:
    return f"<!doctype html>{html}<head>{head}</head><body>x</body></html>"


def tags_in(plan: Injection, path: str) -> list[str]:
    """Return what goes into a page."""
    [edit] = [edit for edit in plan.edits if edit.path == path]
    text = edit.make().decode()
    return text.split("<!-- pwagen -->\n")[1].split("\n<!-- /pwagen -->")[0].split("\n")


def test_each_page_gets_its_own_way_to_the_files(site: MakeSite) -> None:
    plan = site({"index.html": page(), "a/index.html": page(), "a/b/c.htm": page()}).plan()
    assert plan.problems == []
    assert plan.notes == []
    assert tags_in(plan, "index.html") == tags_for("")
    assert tags_in(plan, "a/index.html") == tags_for("../")
    assert tags_in(plan, "a/b/c.htm") == tags_for("../../")


def test_inject_is_idempotent_and_undo_restores_the_bytes(site: MakeSite) -> None:
    folder = site({"index.html": page(), "a/b.html": "<title>b</title>\r\n<p>é"})
    before = {path: folder.read(path) for path in ("index.html", "a/b.html")}
    (folder.root / "index.html").chmod(0o664)
    first = folder.plan()
    expected = site_after(folder.scan(), first.edits)
    apply_edits(folder.root, first.edits)
    assert [edit.path for edit in first.edits] == ["a/b.html", "index.html"]
    again = folder.scan()
    assert (again.precache, again.left_out, again.hashes) == (
        expected.precache,
        expected.left_out,
        expected.hashes,
    )
    assert (folder.root / "index.html").stat().st_mode & 0o777 == 0o664
    assert dict(folder.scan().hashes) == {edit.path: edit.new_sha256 for edit in first.edits} == first.settled
    assert folder.plan().edits == []
    apply_edits(folder.root, plan_undo(folder.scan(), folder.open).edits)
    assert {path: folder.read(path) for path in before} == before
    assert sorted(path.name for path in folder.root.rglob("*.*")) == ["b.html", "index.html"]


def test_settled_pages_are_not_read(site: MakeSite, tmp_path: Path) -> None:
    folder = site({"index.html": page(), "b.html": page()})
    first = folder.plan()
    apply_edits(folder.root, first.edits)
    memory = tmp_path / "settled"
    store_settled(memory, "these tags", first.settled)
    assert load_settled(memory, "other tags") == {}
    assert load_settled(tmp_path / "absent", "these tags") == {}
    (folder.root / "b.html").write_text(page("<title>new</title>"), encoding="utf-8")
    read: list[str] = []

    def reading(path: str) -> tuple[bytes, FileStatus]:
        read.append(path)
        return folder.open(path)

    again = plan_injection(folder.scan(), tags_for, reading, None, load_settled(memory, "these tags"))
    assert read == ["b.html"]
    assert [edit.path for edit in again.edits] == ["b.html"]
    assert set(again.settled) == {"index.html", "b.html"}


def test_a_page_that_changed_meanwhile_is_not_overwritten(site: MakeSite) -> None:
    folder = site({"a.html": page(), "index.html": page()})
    plan = folder.plan()
    (folder.root / "index.html").write_text("by somebody else", encoding="utf-8")
    with pytest.raises(PwagenError, match="changed while"):
        apply_edits(folder.root, plan.edits)
    assert folder.read("index.html") == b"by somebody else"
    assert folder.read("a.html") == page().encode()
    assert sorted(path.name for path in folder.root.iterdir()) == ["a.html", "index.html"]


def test_a_page_that_changed_after_the_scan_is_not_overwritten(site: MakeSite) -> None:
    folder = site({"a.html": page(), "index.html": page()})
    scanned = folder.scan()
    (folder.root / "index.html").write_text(page("<title>b</title>"), encoding="utf-8")
    with pytest.raises(PwagenError, match=r"index\.html: changed while"):
        plan_injection(scanned, tags_for, folder.open)


@pytest.mark.parametrize(("age", "look_again"), [(1, True), (3600, False)])
def test_pages_written_just_before_are_read_again(site: MakeSite, age: int, look_again: bool) -> None:
    folder = site({"index.html": page("<title>a</title>")})
    scanned = folder.scan()
    # Whole seconds alone, as some file systems keep them: a second write may leave the time as it is.
    moment = (int(time.time()) - age) * 10**9
    known = folder.open("index.html")[1]._replace(modified=moment, changed=moment)
    [edit] = plan_injection(scanned, tags_for, lambda path: (folder.read(path), known)).edits
    assert edit.look_again == look_again
    (folder.root / "index.html").write_text(page("<title>b</title>"), encoding="utf-8")
    unseen = folder.open("index.html")[1]
    with pytest.raises(PwagenError, match="changed while") if look_again else nullcontext():
        apply_edits(folder.root, [edit._replace(before=unseen)])


@pytest.mark.slow
def test_many_pages_are_written_by_two_threads_alike(site: MakeSite) -> None:
    folder = site({f"{number % 7}/{number}.html": page() for number in range(MANY + 1)})
    plan = folder.plan()
    apply_edits(folder.root, plan.edits)
    assert all(folder.read(edit.path) == edit.make() for edit in plan.edits)
    assert sorted(str(path.relative_to(folder.root)) for path in folder.root.glob("*/*")) == [
        edit.path for edit in plan.edits
    ]


@pytest.mark.slow
@pytest.mark.parametrize("failing", [0, MANY])
def test_none_of_many_pages_is_written_if_one_changed(site: MakeSite, failing: int) -> None:
    folder = site({f"{number:04}.html": page() for number in range(MANY + 1)})
    plan = folder.plan()
    (folder.root / plan.edits[failing].path).write_text("by somebody else", encoding="utf-8")

    def fail() -> bytes:
        raise PwagenError("no")

    edits = [*plan.edits]
    edits[failing] = edits[failing]._replace(make=fail)
    with pytest.raises(PwagenError, match=r"no|changed while"):
        apply_edits(folder.root, edits)
    assert len(list(folder.root.iterdir())) == MANY + 1
    assert folder.read(edits[MANY // 2].path) == page().encode()


def test_a_page_changed_during_the_build_is_not_overwritten(site: MakeSite) -> None:
    folder = site({"a.html": page(), "b.html": page()})
    first, second = folder.plan().edits

    def change_the_first() -> bytes:
        (folder.root / "a.html").write_text("by somebody else", encoding="utf-8")
        return second.make()

    with pytest.raises(PwagenError, match="changed while"):
        apply_edits(folder.root, [first, second._replace(make=change_the_first)])
    assert folder.read("a.html") == b"by somebody else"
    assert sorted(path.name for path in folder.root.iterdir()) == ["a.html", "b.html"]


def test_pages_beyond_the_memory_limit_are_made_when_written(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = site({f"{number}.html": page() for number in range(5)})
    expected = [edit.make() for edit in folder.plan().edits]
    monkeypatch.setattr("pwagen.inject.injection.KEPT", 500)
    plan = folder.plan()
    assert [edit.make() for edit in plan.edits] == expected
    apply_edits(folder.root, plan.edits)
    assert [folder.read(f"{number}.html") for number in range(5)] == expected
    assert all(undo(page) != page for page in expected)


def test_another_manifest_is_refused_kept_or_replaced(site: MakeSite) -> None:
    theirs = '<link rel=manifest href="/site.webmanifest">'
    folder = site({"index.html": page(theirs)})
    [problem] = folder.plan().problems
    assert problem.path.endswith("index.html")
    assert "/site.webmanifest" in problem.message
    assert all(choice in problem.fix for choice in ("`app`", "replace", "keep", "--exclude"))

    kept = folder.plan(Policy(manifest="keep"))
    assert kept.problems == []
    assert tags_in(kept, "index.html") == tags_for("")[1:]
    assert kept.notes == [Note("index.html", "keeps its own manifest")]

    replaced = folder.plan(Policy(manifest="replace"))
    assert replaced.problems == []
    assert tags_in(replaced, "index.html") == tags_for("")
    new = replaced.edits[0].make()
    assert theirs.encode() not in new
    assert undo(new).decode() == page(theirs)
    assert folder.plan(Policy(exclude=("*.html",))).edits == []


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("index.html", '<link rel="manifest" href="manifest.json">'),
        ("a/b.html", "<link rel=manifest href=../manifest.json>"),
        ("a/b.html", "<link rel=manifest href=/manifest.json?v=1>"),
        ("a/b.html", "<base href=../><link rel=manifest href=manifest.json>"),
    ],
)
def test_tags_pasted_by_hand_are_not_doubled(site: MakeSite, path: str, head: str) -> None:
    plan = site({path: page(head)}).plan()
    assert plan.problems == []
    assert not any("manifest" in tag for tag in tags_in(plan, path))


def test_the_script_pasted_by_hand_is_not_doubled(site: MakeSite) -> None:
    plan = site(
        {"a/b.html": page('<script src="../register.js" defer></script><script src=x.js></script>')}
    ).plan()
    assert tags_in(plan, "a/b.html") == tags_for("../")[:-1]


def test_a_pages_own_icons_and_colour_stay(site: MakeSite) -> None:
    head = '<link rel="shortcut icon" href=x.ico><meta name=Theme-Color content=red media="(x)">'
    plan = site({"index.html": page(head)}).plan()
    assert tags_in(plan, "index.html") == [tags_for("")[0], *tags_for("")[3:]]
    assert pages_by_remark(plan.notes) == {
        "keeps its own icon": ["index.html"],
        "keeps its own theme-color": ["index.html"],
    }


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("amp.html", page(html="<html amp lang=en>"), "AMP"),
        ("amp.html", page(html="<html ⚡>"), "AMP"),
        ("404.html", page(), "relative links lead nowhere"),
        ("google123.html", "google-site-verification: google123.html", "neither doctype"),
        ("part.html", "<li>part of a list", "neither doctype"),
        ("jis.html", page("<meta charset=ISO-2022-JP>"), "ISO-2022"),
        ("jis.html", page('<meta http-equiv=x content="text/html; charset=iso-2022-jp">'), "ISO-2022"),
        ("a.html", page('<base href="../../">'), "leads out of the site"),
        ("nul.html", "<\0!\0d\0o\0c\0t\0y\0p\0e\0", "UTF-16 without"),
    ],
)
def test_pages_that_must_not_change_are_left_with_a_reason(
    site: MakeSite, path: str, text: str, reason: str
) -> None:
    plan = site({path: text}).plan()
    assert plan.edits == []
    [(remark, pages)] = pages_by_remark(plan.notes).items()
    assert reason in remark
    assert pages == [path]


def test_xhtml_pages_stay_well_formed(site: MakeSite) -> None:
    from xml.etree import ElementTree

    text = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>a</title></head><body/></html>'
    plan = site({"index.html": text}).plan()
    root = ElementTree.fromstring(plan.edits[0].make())
    assert [child.tag.rpartition("}")[2] for child in root[0]] == [
        "title",
        "link",
        "meta",
        "link",
        "link",
        "script",
    ]


@pytest.mark.parametrize(
    ("path", "base", "prefix", "remark"),
    [
        ("index.html", None, "", ""),
        ("a/b/c.html", None, "../../", ""),
        ("a/b/c.html", "./", "../../", ""),
        ("a/b/c.html", "../../", "", ""),
        ("a/b/c.html", "../x/", "../../", ""),
        ("a/b/c.html", "other.html", "../../", ""),
        ("a/b/c.html", "#top", "../../", ""),
        ("index.html", "sub/", "../", ""),
        ("a/b/c.html", "/", "", "the site's top"),
        ("index.html", "/docs/", "", "the site's top"),
        ("a/b/c.html", "/docs/a/b/", "../../", "this page's folder"),
        ("a/b/c.html", "https://example.com/a/b/c.html", "../../", "this page's folder"),
        ("a/b/c.html", "https://example.com", "", "the site's top"),
    ],
)
def test_base_changes_the_way_to_the_top(path: str, base: str | None, prefix: str, remark: str) -> None:
    found, remarks = prefix_for(path, base)
    assert found == prefix
    assert remark in "".join(remarks)
    assert bool(remark) == bool(remarks)


def test_a_base_outside_is_refused() -> None:
    with pytest.raises(PageRefusedError):
        prefix_for("a/b.html", "../../x/")


@pytest.mark.parametrize(
    ("path", "text", "is_found"),
    [
        ("index.html", page("<script>navigator.serviceWorker.register('/sw.js')</script>"), True),
        ("index.html", "<body><script type=module>\nnavigator.serviceWorker?.register('x')</script>", True),
        ("app.js", "if('serviceWorker' in navigator)navigator.serviceWorker\n.register('sw.js')", True),
        ("index.html", "<pre>navigator.serviceWorker.register('/sw.js')</pre><script>1</script>", False),
        ("app.js", "navigator.serviceWorker.ready", False),
        ("notes.txt", "serviceWorker.register(", False),
        ("register.js", "navigator.serviceWorker.register('sw.js')", False),
    ],
)
def test_another_registration_is_refused_with_the_choices(
    site: MakeSite, path: str, text: str, is_found: bool
) -> None:
    folder = site({path: text})
    problems = folder.plan().problems
    assert [Path(problem.path).name for problem in problems] == [path] * is_found
    for problem in problems:
        assert all(choice in problem.fix for choice in ("worker.hooks", "importScripts", "--worker=ignore"))
    assert folder.plan(Policy(worker="ignore")).problems == []


def test_registrations_are_found_again_from_the_cache(site: MakeSite, tmp_path: Path) -> None:
    folder = site({"app.js": "navigator.serviceWorker.register('sw.js')", "b.js": "1"})
    age(folder.root)
    for _ in range(3):
        scanned = scan_site(folder.root, Offline(), cache_file=tmp_path / "hashes", for_injection=True)
        assert scanned.registrations == ("app.js",)
    assert b"b.js" in (tmp_path / "hashes").read_bytes()


def test_a_linked_page_is_left_to_its_target(site: MakeSite) -> None:
    folder = site({"index.html": page()})
    (folder.root / "sub").mkdir()
    (folder.root / "sub" / "same.html").symlink_to("../index.html")
    assert [edit.path for edit in folder.plan().edits] == ["index.html"]


def test_a_page_that_is_excluded_later_loses_its_tags(site: MakeSite) -> None:
    folder = site({"index.html": page(), "a/b.html": page()})
    apply_edits(folder.root, folder.plan().edits)
    policy = Policy(exclude=("a/**",))
    plan = folder.plan(policy)
    assert plan.notes == [Note("a/b.html", "is excluded, so its tags are taken out")]
    apply_edits(folder.root, plan.edits)
    assert folder.read("a/b.html") == page().encode()
    assert undo(folder.read("index.html")) != folder.read("index.html")
    again = folder.plan(policy)
    assert (again.edits, again.notes) == ([], [])
    assert set(again.settled) == {"index.html", "a/b.html"}


def test_an_app_below_is_known_by_its_tags_whatever_stands_behind_them(site: MakeSite) -> None:
    folder = site({"index.html": page(), "docs/index.html": page()})
    below = Folder(folder.root / "docs", {"register.js": "// made by pwagen"})
    apply_edits(below.root, below.plan().edits)
    file = folder.root / "docs/index.html"
    own = '<script src="own.js"></script><link rel="stylesheet" href="own.css"></head>'
    file.write_bytes(file.read_bytes().replace(b"</head>", own.encode()))
    plan = folder.plan()
    assert [edit.path for edit in plan.edits] == ["index.html"]
    assert [note.path for note in plan.notes] == ["docs/index.html"]


@pytest.mark.parametrize("path", ["docs/index.html", "docs/a/b.html"])
def test_the_pages_of_an_app_below_stay_its_own(site: MakeSite, path: str) -> None:
    folder = site({path: page()})
    below = Folder(folder.root / "docs", {"register.js": "// made by pwagen"})
    apply_edits(below.root, below.plan().edits)
    mine = folder.read(path)
    (folder.root / "index.html").write_text(page(), encoding="utf-8")
    plan = folder.plan()
    assert [edit.path for edit in plan.edits] == ["index.html"]
    assert plan.notes == [Note(path, "left as it is: it belongs to another app, that of docs/register.js")]
    apply_edits(folder.root, plan.edits)
    assert [edit.path for edit in plan_undo(folder.scan(), folder.open).edits] == ["index.html"]
    (below.root / "register.js").unlink()
    apply_edits(folder.root, folder.plan().edits)
    assert folder.read(path) != mine
