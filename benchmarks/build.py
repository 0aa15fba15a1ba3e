"""How long a build takes, beside the tools that make a precache list or a worker with Node.js.

    python benchmarks/build.py [--sizes 100 1000 10000] [--rounds 3] [--without NAME …] [--parts] [--markdown]

Whole processes on the same generated sites. `pwagen build --inject` with every feature on and its icons
cached: on a fresh site without any other cache, then again ("unchanged"); and without --inject and those
caches ("pages left alone"), as no other tool touches the pages. With --parts also on a fresh site without
the search for private keys, without the build's check of itself, and without both. Beside it generateSW of
workbox-cli,
inject-manifest of @serwist/cli, the lists that both libraries make, and Angular's ngsw-config. Rounds take
turns, so that whatever else the machine does hits all alike; processor time is what a busy machine changes
least. TMPDIR chooses the file system: ext4 without a journal, which some virtual machines have, creates files
many times slower in the minutes after others were deleted. The peers are installed into a temporary folder
with npm, and left out where there is none.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from npm import install
from processes import Run, Runs, run
from projects import make_project
from sites import make_site
from tables import markdown_table, text_table

CONFIGS = Path(__file__).parent / "build_peers"
PACKAGES = {
    "workbox-cli": "7.4.0",
    "workbox-build": "7.4.0",
    # The next version of the last two asks for a package that is not there.
    "@serwist/cli": "9.5.12",
    "@serwist/build": "9.5.12",
    "@serwist/utils": "9.5.12",
    "@angular/service-worker": "22.2.0",
}
PEERS = {
    "workbox-cli": ("node_modules/workbox-cli/build/bin.js", "generateSW", "workbox-config.cjs"),
    "serwist-cli": ("node_modules/@serwist/cli/cli.js", "inject-manifest", "serwist.config.mjs"),
    "workbox-build": ("manifest.mjs", "workbox-build"),
    "serwist-build": ("manifest.mjs", "@serwist/build"),
    "ngsw-config": ("node_modules/@angular/service-worker/ngsw-config.js", "site", "ngsw-config.json"),
}
COLD, UNCHANGED, ASIDE = "pwagen", "pwagen, unchanged", "pwagen, pages left alone"
WITHOUT = {
    f"{COLD}, all parts": (),
    f"{COLD}, no search": ("search",),
    f"{COLD}, no self-check": ("self-check",),
    f"{COLD}, neither": ("search", "self-check"),
}
COLUMNS = [
    "files",
    "tool",
    "seconds",
    "spread",
    "processor",
    "peak MB",
    "pwagen's share of its time",
    "of its processor",
]
TOO_LONG = 60  # seconds: what takes longer runs once
Tools = dict[str, Callable[[], Run]]


def peers(folder: Path, names: Iterable[str]) -> Tools:
    """Return the peers, each of which reads ``folder / "site"``."""
    for config in CONFIGS.iterdir():
        shutil.copy(config, folder)
    (folder / "node_modules").symlink_to(folder.parent / "node_modules")
    # None of them asks a registry for news while it is measured.
    environment = {"NO_UPDATE_NOTIFIER": "1", "CI": "1"}

    def tool(name: str) -> Callable[[], Run]:
        return lambda: run(["node", *PEERS[name]], folder, environment)

    return {name: tool(name) for name in names}


class Pwagen:
    """pwagen's project with a copy of the site of its own, since it changes the pages."""

    def __init__(self, folder: Path, site: Path) -> None:
        """Make the icons and Python's bytecode, as any earlier build has, wherever that is done."""
        self.project, self.site, self.builds = folder, site, 0
        self.program = [sys.executable, "-m", "pwagen"]
        self.environment = {"PYTHONDONTWRITEBYTECODE": ""}
        make_project(folder)
        make_site(folder / "site", 10)
        self.build()

    def build(self) -> Run:
        """Build into the site as it is."""
        return self._run("--inject")

    def build_aside(self) -> Run:
        """Build into a folder beside the site, as if for the first time: what the other tools do."""
        self._forget("dist")
        taken = self._run()
        self._forget("dist")
        return taken

    def _run(self, *options: str) -> Run:
        return run([*self.program, "build", *options], self.project, self.environment)

    def _forget(self, *folders: str) -> None:
        for name in ("pwagen.lock", ".pwagen/hashes", ".pwagen/pages"):
            (self.project / name).unlink(missing_ok=True)
        for name in folders:
            shutil.rmtree(self.project / name, ignore_errors=True)

    def build_cold(self) -> Run:
        """Build into the site as its generator left it.

        The earlier one is moved away: to delete it would slow down whoever makes files next, on ext4 (it
        doesn't use an inode again for some time, and searches on).
        """
        self.builds += 1
        (self.project / "site").rename(self.project / f"site-{self.builds}")
        self._forget("dist")
        shutil.copytree(self.site, self.project / "site")
        return self.build()

    def build_cold_without(self, *parts: str) -> Run:
        """Build into the site as its generator left it, without some of what a build does."""
        program = self.program
        self.program = [sys.executable, str(Path(__file__).with_name("build_without.py")), *parts, "--"]
        taken = self.build_cold()
        self.program = program
        return taken


