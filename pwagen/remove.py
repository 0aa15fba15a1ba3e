"""The way back: what a site is published with to get rid of its worker.

Deleting sw.js leaves everybody who was here before with the old one. So a worker that removes itself is
published in its place, under every name that one of the site's workers ever had.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from pwagen.artifact import Artifact
from pwagen.errors import PwagenError
from pwagen.render import js_json, render, source

if TYPE_CHECKING:
    from pwagen.project import Project

# base.js has the names of our caches; nothing else of a usual worker is left.
PARTS = ("worker/base.js", "remove/worker.js")


def removal(also: Iterable[str] = (), *, all_caches: bool = False) -> tuple[Artifact, ...]:
    """Return the worker that removes itself, as sw.js and under the names in ``also``, and its page script.

    It deletes the caches of this app, or with ``all_caches`` those of every app of the origin.

    Raises:
        PwagenError: a name is not a path of a script inside the site.
    """
    config = js_json({"remove": {"allCaches": all_caches}})
    parts = [(part, source(part).strip()) for part in PARTS]
    worker = (render("remove/sw.js.jinja", config=config, parts=parts).rstrip() + "\n").encode()
    names = dict.fromkeys(["sw.js", *map(_script_path, also)])
    return (
        *(Artifact(name, worker) for name in names),
        Artifact("register.js", source("remove/page.js").encode()),
    )


def removal_of_all_but_push(project: Project, also: Iterable[str] = ()) -> tuple[Artifact, ...]:
    """Return the scripts that go on receiving pushes and do nothing else.

    A subscription lives and dies with its registration, so the worker stays. It takes over at once and
    deletes what earlier versions stored. Workers under the names in ``also`` go entirely.

    Raises:
        PwagenError: the project has no push, or a name is not a path of a script inside the site.
    """
    from pwagen.config.model import Worker
    from pwagen.plan import plan

    config = project.config
    if not config.push:
        raise PwagenError(
            "pwagen.yaml has no `push` section - leave out --keep-push, there is nothing to keep"
        )
    rest = msgspec.structs.replace(
        config, offline=False, outbox=(), periodic_sync=(), update="auto", worker=Worker()
    )
    scripts = [
        one for one in plan(replace(project, config=rest, site=None)) if one.path in ("sw.js", "register.js")
    ]
    former = [one for one in removal(also) if one.path not in ("sw.js", "register.js")]
    return (*scripts, *former)


def _script_path(name: str) -> str:
    path = name.removeprefix("./")
    if not path.endswith((".js", ".mjs")) or path.startswith("/") or "\\" in path or ".." in path.split("/"):
        raise PwagenError(f"--also {name}: write a script's path inside the site, such as service-worker.js")
    return path
