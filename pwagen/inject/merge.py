"""The new text of a page: the generated tags merged with its own. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import urlsplit

from pwagen.inject.encoding import code_units
from pwagen.inject.existing_tags import Existing, as_xhtml, file_at, kinds_of, language_of, read_existing
from pwagen.inject.html_head import HtmlHead
from pwagen.inject.page_edit import head_of, insert, undo
from pwagen.site.precache import is_served_as_xml

if TYPE_CHECKING:
    from pwagen.config.model import Inject

TagsFor = Callable[[str, str], Sequence[str]]

# Hosts show these at any missing address, so relative addresses in them don't work.
_SHOWN_ANYWHERE = ("404.html", "404.htm", "50x.html")

# Bytes: a page is held in memory several times while it is edited. Real pages have a hundredth of that.
LARGEST_PAGE = 32 << 20


@dataclass(frozen=True)
class Policy:
    """How to treat what a page already has. ``refuse`` means: report the conflict, and write nothing."""

    exclude: tuple[str, ...] = ()
    manifest: Literal["refuse", "keep", "replace"] = "refuse"
    worker: Literal["refuse", "ignore", "replace"] = "refuse"

    @classmethod
    def of(cls, section: Inject, **options: Any) -> Policy:
        """Return the values of the config, overridden by the options that have one."""
        values = {name: getattr(section, name) for name in cls.__dataclass_fields__}
        return cls(**values | {name: value for name, value in options.items() if value})


class PageRefusedError(Exception):
    """A page that gets no tags, with the reason."""


def too_large() -> PageRefusedError:
    """Return the reason why a page of more than `LARGEST_PAGE` bytes, with its tags, gets none."""
    return PageRefusedError(f"it is larger than {LARGEST_PAGE >> 20} MiB")


class NewPage(NamedTuple):
    """A page with its tags, remarks about it, and the address of a conflicting manifest, if any.

    ``policies`` are the texts of each Content-Security-Policy in it, with its line.
    """

    content: bytes
    remarks: tuple[str, ...] = ()
    other_manifest: str | None = None
    policies: tuple[tuple[str, int], ...] = ()


class Tags:
    """The generated tags for each prefix and each language; ``languages`` are those with other tags."""

    def __init__(self, tags_for: TagsFor, languages: Iterable[str] = (), mount: str | None = None) -> None:
        """Take a function that returns the tags for a prefix such as ``"../"`` and a page's language.

        ``mount`` is where the site is on its host, if the tags are to say so.
        """
        self.languages = tuple(languages)
        self.mount = mount
        self._tags_for = tags_for
        self._tags_and_kinds: dict[tuple[str, str], list[tuple[str, set[str]]]] = {}
        own_kinds = [
            kind
            for language in ("", *self.languages)
            for tag in tags_for("", language)
            for kind in kinds_of(tag)
        ]
        self.files = {address for kind, address in own_kinds if kind in ("manifest", "script")}

    def for_page(self, prefix: str, language: str) -> list[tuple[str, set[str]]]:
        """Return (tag, its kinds) of each."""
        key = (prefix, language)
        if key not in self._tags_and_kinds:
            self._tags_and_kinds[key] = [
                (tag, {kind for kind, _ in kinds_of(tag)}) for tag in self._tags_for(*key)
            ]
        return self._tags_and_kinds[key]


def new_page(path: str, page: bytes, tags: Tags, policy: Policy) -> NewPage:
    """Return the page at ``path`` with its tags.

    Raises:
        PageRefusedError: the page gets no tags.
    """
    is_xml = is_served_as_xml(path)
    original = undo(page, is_xml=is_xml)
    units = code_units(original)
    head = head_of(original, units, is_xml=is_xml)
    if head is None:
        raise PageRefusedError(
            "it is served as XML, and up to the end of its head it isn't well-formed XHTML without prefixes"
        )
    existing = read_existing(units.units, head)
    _refuse(path, original, head, existing)
    prefix, remarks = prefix_for(path, existing.base)
    if tags.mount and existing.base is None:
        prefix = tags.mount
    kept_kinds = existing.kinds()
    other_manifests = []
    for page_tag in existing.tags:
        if (
            page_tag.kind in ("manifest", "script")
            and file_at(page_tag.address, path, existing.base) in tags.files
        ):
            kept_kinds.add(page_tag.kind)
        elif page_tag.kind == "manifest":
            other_manifests.append(page_tag)
    if other_manifests and policy.manifest == "replace":
        remarks.append("its own manifest gives way to ours")
    elif other_manifests:
        kept_kinds.add("manifest")
        remarks.append("keeps its own manifest")
    own_tags = tags.for_page(prefix, language_of(units.units, head) if tags.languages else "")
    kept = {kind for _, kinds in own_tags for kind in kinds & kept_kinds}
    remarks += [f"keeps its own {kind}" for kind in sorted(kept - {"manifest", "script"})]
    chosen = [tag for tag, kinds in own_tags if not kinds & kept_kinds]
    content = insert(
        original,
        units,
        head,
        as_xhtml(chosen) if is_xml or existing.is_xhtml else chosen,
        [manifest.tag for manifest in other_manifests] if policy.manifest == "replace" else (),
    )
    if len(content) > LARGEST_PAGE:  # what is tagged must be read again, to be undone
        raise too_large()
    return NewPage(
        content,
        tuple(remarks),
        other_manifests[0].address if other_manifests and policy.manifest == "refuse" else None,
        existing.policies,
    )


def prefix_for(path: str, base: str | None) -> tuple[str, list[str]]:
    """Return the relative path from a page to the site's root, and remarks about assumptions made for it.

    A ``<base>`` changes what relative addresses start from. One that begins at the host's root says where
    the site is mounted: either this page's folder there, or the site's root.
    """
    up = "../" * path.count("/")
    if base is None:
        return up, []
    folder = posixpath.dirname(path)
    parts = urlsplit(base.strip())
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        start = posixpath.dirname(parts.path)
        is_own_folder = folder and f"{start}/".endswith(f"/{folder}/")
        where = "this page's folder" if is_own_folder else "the site's top"
        return up if is_own_folder else "", [f'<base href="{base}"> is taken for {where}']
    start = posixpath.normpath(posixpath.join(folder, posixpath.dirname(parts.path)))
    if start == ".." or start.startswith("../"):
        raise PageRefusedError(f'<base href="{base}"> leads out of the site')
    return "" if start in (".", "") else "../" * (start.count("/") + 1), []


def _refuse(path: str, original: bytes, head: HtmlHead, existing: Existing) -> None:
    if path in _SHOWN_ANYWHERE:
        raise PageRefusedError("hosts show it at any address, where relative links lead nowhere")
    if b"\0" in original[:64] and not original.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PageRefusedError("it is UTF-16 without a byte order mark, or no text at all")
    if "iso-2022" in existing.charset:
        raise PageRefusedError("ISO-2022 encodings are not supported; save it in UTF-8")
    if existing.is_amp:
        raise PageRefusedError("AMP pages may not have scripts of their own")
    if not head.is_document:
        raise PageRefusedError(
            "it has neither doctype nor html, head, title or body, so it is a part of other pages"
        )