def measure(
    folder: Path, size: int, rounds: int, names: Iterable[str], *, with_parts: bool = False
) -> dict[str, Runs]:
    """Return the runs of every tool on a site of ``size`` files."""
    folder.mkdir()
    make_site(folder / "site", size)
    pwagen = Pwagen(folder / "project", folder / "site")
    ours = {COLD: pwagen.build_cold, UNCHANGED: pwagen.build, ASIDE: pwagen.build_aside}
    parts = {name: partial(pwagen.build_cold_without, *without) for name, without in WITHOUT.items()}
    tools: Tools = {**ours, **(parts if with_parts else {}), **peers(folder, names)}
    results: dict[str, Runs] = {name: Runs() for name in tools}
    for _ in range(rounds):
        for name, tool in tools.items():
            if not results[name].all or results[name].seconds < TOO_LONG:
                results[name].all.append(tool())
                print(f"{size:,} files, {name}: {results[name].all[-1].seconds:.2f} s", file=sys.stderr)
    return results


def rows(size: int, results: dict[str, Runs]) -> Iterable[list[str]]:
    """Yield the lines of the table for one size."""
    ours = results[COLD]
    for name, runs in results.items():
        ratios = ["", ""] if name == COLD else [f"{ratio:.2f}" for ratio in ours.ratios(runs)]
        measured = [f"{runs.seconds:.2f}", runs.spread, f"{runs.processor:.2f}", f"{runs.peak_mb:.0f}"]
        yield [f"{size:,}", name, *measured, *ratios]


def summary(results: dict[int, dict[str, Runs]]) -> list[list[str]]:
    """Return the table of docs/benchmarks.md: a line for each tool, a column for each size."""
    table = [["seconds (peak MB)", *(f"{size:,} files" for size in results)]]
    for name in next(iter(results.values())):
        runs = [of_size[name] for of_size in results.values()]
        table.append([name, *(f"{run.seconds:.2f} ({run.peak_mb:,.0f})" for run in runs)])
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000], metavar="FILES")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", nargs="+", default=[], choices=PEERS, metavar="NAME")
    parser.add_argument("--no-peers", action="store_true", help="measure pwagen alone")
    parser.add_argument("--parts", action="store_true", help="measure what search and self-check cost")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/benchmarks.md, too")
    options = parser.parse_args()
    names = [name for name in PEERS if name not in options.without and not options.no_peers]
    results: dict[int, dict[str, Runs]] = {}
    with tempfile.TemporaryDirectory(prefix="pwagen-benchmark-") as temporary:
        folder = Path(temporary)
        why_not = install(folder, PACKAGES) if names else None
        if why_not:
            names = []
        for size in options.sizes:
            results[size] = measure(folder / str(size), size, options.rounds, names, with_parts=options.parts)
            shutil.rmtree(folder / str(size))
    print(text_table([COLUMNS, *(row for size in results for row in rows(size, results[size]))]))
    if options.markdown:
        print(f"\n{markdown_table(summary(results))}")
    left_out = [name for name in PEERS if name not in names]
    if left_out:
        print(f"\nLeft out: {', '.join(left_out)}{f' ({why_not})' if why_not else ''}.")


if __name__ == "__main__":
    main()
