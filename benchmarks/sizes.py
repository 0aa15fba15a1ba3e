"""How large the scripts are, and what each feature adds to them.

    python benchmarks/sizes.py [--no-peers] [--markdown | --write]

Bytes of sw.js, register.js and register.more.js as they are read, and minified: that is how the page's
scripts are always published, sw.js with `minify: true`, and Workbox's workers, too. workbox-cli is installed
into a temporary folder with npm, and left out where there is none.
"""

from __future__ import annotations

import argparse
import gzip
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from npm import install
from processes import run
from projects import HERE, make_project
from sites import make_site
from tables import markdown_table, text_table, write_table

from pwagen.artifacts.scripts.script_config import script_config
from pwagen.artifacts.scripts.scripts import Scripts, render_scripts
from pwagen.config import load_with_warnings


@dataclass(frozen=True)
class Feature:
    """What is measured alone: the sections of everything.yaml, and the members of its app, that it needs."""

    name: str
    sections: tuple[str, ...]
    argument: str
    """What its bytes are for."""


PACKAGES = {"workbox-cli": "7.4.0"}
CONFIGS = HERE / "build_peers"
FEATURES = (
    Feature("offline", ("offline",), "a verified precache, routes, fallbacks, builds that never mix"),
    Feature(
        "push, clicks",
        ("notifications", "push"),
        "every payload ends in a notification, every click lands somewhere, a lost subscription heals",
    ),
    Feature("badge", ("badge",), "counts by topic, exact in a burst; title or favicon where there is none"),
    Feature(
        "background refresh",
        ("periodic_sync",),
        "conditional requests, a notification only for news; brings notifications and badge along",
    ),
    Feature(
        "downloads", ("downloads",), "Background Fetch with progress and ranges, and without it the same"
    ),
    Feature("outbox", ("outbox",), "requests in order, with idempotency keys, back-off and a form's states"),
    Feature(
        "notifications, permission prompt",
        ("notifications", "permission_prompt"),
        "an accessible dialog under a strict policy, which backs off; notifications are most of it",
    ),
    Feature("hint for iPhones", ("install",), "the same dialog, with Apple's words for it"),
    Feature("another language", ("languages",), "texts and the choice between them"),
    Feature("shares to the app", ("share_target",), "files too, on a static host, without a network"),
    Feature(
        "files, links, shortcuts",
        ("file_handlers", "protocol_handlers", "launch_handler", "shortcuts"),
        "one event for all of them, once for each launch, and a form that fills itself in",
    ),
    Feature("widgets (Edge)", ("widgets",), "templates filled, and filled again in the background"),
)
# The sections that each set has; none: all.
SETS = {
    "nothing": ("app",),
    "push, clicks, badge": ("notifications", "push", "badge"),
    "offline": ("offline",),
    "everything": (),
}
WORKBOX = {"Workbox, precache only": "{}", "Workbox, and a route, preload, expiry": "{route: true}"}
# File -> its text to read, and minified if `minify` is on.
FILES: dict[str, tuple[Callable[[Scripts], str], Callable[[Scripts], str]]] = {
    "sw.js": (lambda scripts: scripts.worker, lambda scripts: scripts.worker),
    "register.js": (lambda scripts: scripts.readable_page, lambda scripts: scripts.page),
    "register.more.js": (lambda scripts: scripts.readable_more, lambda scripts: scripts.more),
}
SIZE_COLUMNS = ("bytes", "readable", "gzipped", "minified, gzipped")
FEATURE_COLUMNS = (
    "minified, gzipped, a feature adds",
    "to sw.js",
    "to register.js",
    "to register.more.js",
    "for",
)


