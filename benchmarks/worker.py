"""How long the worker takes to install, and what it costs a page that is opened again.

    python benchmarks/worker.py [--sizes 100 1000] [--rounds 3] [--visits 20] [--no-peers] [--markdown]

In Chromium on loopback: milliseconds from register() to "activated" for a worker that stores this many
files, and from the start of a navigation to the end of the page's response, for pages that have been seen
before. pwagen with every feature on, once as by default (pages from the network first, so that nobody sees
an old one) and once with a route that takes them from what is stored, as Workbox does; beside generateSW of
workbox-cli and the same pages without any worker. Rounds take turns, so that whatever else the machine does
hits all alike. workbox-cli is installed into a temporary folder with npm, and left out where there is none.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from npm import install
from processes import run
from projects import make_project
from sites import SUFFIXES, make_site, path_of
from tables import markdown_table, text_table

from pwagen.browser.chromium import Chromium
from pwagen.browser.server import Answers, SiteServer

PACKAGES = {"workbox-cli": "7.4.0"}
CONFIGS = Path(__file__).parent / "build_peers"
FROM_STORE = '    - {match: "**", strategy: cache-first}\n'
OURS, OURS_STORED, WORKBOX, NONE = "pwagen", "pwagen, pages as stored", "Workbox", "no worker"

INSTALL = """async () => {
  const start = performance.now();
  const { installing: worker } = await navigator.serviceWorker.register("sw.js");
  await new Promise((resolve, reject) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant") reject(new Error("the worker was not installed"));
    });
  });
  return performance.now() - start;
}"""
RESPONSE_END = "performance.getEntriesByType('navigation')[0].responseEnd"


@dataclass
class Candidate:
    """A site under measurement; times in milliseconds."""

    name: str
    server: SiteServer
    installs: list[float] = field(default_factory=list)
    visits: list[float] = field(default_factory=list)


def our_site(folder: Path, size: int, routes: str = "") -> Path:
    """Return a site with pwagen's files copied into it. The pages stay as they are, without a script."""
    make_project(folder)
    make_site(folder / "site", size)
    config = folder / "pwagen.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("  routes:\n", "  routes:\n" + routes))
    run([sys.executable, "-m", "pwagen", "build"], folder)
    shutil.copytree(folder / "dist", folder / "site", dirs_exist_ok=True)
    return folder / "site"


def workbox_site(folder: Path, size: int) -> Path:
    """Return a site that workbox-cli has made a worker for."""
    folder.mkdir()
    make_site(folder / "site", size)
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


def measure(browser: Chromium, candidate: Candidate, size: int, visits: int) -> None:
    """Install the candidate's worker anew and visit pages, each for the second time."""
    url = candidate.server.url
    browser.forget(url)
    page = browser.open(url + "start")
    if candidate.name != NONE:
        candidate.installs.append(page.evaluate(INSTALL))
    pages = [path_of(number, suffix) for number, suffix in _files(size) if suffix == "html"][:visits]
    for measured in (False, True):
        for path in pages:
            page.goto(url + path)
            if measured:
                candidate.visits.append(page.evaluate(RESPONSE_END))
    page.close()


def _files(size: int) -> Iterable[tuple[int, str]]:
    return ((number, SUFFIXES[number % len(SUFFIXES)]) for number in range(size))


def candidates(stack: ExitStack, folder: Path, size: int, peers: bool) -> list[Candidate]:
    """Return what is compared on a site of ``size`` files, each on an origin of its own."""
    folder.mkdir()
    sites = {
        OURS: our_site(folder / "ours", size),
        OURS_STORED: our_site(folder / "stored", size, FROM_STORE),
        NONE: plain_site(folder / "plain", size),
    }
    if peers:
        sites[WORKBOX] = workbox_site(folder / "workbox", size)
    start = Answers(
        content={"start": "<!doctype html><title>start</title>"},
        path_headers={"start": {"Content-Type": "text/html"}},
    )
    return [
        Candidate(name, stack.enter_context(SiteServer(site, answers=start))) for name, site in sites.items()
    ]


def rows(size: int, results: list[Candidate]) -> Iterable[list[str]]:
    """Yield the lines of the table for one size."""
    peer = next((one for one in results if one.name == WORKBOX), None)
    for one in results:
        install = f"{median(one.installs):,.0f}" if one.installs else ""
        ratios = [
            ours / theirs for ours, theirs in zip(one.installs, peer.installs if peer else (), strict=False)
        ]
        ratio = f"{median(ratios):.2f}" if ratios and one is not peer else ""
        p95 = quantiles(one.visits, n=20)[-1]
        yield [f"{size:,}", one.name, install, ratio, f"{median(one.visits):.1f}", f"{p95:.1f}"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000], metavar="FILES")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--visits", type=int, default=20, help="pages that are visited in each round")
    parser.add_argument("--no-peers", action="store_true", help="measure pwagen alone")
    parser.add_argument("--markdown", action="store_true", help="print the table of README.md")
    options = parser.parse_args()
    show = markdown_table if options.markdown else text_table
    times: list[Sequence[str]] = [
        ("files", "", "install (ms)", "of Workbox's", "visit, median (ms)", "visit, 95th percentile (ms)")
    ]
    with tempfile.TemporaryDirectory(prefix="pwagen-benchmark-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        why_not = "--no-peers" if options.no_peers else install(folder, PACKAGES)
        browser = stack.enter_context(Chromium())
        for size in options.sizes:
            compared = candidates(stack, folder / str(size), size, not why_not)
            for _ in range(options.rounds):
                for candidate in compared:
                    measure(browser, candidate, size, options.visits)
            times += rows(size, compared)
    print(show(times))
    if why_not:
        print(f"\nLeft out: Workbox ({why_not}).")


if __name__ == "__main__":
    main()
