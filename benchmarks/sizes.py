"""How large the two scripts are, and what each feature adds to them.

    python benchmarks/sizes.py [--no-peers] [--markdown]

Bytes of sw.js and register.js as built; with `minify: true`, which takes comments and white space out and
renames nothing; and with names shortened as well, by terser, which is the only form that Workbox's workers
come in. workbox-cli and terser are installed into a temporary folder with npm, and left out where there is
none.
"""

from __future__ import annotations

import argparse
import gzip
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from npm import install
from processes import run
from projects import HERE, make_project
from sites import make_site
from tables import markdown_table, text_table

from pwagen.artifacts.scripts.script_config import script_config
from pwagen.artifacts.scripts.scripts import Scripts, render_scripts
from pwagen.config import load_with_warnings

PACKAGES = {"workbox-cli": "7.4.0", "terser": "5.44.1"}
CONFIGS = HERE / "build_peers"
# The sections of everything.yaml, and the members of its app, that each feature needs.
FEATURES = {
    "offline": ("offline",),
    "push, clicks": ("notifications", "push"),
    "badge": ("badge",),
    "background refresh": ("periodic_sync",),
    "downloads": ("downloads",),
    "outbox": ("outbox",),
    "notifications, permission prompt": ("notifications", "permission_prompt"),
    "hint for iPhones": ("install",),
    "another language": ("languages",),
    "shares to the app": ("share_target",),
    "files, links, shortcuts": ("file_handlers", "protocol_handlers", "launch_handler", "shortcuts"),
    "widgets (Edge)": ("widgets",),
}
# The sections that each set has; none: all.
SETS = {
    "push, clicks, badge": ("notifications", "push", "badge"),
    "offline": ("offline",),
    "everything": (),
}
WORKBOX = {"Workbox, precache only": "{}", "Workbox, and a route, preload, expiry": "{route: true}"}
SIZE_COLUMNS = ("bytes", "as built", "gzipped", "minified, gzipped", "names shortened, gzipped")
FEATURE_COLUMNS = ("minified, gzipped, a feature adds", "to sw.js", "to register.js")
Shorten = Callable[[str], str]


class Measured:
    """A project whose scripts are measured."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_project(folder)
        make_site(folder / "site", 1)
        text = (HERE / "everything.yaml").read_text(encoding="utf-8")
        members = "|".join(name for names in FEATURES.values() for name in names)
        self._sections = re.split(rf"^(?=[a-z_]+:|  (?:{members}):)", text, flags=re.MULTILINE)

    def scripts(self, wanted: Sequence[str], *, minify: bool = False) -> Scripts:
        """Return the scripts of a config with these sections of everything.yaml, or with all of them."""
        names = (*wanted, "app", "icons", "site") if wanted else ()
        chosen = "".join(
            one
            for one in self._sections
            if not names or one.lstrip().startswith(tuple(f"{name}:" for name in names))
        )
        off = "" if not names or "offline" in names else "offline: false\n"
        (self._folder / "pwagen.yaml").write_text(chosen + off, encoding="utf-8")
        config, _ = load_with_warnings(self._folder)
        return render_scripts(script_config(config), minify=minify)


def zipped(text: str) -> int:
    """Return the size of a text as servers send it."""
    return len(gzip.compress(text.encode(), 9))


def size_rows(project: Measured, shorten: Shorten | None) -> Iterable[Sequence[str]]:
    """Yield a line for each script of each set."""
    for name, sections in SETS.items():
        whole, small = project.scripts(sections), project.scripts(sections, minify=True)
        for script in ("worker", "page"):
            text = getattr(whole, script)
            shortened = f"{zipped(shorten(text)):,}" if shorten else ""
            file = "sw.js" if script == "worker" else "register.js"
            yield (
                f"pwagen {file}: {name}",
                f"{len(text.encode()):,}",
                f"{zipped(text):,}",
                f"{zipped(getattr(small, script)):,}",
                shortened,
            )


def feature_rows(project: Measured) -> Iterable[Sequence[str]]:
    """Yield what each feature adds to the scripts of an app that has no other."""

    def sizes(*sections: str) -> tuple[int, int]:
        scripts = project.scripts(sections or ("app",), minify=True)
        return zipped(scripts.worker), zipped(scripts.page)

    base = sizes()
    yield "none of them", f"{base[0]:,}", f"{base[1]:,}"
    for name, sections in FEATURES.items():
        worker, page = sizes(*sections)
        yield name, f"{worker - base[0]:+,}", f"{page - base[1]:+,}"


def workbox_rows(folder: Path) -> Iterable[Sequence[str]]:
    """Yield a line for each worker that workbox-cli makes."""
    shutil.copy(CONFIGS / "workbox-sizes.cjs", folder)
    for name, options in WORKBOX.items():
        out = folder / "sizes"
        config = f"module.exports = require('./workbox-sizes.cjs')({options});\n"
        (folder / "config.cjs").write_text(config, encoding="utf-8")
        run(["node", "node_modules/workbox-cli/build/bin.js", "generateSW", "config.cjs"], folder)
        content = "".join(path.read_text(encoding="utf-8") for path in sorted(out.glob("*.js")))
        yield name, "", "", "", f"{zipped(content):,}"
        shutil.rmtree(out)


def terser(folder: Path) -> Shorten:
    """Return what shortens a script's names with terser."""

    def shorten(text: str) -> str:
        (folder / "long.js").write_text(text, encoding="utf-8")
        arguments = ("long.js", "--compress", "--mangle", "--output", "short.js")
        run(["node", "node_modules/terser/bin/terser", *arguments], folder)
        return (folder / "short.js").read_text(encoding="utf-8")

    return shorten


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--no-peers", action="store_true", help="measure pwagen alone")
    parser.add_argument("--markdown", action="store_true", help="print the tables of docs/benchmarks.md")
    options = parser.parse_args()
    show = markdown_table if options.markdown else text_table
    with tempfile.TemporaryDirectory(prefix="pwagen-benchmark-") as temporary:
        folder = Path(temporary)
        why_not = "--no-peers" if options.no_peers else install(folder, PACKAGES)
        project = Measured(folder)
        sizes = [SIZE_COLUMNS, *size_rows(project, None if why_not else terser(folder))]
        if not why_not:
            sizes += workbox_rows(folder)
        features = [FEATURE_COLUMNS, *feature_rows(project)]
    print(f"{show(sizes)}\n\n{show(features)}")
    if why_not:
        print(f"\nLeft out: Workbox and terser ({why_not}).")


if __name__ == "__main__":
    main()