class Measured:
    """A project whose scripts are measured."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_project(folder)
        make_site(folder / "site", 1)
        text = (HERE / "everything.yaml").read_text(encoding="utf-8")
        members = "|".join(name for feature in FEATURES for name in feature.sections)
        self._sections = re.split(rf"^(?=[a-z_]+:|  (?:{members}):)", text, flags=re.MULTILINE)

    def scripts(self, sections: Sequence[str], *, minify: bool = False) -> Scripts:
        """Return the scripts of a config with these sections of everything.yaml, or with all of them."""
        names = (*sections, "app", "icons", "site") if sections else ()
        chosen = "".join(
            section
            for section in self._sections
            if not names or section.lstrip().startswith(tuple(f"{name}:" for name in names))
        )
        off = "" if not names or "offline" in names else "offline: false\n"
        (self._folder / "pwagen.yaml").write_text(chosen + off, encoding="utf-8")
        config, _ = load_with_warnings(self._folder)
        return render_scripts(script_config(config), minify=minify)


def zipped(text: str) -> int:
    """Return the size of a text as servers send it."""
    return len(gzip.compress(text.encode(), 9))


def minified_sizes(project: Measured, sections: Sequence[str]) -> dict[str, int]:
    """Return file -> its size, minified and gzipped, with these sections."""
    scripts = project.scripts(sections, minify=True)
    return {file: zipped(minified(scripts)) for file, (_, minified) in FILES.items()}


def size_rows(project: Measured) -> Iterable[Sequence[str]]:
    """Yield a line for each script of each set."""
    for name, sections in SETS.items():
        scripts, sizes = project.scripts(sections), minified_sizes(project, sections)
        for file, (readable, _) in FILES.items():
            text = readable(scripts)
            yield (
                f"pwagen {file}: {name}",
                f"{len(text.encode()):,}",
                f"{zipped(text):,}",
                f"{sizes[file]:,}",
            )


def feature_rows(project: Measured) -> Iterable[Sequence[str]]:
    """Yield what each feature adds to the scripts of an app that has no other."""
    base = minified_sizes(project, ("app",))
    yield (
        "none of them",
        *(f"{size:,}" for size in base.values()),
        "registration, updates, installation, events",
    )
    for feature in FEATURES:
        sizes = minified_sizes(project, feature.sections)
        yield feature.name, *(f"{sizes[file] - base[file]:+,}" for file in FILES), feature.argument


def workbox_rows(folder: Path) -> Iterable[Sequence[str]]:
    """Yield a line for each worker that workbox-cli makes."""
    shutil.copy(CONFIGS / "workbox-sizes.cjs", folder)
    for name, options in WORKBOX.items():
        out = folder / "sizes"
        config = f"module.exports = require('./workbox-sizes.cjs')({options});\n"
        (folder / "config.cjs").write_text(config, encoding="utf-8")
        run(["node", "node_modules/workbox-cli/build/bin.js", "generateSW", "config.cjs"], folder)
        content = "".join(path.read_text(encoding="utf-8") for path in sorted(out.glob("*.js")))
        yield name, "", "", f"{zipped(content):,}"
        shutil.rmtree(out)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--no-peers", action="store_true", help="measure pwagen alone")
    parser.add_argument("--markdown", action="store_true", help="print the tables of docs/benchmarks.md")
    parser.add_argument("--write", action="store_true", help="write them into it")
    options = parser.parse_args()
    show = markdown_table if options.markdown else text_table
    with tempfile.TemporaryDirectory(prefix="pwagen-benchmark-") as temporary:
        folder = Path(temporary)
        why_not = "--no-peers" if options.no_peers else install(folder, PACKAGES)
        project = Measured(folder)
        sizes = [SIZE_COLUMNS, *size_rows(project)]
        if not why_not:
            sizes += workbox_rows(folder)
        features = [FEATURE_COLUMNS, *feature_rows(project)]
    print(f"{show(sizes)}\n\n{show(features if options.markdown else [row[:-1] for row in features])}")
    if options.write:
        write_table("sizes", sizes)
        write_table("features", features)
    if why_not:
        print(f"\nLeft out: Workbox ({why_not}).")


if __name__ == "__main__":
    main()
