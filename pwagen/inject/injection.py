"""Which pages of a site change, and which conflicts prevent it. Reads pages, writes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pwagen.artifacts.precache_entry import sha256_base64
from pwagen.errors import Problem, PwagenError
from pwagen.globs import matcher
from pwagen.inject.existing_tags import file_at
from pwagen.inject.merge import NewPage, PageRefusedError, Policy, Tags, TagsFor, new_page
from pwagen.inject.page_edit import our_script, undo
from pwagen.inject.page_policy import Forbidden, forbidden
from pwagen.names import OWN_SCRIPT
from pwagen.site.precache import is_served_as_xml
from pwagen.site.read_files import FileStatus
from pwagen.site.scan import Served
from pwagen.site.walk import may_change_unseen

if TYPE_CHECKING:
    from pathlib import Path

    from pwagen.site.scan import Site

# Returns the bytes of a page and its status from before they were read.
Read = Callable[[str], tuple[bytes, FileStatus]]
# New pages are kept in memory up to this many bytes together, and made again when written beyond.
KEPT = 64 << 20


class Edit(NamedTuple):
    """A page that changes. Hashes are base64 SHA-256, ``size`` is the new one in bytes.

    ``before`` is the status of the page that was read; ``look_again`` tells that it was written so shortly
    before that another write need not show in it.
    """

    path: str
    old_sha256: str
    new_sha256: str
    size: int
    make: Callable[[], bytes]
    before: FileStatus
    look_again: bool


class Note(NamedTuple):
    """A remark about a page, as a sentence without its subject."""

    path: str
    remark: str


def pages_by_remark(notes: Iterable[Note]) -> dict[str, list[str]]:
    """Return the pages that each remark is about, in the order of the notes."""
    pages: dict[str, list[str]] = {}
    for note in notes:
        pages.setdefault(note.remark, []).append(note.path)
    return pages


@dataclass
class Injection:
    """The plan: the edits, the problems that prevent them, and remarks about pages.

    ``settled`` maps every page that is up to date, once the edits are written, to its hash.
    """

    edits: list[Edit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    settled: dict[str, str] = field(default_factory=dict)
    forbidden: dict[Forbidden, list[tuple[str, int]]] = field(default_factory=dict)
    """What the policies of pages forbid -> the pages, each with the line of its policy."""
    other_manifests: dict[str, str] = field(default_factory=dict)
    """Pages that link to a manifest of their own, which the policy refuses -> its address."""

    def note(self, path: str, remark: str) -> None:
        """Add a remark about a page."""
        self.notes.append(Note(path, remark))


def plan_injection(
    site: Site,
    tags_for: TagsFor,
    read: Read,
    policy: Policy | None = None,
    settled: Mapping[str, str] | None = None,
    languages: Iterable[str] = (),
    *,
    connects: bool = False,
    mount: str | None = None,
) -> Injection:
    """Return the edits that `build --inject` makes to the pages of ``site``, which was scanned for it.

    ``tags_for(prefix, language)`` returns the tags for a page from which ``prefix`` leads to the site's root;
    the language of pages is read if there are ``languages`` in which the tags differ. A page whose
    hash equals the one in ``settled`` is not read again; ``settled`` must come from a plan with the same
    tags, policy and mount. ``connects`` tells that pages fetch from the site; ``mount`` is where it is on its
    host, for tags that say so.

    Raises:
        PwagenError: a page is no longer the one that was scanned.
    """
    policy, plan, tags = policy or Policy(), Injection(), Tags(tags_for, languages, mount)
    edits = _Edits(plan)
    if policy.worker == "refuse":
        plan.problems += [_other_worker(site, path) for path in site.registrations]
    is_excluded = matcher(policy.exclude)
    _note_links(site, plan)
    for path in _pages(site):
        sha256 = site.hashes.get(path)
        if sha256 and settled and settled.get(path) == sha256:
            plan.settled[path] = sha256
            continue
        try:
            page, before = read(path)
            _refuse_other_app(site, path, page)
            is_xml = is_served_as_xml(path)
            new = (
                NewPage(undo(page, is_xml=is_xml))
                if is_excluded(path)
                else new_page(path, page, tags, policy)
            )
        except OSError as error:
            plan.note(path, f"left as it is: it cannot be read ({error.strerror})")
            continue
        except PageRefusedError as reason:
            plan.note(path, f"left as it is: {reason}")
            continue
        for text, line in new.policies:
            for what in forbidden(text, connects=connects):
                plan.forbidden.setdefault(what, []).append((path, line))
        for remark in new.remarks:
            plan.note(path, remark)
        if new.other_manifest is not None:
            plan.other_manifests[path] = new.other_manifest
        if new.content == page:
            plan.settled[path] = sha256 or sha256_base64(page)
            continue
        # The hash from the scan: if the page has changed since, the worker's list is wrong about it.
        old_sha256 = sha256_base64(page)
        if sha256 not in (None, old_sha256):
            raise changed_meanwhile(site.folder / path)
        if is_excluded(path):
            plan.note(path, "is excluded, so its tags are taken out")
            edits.add(path, old_sha256, before, new.content, _undoer(path, read))
        else:
            edits.add(path, old_sha256, before, new.content, _remaker(path, read, tags, policy))
        plan.settled[path] = plan.edits[-1].new_sha256
    for pages in plan.forbidden.values():
        for path, _ in pages:  # to be read, and reported, at the next build as well
            plan.settled.pop(path, None)
    if plan.other_manifests:
        plan.problems.append(_other_manifest(site, plan.other_manifests))
    return plan


def policy_warnings(site: Site, injection: Injection) -> list[Problem]:
    """Return a warning for everything that policies in pages forbid, with its first page."""
    return [
        Problem(
            str(site.folder / pages[0][0]),
            pages[0][1],
            message=what.message + _others(len(pages) - 1, ", as in"),
            fix=what.fix,
        )
        for what, pages in injection.forbidden.items()
    ]


def plan_undo(site: Site, read: Read) -> Injection:
    """Return the edits that remove everything that pwagen put into the pages of ``site``."""
    plan = Injection()
    edits = _Edits(plan)
    for path in _pages(site):
        try:
            page, before = read(path)
            _refuse_other_app(site, path, page)
        except OSError as error:
            plan.note(path, f"left as it is: it cannot be read ({error.strerror})")
            continue
        except PageRefusedError as reason:
            plan.note(path, f"left as it is: {reason}")
            continue
        original = undo(page, is_xml=is_served_as_xml(path))
        if original != page:
            edits.add(path, sha256_base64(page), before, original, _undoer(path, read))
    return plan


def site_after(site: Site, edits: Iterable[Edit]) -> Site:
    """Return the site as it is once the edits are written: the worker's list needs those hashes."""
    return site.as_served({edit.path: Served(edit.new_sha256, edit.size) for edit in edits})


