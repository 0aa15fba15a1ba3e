"""How long the worker takes to install, and what it costs a page that is opened again.

    python benchmarks/worker.py [--sizes 100 1000] [--rounds 3] [--visits 20] [--no-peers] [--markdown]

In Chromium on loopback: milliseconds from register() to "activated" for a worker that stores this many
files, and from the start of a navigation to the end of the page's response, for pages that have been seen
before. pwagen with every feature on, once as by default (pages from the network first, so that nobody sees
an old one) and once with a route that takes them from what is stored, as Workbox does; beside generateSW of
workbox-cli for the same files, and the same pages without any worker. Rounds take turns, so that whatever
else the machine does hits all alike. Each begins with a new profile, and the page measures itself
(worker.html): a browser that is watched over the DevTools protocol spends a good part of its time on that,
at each request. workbox-cli is installed into a temporary folder with npm, and left out where there is none.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from npm import install
from processes import run
from projects import make_project
from sites import SUFFIXES, make_site, path_of
from tables import markdown_table, text_table

from pwagen.testing.find_browser import find_chromium
from pwagen.testing.site_server.site_server import Answers, SiteServer

PACKAGES = {"workbox-cli": "7.4.0"}
CONFIGS = Path(__file__).parent / "build_peers"
FROM_STORE = '    - {match: "**", strategy: cache-first}\n'
OURS, OURS_STORED, WORKBOX, NONE = "pwagen", "pwagen, pages as stored", "Workbox", "no worker"

PAGE = Path(__file__).with_name("worker.html")
LONGEST_SECONDS = 300


@dataclass
class Candidate:
    """A site under measurement; times in milliseconds."""

    name: str
    server: SiteServer
    installs: list[float] = field(default_factory=list)
    visits: list[float] = field(default_factory=list)


def our_site(folder: Path, size: int, routes: str = "", icons_of: Path | None = None) -> Path:
    """Return a site with pwagen's files copied into it. The pages stay as they are, without a script.

    The icons are taken from another project, if given.
    """
    make_project(folder)
    if icons_of:
        shutil.copytree(icons_of / ".pwagen", folder / ".pwagen")
    make_site(folder / "site", size)
    config = folder / "pwagen.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("  routes:\n", "  routes:\n" + routes))
    run([sys.executable, "-m", "pwagen", "build"], folder)
    shutil.copytree(folder / "dist", folder / "site", dirs_exist_ok=True)
    return folder / "site"


def workbox_site(folder: Path, ours: Path) -> Path:
    """Return a site that workbox-cli has made a worker for, which stores the same files as ours does."""
    for path in re.findall(r'\["(.+)", "[\w+/]{43}=", [01]\]', (ours / "sw.js").read_text(encoding="utf-8")):
        (folder / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ours / path, folder / "site" / path)
    shutil.copy(CONFIGS / "workbox-config.cjs", folder)
    (folder / "node_modules").symlink_to(folder.parent.parent / "node_modules")
    run(["node", "node_modules/workbox-cli/build/bin.js", "generateSW", "workbox-config.cjs"], folder)
    for path in (folder / "out").iterdir():
        shutil.move(path, folder / "site")
    return folder / "site"


def plain_site(folder: Path, size: int) -> Path:
    """Return a site without a worker."""
    make_site(folder / "site", size)
    return folder / "site"


def measure(candidate: Candidate, size: int, visits: int) -> None:
    """Install the candidate's worker in a new browser and visit pages, each for the second time."""
    pages = [path_of(number, suffix) for number, suffix in _files(size) if suffix == "html"][:visits]
    asked = [("visit", page) for page in pages] + ([("worker", "1")] if candidate.name != NONE else [])
    candidate.server.clear()
    with browser_at(f"{candidate.server.url}start?{urlencode(asked)}"):
        report = candidate.server.wait_for_request("report", timeout=LONGEST_SECONDS).json()
    if "error" in report:
        raise SystemExit(f"{candidate.name}: {report['error']}")
    candidate.visits += report["visits"]
    if report["install"] is not None:
        candidate.installs.append(report["install"])


@contextmanager
def browser_at(url: str) -> Iterator[None]:
    """Show a page in a Chromium that nobody watches, with a new profile."""
    flags = [
        "--headless=new",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-popup-blocking",
    ]
    flags += ["--disable-background-timer-throttling"]  # The page that measures is behind the one it visits.
    if os.geteuid() == 0:
        flags += ["--no-sandbox"]  # It refuses to run as root.
    with tempfile.TemporaryDirectory(prefix="pwagen-profile-") as profile:
        process = subprocess.Popen(
            [str(find_chromium()), *flags, f"--user-data-dir={profile}", url],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # All of its processes, which would go on writing.
            process.wait()


def _files(size: int) -> Iterable[tuple[int, str]]:
    return ((number, SUFFIXES[number % len(SUFFIXES)]) for number in range(size))


def candidates(stack: ExitStack, folder: Path, size: int, peers: bool) -> list[Candidate]:
    """Return what is compared on a site of ``size`` files, each on an origin of its own."""
    folder.mkdir()
    sites = {
        OURS: our_site(folder / "ours", size),
        OURS_STORED: our_site(folder / "stored", size, FROM_STORE, icons_of=folder / "ours"),
        NONE: plain_site(folder / "plain", size),
    }
    if peers:
        sites[WORKBOX] = workbox_site(folder / "workbox", sites[OURS])
    start = Answers(
        content={"start": PAGE.read_bytes()},
        path_headers={"start": {"Content-Type": "text/html"}},
        accepts={"report"},
    )
    return [
        Candidate(name, stack.enter_context(SiteServer(site, answers=start))) for name, site in sites.items()
    ]


def rows(size: int, results: list[Candidate]) -> Iterable[list[str]]:
    """Yield the lines of the table for one size."""
    peer = next((candidate for candidate in results if candidate.name == WORKBOX), None)
    for candidate in results:
        install = f"{median(candidate.installs):,.0f}" if candidate.installs else ""
        ratios = [
            ours / theirs
            for ours, theirs in zip(candidate.installs, peer.installs if peer else (), strict=False)
        ]
        ratio = f"{median(ratios):.2f}" if ratios and candidate is not peer else ""
        p95 = quantiles(candidate.visits, n=20)[-1]
        yield [f"{size:,}", candidate.name, install, ratio, f"{median(candidate.visits):.1f}", f"{p95:.1f}"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000], metavar="FILES")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--visits", type=int, default=20, help="pages that are visited in each round")
    parser.add_argument("--no-peers", action="store_true", help="measure pwagen alone")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/benchmarks.md")
    options = parser.parse_args()
    show = markdown_table if options.markdown else text_table
    times: list[Sequence[str]] = [
        ("files", "", "install (ms)", "of Workbox's", "visit, median (ms)", "visit, 95th percentile (ms)")
    ]
    with tempfile.TemporaryDirectory(prefix="pwagen-benchmark-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        why_not = "--no-peers" if options.no_peers else install(folder, PACKAGES)
        for size in options.sizes:
            compared = candidates(stack, folder / str(size), size, not why_not)
            for _ in range(options.rounds):
                for candidate in compared:
                    measure(candidate, size, options.visits)
            times += rows(size, compared)
    print(show(times))
    if why_not:
        print(f"\nLeft out: Workbox ({why_not}).")


if __name__ == "__main__":
    main()
