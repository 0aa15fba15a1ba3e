"""Removal of a site's worker.

After sw.js is deleted, earlier visitors keep the old one. So a worker that unregisters itself is published
in its place, under every name that one of the site's workers ever had.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.scripts.script_parts import script_part
from pwagen.build.write import Lock
from pwagen.errors import PwagenError
from pwagen.names import OWN_SCRIPT, OWN_WORKER, PAGE_SCRIPTS
from pwagen.render import js_json, render, source

if TYPE_CHECKING:
    from pwagen.config.model import Config

# base.js has the names of the app's caches; nothing else of a usual worker is needed.
PARTS = ("worker/base.js", "removal/worker.js")
REMOVAL_SIGN = b"made by pwagen remove"  # in templates/removal/sw.js.jinja


def removal(also: Iterable[str] = (), *, all_caches: bool = False) -> tuple[Artifact, ...]:
    """Return the worker that removes itself, as sw.js and under the names in ``also``, and its page script.

    It deletes the caches of this app, or with ``all_caches`` those of every app of the origin.

    Raises:
        PwagenError: a name is not a path of a script inside the site.
    """
    config = js_json({"remove": {"allCaches": all_caches}})
    parts = [script_part(name) for name in PARTS]
    worker = (render("removal/sw.js.jinja", config=config, parts=parts).rstrip() + "\n").encode()
    names = dict.fromkeys([OWN_WORKER, *map(_script_path, also)])
    return (
        *(Artifact(name, worker) for name in names),
        Artifact(OWN_SCRIPT, source("removal/page.js").encode()),
    )


def removal_of_all_but_push(config: Config, also: Iterable[str] = ()) -> tuple[Artifact, ...]:
    """Return the scripts that still receive pushes and do nothing else.

    A subscription ends with its registration, so the worker stays. It takes over at once and
    deletes what earlier versions stored. Workers under the names in ``also`` go entirely.

    Raises:
        PwagenError: the config has no push, or a name is not a path of a script inside the site.
    """
    from pwagen.artifacts.icons.icon_names import ANY_192, BADGE
    from pwagen.artifacts.scripts.script_config import script_config
    from pwagen.artifacts.scripts.scripts import render_scripts
    from pwagen.build.plan import script_artifacts
    from pwagen.config.model import App, Config, Worker

    if not config.push:
        raise PwagenError(
            "pwagen.yaml has no `push` section - leave out --keep-push, there is nothing to keep"
        )
    # Listed one by one: everything else that a config turns on, now or in a later version, is removed.
    remaining = Config(
        app=App(name=config.app.name, lang=config.app.lang, dir=config.app.dir),
        notifications=config.notifications,
        push=config.push,
        badge=config.badge,
        permission_prompt=config.permission_prompt,
        languages=config.languages,
        # The site's own worker, which loads the generated one, must not be replaced.
        worker=Worker(script=config.worker.script),
        offline=False,
        update="auto",
    )
    has_icons = not config.icons.files
    scripts = render_scripts(
        script_config(
            remaining,
            icon=ANY_192.path if has_icons else None,
            badge_icon=BADGE.path if has_icons else None,
        ),
        minify=config.minify,
    )
    former_workers = [artifact for artifact in removal(also) if artifact.path not in (OWN_WORKER, OWN_SCRIPT)]
    return (*script_artifacts(scripts), *former_workers)


def earlier_removals(project: Path, out: Path) -> list[str]:
    """Return the names of earlier removals in the output folder, which are still needed."""
    return [
        path
        for path in Lock.read(project).hashes(out)
        if path not in (OWN_WORKER, OWN_SCRIPT) and is_removal(out / path)
    ]


def is_removal(file: Path) -> bool:
    """Tell whether a file is the worker that removes itself."""
    try:
        with file.open("rb") as stream:
            return REMOVAL_SIGN in stream.read(500)
    except OSError:
        return False


def _script_path(name: str) -> str:
    path = name.removeprefix("./")
    parts = path.split("/")
    if (
        not path.endswith((".js", ".mjs"))
        or not {"", ".", ".."}.isdisjoint(parts)
        or set(path) & set("\\:?#")
    ):
        raise PwagenError(f"--also {name}: write a script's path inside the site, such as service-worker.js")
    if path in PAGE_SCRIPTS:
        raise PwagenError(f"--also {name}: this is the page's script, and a worker can't have its name")
    return path
