"""The files that workers store at their installation, by the lists that tools and people write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from pwagen.audit.audited_site import AuditedSite, AuditedWorker
from pwagen.audit.finding import Location
from pwagen.audit.javascript.program import Program, arguments_of, member_value
from pwagen.audit.javascript.scopes import FUNCTIONS, Scopes
from pwagen.audit.sources.source import Resource
from pwagen.binding.json_tree import parse_json
from pwagen.binding.node import Mapping
from pwagen.binding.problem_report import ProblemReport

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

FILE_NAME = re.compile(
    r"\.(?:js|mjs|css|html?|json|webmanifest|png|jpe?g|svg|gif|webp|avif|ico|woff2?|ttf|otf|wasm|mp3|mp4"
    r"|m4a|m4v|mov|ogg|oga|ogv|wav|webm)$",
    re.IGNORECASE,
)
"""An address that ends so is a file's, not one that a server makes up an answer for."""


class PrecachedFile(NamedTuple):
    """An entry of a list: where it is written, its address, and its MD5 or SHA-1, if any.

    ``lazy``: it is stored when it is asked for first, not at installation.
    """

    where: Location
    address: str
    digest: str
    lazy: bool = False


def precached(site: AuditedSite) -> Iterator[tuple[AuditedWorker, list[PrecachedFile]]]:
    """Yield each list of stored files of which some are there: others belong to another site."""
    for worker in site.workers:
        for files in (*_lists(worker), _of_angular(site, worker)):
            if any(
                FILE_NAME.search(file.address) and site.get(file.address, worker.resource.url)
                for file in files
            ):
                yield worker, files


def precached_by_pwagen(site: AuditedSite) -> Iterator[tuple[AuditedWorker, list[PrecachedFile]]]:
    """Yield pwagen's own list of each worker; what is missing of it, a build puts there."""
    for worker in site.workers:
        for program, scopes in worker.code.parts:
            for name in program.named("precache"):
                files = scopes.value(member_value(name))
                if files is not None and files.type == "array":
                    yield worker, [*_entries(program, scopes, files)]


def _lists(worker: AuditedWorker) -> Iterator[list[PrecachedFile]]:
    for program, scopes, call in worker.code.calls_of("addAll"):
        files = scopes.value(arguments_of(call)[0]) if arguments_of(call) else None
        if files is not None and files.type == "array":
            texts = [
                PrecachedFile(program.at(node), scopes.text(node) or "", "") for node in files.named_children
            ]
            yield [file for file in texts if file.address]
    for program, scopes in worker.code.parts:
        for array in _arrays_around(program, "revision"):
            entries = []
            for node in array.named_children:
                address = scopes.text(scopes.member(node, "url")[1])
                revision = scopes.member(node, "revision")[1]
                if node.type == "object" and address and revision is not None:
                    entries.append(PrecachedFile(program.at(node), address, scopes.text(revision) or ""))
            yield entries


def _entries(program: Program, scopes: Scopes, files: SyntaxNode) -> Iterator[PrecachedFile]:
    """Yield the entries of pwagen's list: address, SHA-256 in base64, whether it must be there."""
    for entry in files.named_children:
        members = entry.named_children if entry.type == "array" else []
        address = scopes.text(members[0]) if len(members) == 3 else None
        if address:
            yield PrecachedFile(program.at(entry), address, scopes.text(members[1]) or "")


def _arrays_around(program: Program, name: str) -> Iterator[SyntaxNode]:
    """Yield the lists that Workbox and Serwist take: of objects with a url and a revision."""
    seen: set[int] = set()
    for word in program.named(name):
        node: SyntaxNode | None = word
        while node is not None and node.type != "array" and node.type not in FUNCTIONS:
            node = node.parent
        if node is not None and node.type == "array" and node.id not in seen:
            seen.add(node.id)
            yield node


def _of_angular(site: AuditedSite, worker: AuditedWorker) -> list[PrecachedFile]:
    """Return the files of ngsw.json with their SHA-1, also those that are stored when they are asked for."""
    resource = site.get("ngsw.json", worker.resource.url) if "ngsw" in worker.resource.path else None
    try:
        document = json.loads(resource.text) if resource else {}
    except (ValueError, RecursionError):
        return []
    if resource is None or not isinstance(document, dict) or not isinstance(document.get("hashTable"), dict):
        return []
    lazy = {
        url
        for group in document.get("assetGroups") or ()
        if isinstance(group, dict) and group.get("installMode") != "prefetch"
        for url in group.get("urls") or ()
        if isinstance(url, str)
    }
    places = _places_in_table(resource)
    return [
        PrecachedFile(places.get(url, Location(resource.path)), url, digest, url in lazy)
        for url, digest in document["hashTable"].items()
        if isinstance(digest, str)
    ]


def _places_in_table(resource: Resource) -> dict[str, Location]:
    """Return the place of each entry in the table of a ngsw.json."""
    tree = parse_json(resource.text, ProblemReport(resource.path))
    tables = (
        [node for key, node in tree.items if key.text == "hashTable"] if isinstance(tree, Mapping) else []
    )
    return {
        key.text: Location(resource.path, *key.place)
        for table in tables
        if isinstance(table, Mapping)
        for key, _ in table.items
    }