def _undoer(path: str, read: Read) -> Callable[[], bytes]:
    return lambda: undo(read(path)[0], is_xml=is_served_as_xml(path))


class _Edits:
    """The edits of a plan; beyond `KEPT` bytes their pages are made again for writing."""

    def __init__(self, plan: Injection) -> None:
        self._edits = plan.edits
        self._kept = 0
        self._started = time.time_ns()

    def add(
        self, path: str, old_sha256: str, before: FileStatus, new: bytes, again: Callable[[], bytes]
    ) -> None:
        self._kept += len(new)
        make = again if self._kept > KEPT else lambda: new
        look_again = may_change_unseen(max(before.modified, before.changed), self._started)
        self._edits.append(Edit(path, old_sha256, sha256_base64(new), len(new), make, before, look_again))


def changed_meanwhile(page: str | Path) -> PwagenError:
    """Return the error for a page that is not what it was when it was read."""
    return PwagenError(f"{page}: changed while pwagen was at work - build again")


def _pages(site: Site) -> Iterable[str]:
    # A page behind a symbolic link is another page of the site, and changes there.
    return (path for path in site.pages if path not in site.links)


def _note_links(site: Site, plan: Injection) -> None:
    pages = set(site.pages)
    for path, target in sorted(site.links.items()):
        if path not in pages:
            continue
        if target not in pages:
            plan.note(path, f"left as it is: it is a symbolic link to {target}, which is not a page")
        elif path.count("/") != target.count("/"):
            plan.note(
                path,
                f"is a symbolic link to {target}, whose tags don't lead to the app from here; a copy "
                "would have its own",
            )


def _refuse_other_app(site: Site, path: str, page: bytes) -> None:
    """Raise `PageRefusedError` for a page with the tags of another app, in a folder of the site."""
    script_and_base = our_script(page, is_xml=is_served_as_xml(path))
    script = file_at(script_and_base[0], path, script_and_base[1]) if script_and_base else OWN_SCRIPT
    if script.endswith(f"/{OWN_SCRIPT}") and (site.folder / script).is_file():
        raise PageRefusedError(f"it belongs to another app, that of {script}")


def _remaker(path: str, read: Read, tags: Tags, policy: Policy) -> Callable[[], bytes]:
    return lambda: new_page(path, read(path)[0], tags, policy).content


def _other_manifest(site: Site, addresses: Mapping[str, str]) -> Problem:
    """Return the problem of all pages with manifests of their own, page -> address."""
    path, address = next(iter(addresses.items()))
    others = _others(len(addresses) - 1, ", as have" if len(addresses) > 2 else ", as has")
    return Problem(
        str(site.folder / path),
        message=f"has a manifest of its own ({address}){others}; a page has one manifest",
        fix="take its members over into `app` and remove the tag from your pages; or write "
        "inject: {manifest: replace} into pwagen.yaml (for one build: --manifest=replace), which --undo "
        "takes back, or inject: {manifest: keep} (--manifest=keep); or leave pages out with inject.exclude "
        "(--exclude)",
    )


def _others(count: int, beginning: str) -> str:
    return f"{beginning} {count:,} more page{'s' if count > 1 else ''}" if count else ""


def _other_worker(site: Site, path: str) -> Problem:
    return Problem(
        str(site.folder / path),
        message="registers a service worker, and two on one scope replace each other on every visit",
        fix="move its handlers into the file of worker.hooks, and remove that call, or name the worker in "
        "worker.script, with worker: replace under inject, which --undo takes back; or keep that worker, "
        'not as sw.js, begin it with importScripts("sw.js") and name it in worker.script; or write '
        "inject: {worker: ignore} into pwagen.yaml (for one build: --worker=ignore) if the call is never "
        "made or is for another scope",
    )
