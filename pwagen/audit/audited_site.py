"""The site that an audit looks at: pages, manifests, workers and scripts, read once and when asked for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from pwagen.audit.documents.manifest_document import ManifestDocument
from pwagen.audit.documents.page_document import Element, PageDocument
from pwagen.audit.documents.picture import SitePicture
from pwagen.audit.finding import Location
from pwagen.audit.identity import Identity
from pwagen.audit.javascript.program import Program, arguments_of, string_value
from pwagen.audit.javascript.registrations import Registration, registrations_in
from pwagen.audit.javascript.scopes import Scopes
from pwagen.audit.javascript.worker_code import WorkerCode
from pwagen.audit.published_keys import PublishedKeys, search_published
from pwagen.audit.set_up import SetUp, set_up_of
from pwagen.audit.sources.source import Resource, Source
from pwagen.keys.key_search import KeySearch

if TYPE_CHECKING:
    from pwagen.audit.audited_project import AuditedProject

_USUAL_MANIFESTS = ("manifest.webmanifest", "manifest.json", "site.webmanifest", "app.webmanifest")
_USUAL_WORKERS = (
    "sw.js", "service-worker.js", "serviceworker.js", "service_worker.js", "serviceWorker.js",
    "ngsw-worker.js", "firebase-messaging-sw.js", "OneSignalSDKWorker.js",
)  # fmt: skip
# A script without any of these has nothing to do with what an app needs of the browser.
_APP_CODE = re.compile(
    rb"serviceWorker|pushManager|requestPermission|\bcaches\b|Workbox|beforeinstallprompt|setAppBadge"
)
_LARGEST_SCRIPT = 4 * 1024 * 1024
_SCRIPT_SUFFIXES = (".js", ".mjs")


@dataclass(frozen=True)
class AuditedWorker:
    """A service worker: its file, the scripts of the site that it imports, and who registers it."""

    resource: Resource
    program: Program
    imported: tuple[Program, ...] = ()
    registration: Registration | None = None

    @property
    def programs(self) -> tuple[Program, ...]:
        """All of its scripts, its own first."""
        return (self.program, *self.imported)

    @cached_property
    def code(self) -> WorkerCode:
        """Its scripts with their scopes, by events."""
        return WorkerCode(self.programs)

    @property
    def scope(self) -> str:
        """The URL that its pages begin with, by its registration or its place."""
        if self.registration and self.registration.scope:
            return self.registration.scope
        return urljoin(self.resource.url, "./")


class AuditedSite:
    """A site, by one source of files. ``name`` is what the user calls it; addresses are absolute URLs."""

    def __init__(
        self,
        name: str,
        source: Source,
        *,
        set_up: SetUp | None = None,
        project: AuditedProject | None = None,
        folder: str = "",
        previous: Identity | None = None,
    ) -> None:
        self.name = name
        self.source = source
        self.root = source.root
        self.project = project
        self.previous = previous
        self._folder = folder
        self._set_up = set_up
        self._resources: dict[str, Resource | None] = {}
        self._pictures: dict[str, SitePicture] = {}
        self._scopes: dict[Program, Scopes] = {}

    @property
    def has_server(self) -> bool:
        """Whether answers have headers, because a server gave them."""
        return self.source.answers_with_headers

    @cached_property
    def set_up(self) -> SetUp:
        """What the site was built with."""
        if self._set_up:
            return self._set_up
        texts = [worker.program.text[:200_000] for worker in self.workers]
        texts += [page.resource.text[:200_000] for page in self.pages[:1]]
        return set_up_of(texts)

    @property
    def is_whole(self) -> bool:
        """Whether all of its files are known: what a project without `site` makes is copied to others."""
        return self.project is None or self.project.config.site is not None

    def get(self, url: str, base: str = "") -> Resource | None:
        """Return what is at an address, relative to ``base`` or the root; None if nothing of ours is."""
        try:
            address = urldefrag(urljoin(base or self.root, url)).url
        except ValueError:
            return None
        if address not in self._resources:
            self._resources[address] = self.source.get(address)
        return self._resources[address]

    def picture(self, url: str, base: str) -> SitePicture | None:
        """Return what is at an address as a picture, whatever it is; None if the site has nothing there."""
        resource = self.get(url, base)
        if not resource or resource.status >= 400:
            return None
        return self._pictures.setdefault(resource.url, SitePicture(resource))

    def is_unanswered(self, url: str, base: str = "") -> bool:
        """Whether a server was asked and gave no answer, so that nobody knows what is there."""
        try:
            address = urldefrag(urljoin(base or self.root, url)).url
        except ValueError:
            return False
        return self.source.is_unanswered(address)

    def get_path(self, path: str) -> Resource | None:
        """Return what is at one of the source's `paths`."""
        return self.get(_as_url(path))

    def named(self, where: Location) -> Location:
        """Return a place in the site as the user finds it: below the folder that was named."""
        if not self._folder or "://" in where.path:
            return where
        return replace(where, path=posixpath.normpath(posixpath.join(self._folder, where.path)))

    def is_ours(self, url: str, base: str = "") -> bool:
        """Whether an address, relative to ``base`` or the root, is of the site's host."""
        try:
            parts = urlsplit(urljoin(base or self.root, url))
        except ValueError:
            return False
        own = urlsplit(self.root)
        return (parts.scheme, parts.netloc.lower()) == (own.scheme, own.netloc.lower())

    @cached_property
    def pages(self) -> tuple[PageDocument, ...]:
        """The pages, the start page first."""
        resources = filter(None, map(self.get_path, self.source.pages()))
        return tuple(PageDocument(resource) for resource in resources if _is_ok(resource))

    @property
    def start_page(self) -> PageDocument | None:
        """The page that most visitors see first."""
        return self.pages[0] if self.pages else None

    @cached_property
    def manifest_links(self) -> tuple[tuple[PageDocument, Element], ...]:
        """The first link to a manifest of each page, which is the one that counts."""
        return tuple((page, links[0]) for page in self.pages if (links := page.links("manifest")))

    def script_texts(self, page: PageDocument) -> Iterator[str]:
        """Yield the scripts of a page that are in it, and those that are files of the site."""
        for script in page.tags("script"):
            source = script.attributes.get("src")
            resource = self.get(source, page.base) if source else None
            yield resource.text if resource else script.text

    @cached_property
    def manifests(self) -> tuple[ManifestDocument, ...]:
        """The manifests that pages link to; where none is linked, those with a usual name."""
        documents: dict[str, ManifestDocument] = {}
        for page, link in self.manifest_links:
            resource = self.get(link.attributes["href"], page.base)
            if resource and _is_ok(resource):
                documents.setdefault(resource.url, ManifestDocument(resource, link.where))
        if not documents and not self.manifest_links:
            for name in _USUAL_MANIFESTS:
                resource = self.get(name)
                if resource and _is_ok(resource) and not resource.is_page:
                    documents[resource.url] = ManifestDocument(resource)
        return tuple(documents.values())

    @cached_property
    def scripts(self) -> tuple[Program, ...]:
        """The scripts that have to do with the app: files, and those in pages, but for workers."""
        return tuple(program for program, _ in self._scripts)

    @cached_property
    def workers(self) -> tuple[AuditedWorker, ...]:
        """The service workers that scripts register, and those with a usual name."""
        registered: dict[str, Registration] = {}
        for program, page_url in self._scripts:
            for registration in registrations_in(program, page_url, self.scopes):
                registered.setdefault(registration.url, registration)
        addresses = [*registered, *(urljoin(self.root, name) for name in _USUAL_WORKERS)]
        workers: dict[str, AuditedWorker] = {}
        for address in addresses:
            resource = self.get(address)
            if resource and _is_ok(resource) and not resource.is_page and resource.url not in workers:
                program = Program(resource.path, resource.text, resource.url)
                imported = tuple(self._imported(program))
                workers[resource.url] = AuditedWorker(resource, program, imported, registered.get(address))
        return tuple(workers.values())

    @cached_property
    def registrations(self) -> tuple[Registration, ...]:
        """Every registration of a worker in pages and their scripts."""
        return tuple(
            registration
            for program, page_url in self._scripts
            for registration in registrations_in(program, page_url, self.scopes)
        )

    @cached_property
    def published_keys(self) -> PublishedKeys:
        """The private keys in its files; of a project, its own in whatever form it is there."""
        config = self.project.config if self.project else None
        public_key = config.push.vapid_public_key if config and config.push else None
        search = KeySearch(public_key, config.example_keys if config else ())
        return search_published(self.source, self.get_path, search)

    def scopes(self, program: Program) -> Scopes:
        """Return the scopes of a script, which are read once."""
        if program not in self._scopes:
            self._scopes[program] = Scopes(program.root)
        return self._scopes[program]

    @cached_property
    def _scripts(self) -> tuple[tuple[Program, str], ...]:
        return (*self._inline_scripts(), *self._script_files())

    def _inline_scripts(self) -> Iterator[tuple[Program, str]]:
        seen: set[str] = set()
        for page in self.pages:
            for script in page.tags("script"):
                is_code = script.attributes.get("type", "") in ("", "module", "text/javascript")
                if not is_code or script.text in seen or not _APP_CODE.search(script.text.encode()):
                    continue
                # Templates put the same code into every page.
                seen.add(script.text)
                yield Program(page.resource.path, script.text, page.base, *script.text_place), page.base

    def _script_files(self) -> Iterator[tuple[Program, str]]:
        """Yield the script files with such code, and the page that their addresses are relative to."""
        start = self.start_page.base if self.start_page else self.root
        paths = [path for path in self.source.paths() if urlsplit(path).path.endswith(_SCRIPT_SUFFIXES)]
        for path in paths:
            if path in _USUAL_WORKERS or self.source.size(path) > _LARGEST_SCRIPT:
                continue
            resource = self.get_path(path)
            if resource and _is_ok(resource) and _APP_CODE.search(resource.content):
                yield Program(resource.path, resource.text, resource.url), start

    def _imported(self, program: Program) -> Iterator[Program]:
        """Yield the scripts of the site that a worker imports, those that they import included, each once."""
        pending, seen = [program], {program.url}
        while pending:
            importer = pending.pop()
            for call in importer.calls("importScripts"):
                for address in filter(None, map(string_value, arguments_of(call))):
                    resource = self.get(address, importer.url)
                    if resource and _is_ok(resource) and resource.url not in seen:
                        seen.add(resource.url)
                        script = Program(resource.path, resource.text, resource.url)
                        pending.append(script)
                        yield script


def _is_ok(resource: Resource) -> bool:
    return 200 <= resource.status < 300


def _as_url(path: str) -> str:
    """Return a path of a source as the address that it is, absolute or relative to the root."""
    return path if "://" in path else quote(path)
