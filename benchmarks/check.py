"""How long a check of a site takes, and what it notices, beside webhint and @pwabuilder/manifest-validation.

    python benchmarks/check.py [--sizes 10 1000] [--rounds 3] [--no-peers] [--write]

Whole processes on the same folders: the site of the rules' tests, with generated files beside it; rounds
take turns. What is noticed is counted on the sites with one defect each that Lighthouse reports
(tests/corpus/lighthouse_sites.py), but for one that only a browser can see: a tool notices a defect if it
says something that it doesn't say of the site without it. webhint has its hints for apps, and none about
other things. The peers are installed into a temporary folder with npm, and left out where there is none;
--write puts both tables into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from npm import install
from processes import Runs, run
from sites import make_site
from tables import text_table, write_table

from pwagen.audit.audit_run import audit
from pwagen.audit.audit_target import open_audit_target
from pwagen.audit.settings import AuditSettings

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))
from tests.audit.examples import write_example  # noqa: E402
from tests.corpus.lighthouse_sites import GOOD_SITE, LIGHTHOUSE_SITES, SEEN_IN_A_BROWSER  # noqa: E402

PEERS = ROOT / "benchmarks" / "check_peers"
PACKAGES = {"hint": "7.1.13", "@pwabuilder/manifest-validation": "0.0.9"}
OURS, HINT, VALIDATION = "pwagen check", "webhint", "@pwabuilder/manifest-validation"
Command = Callable[[Path], list[str]]


def pwagen(site: Path) -> list[str]:
    """Return the command that checks a site."""
    return [sys.executable, "-m", "pwagen", "check", str(site), "--fail-on", "never", "--format", "json"]


def commands(folder: Path | None) -> dict[str, Command]:
    """Return the tools by name; the peers are in ``folder``."""
    if not folder:
        return {OURS: pwagen}
    hint = [str(folder / "node_modules/hint/dist/src/bin/hint.js"), "-c", str(folder / ".hintrc")]
    return {
        OURS: pwagen,
        HINT: lambda site: ["node", *hint, str(site)],
        VALIDATION: lambda site: ["node", str(folder / "validate.mjs"), str(site)],
    }


def messages(name: str, command: Command, site: Path) -> set[str]:
    """Return what a tool says of a site, without its places in it; ours in this process."""
    if name == OURS:
        return {finding.rule for finding in audit(open_audit_target(str(site)), AuditSettings())}
    done = subprocess.run(command(site), capture_output=True, text=True, cwd=site, env=environment())
    if name == VALIDATION:
        return set(done.stdout.splitlines())
    return {line.strip() for line in done.stdout.splitlines() if line.strip().startswith('"message"')}


def environment() -> Mapping[str, str]:
    """Return the environment in which no tool asks for news or reports what it did."""
    return {**os.environ, "CI": "1", "HINT_TRACKING": "off", "NO_UPDATE_NOTIFIER": "1"}


def noticed(tools: Mapping[str, Command], folder: Path) -> list[list[str]]:
    """Return the table of defects: which tool notices which."""
    good = write_example(folder / "good", LIGHTHOUSE_SITES[GOOD_SITE])
    usual = {name: messages(name, command, good) for name, command in tools.items()}
    table = [["defect", *tools]]
    for number, (defect, example) in enumerate(LIGHTHOUSE_SITES.items()):
        if defect in (GOOD_SITE, *SEEN_IN_A_BROWSER):
            continue
        site = write_example(folder / str(number), example)
        new = {name: messages(name, command, site) - usual[name] for name, command in tools.items()}
        table.append([defect, *("yes" if new[name] else "" for name in tools)])
    counts = [str(sum(row[column] == "yes" for row in table)) for column in range(1, len(table[0]))]
    table.append([f"all {len(table) - 1}", *counts])
    table.append(["reported of the good site", *(str(len(usual[name])) for name in tools)])
    return table


def measured(tools: Mapping[str, Command], folder: Path, sizes: list[int], rounds: int) -> list[list[str]]:
    """Return the table of times: seconds and megabytes by tool and number of files."""
    sites = {size: folder / f"site-{size}" for size in sizes}
    for size, site in sites.items():
        make_site(site, size)
        write_example(site, {})
    runs = {(name, size): Runs() for name in tools for size in sizes}
    for _ in range(rounds):
        for (name, size), those in runs.items():
            those.all.append(run(tools[name](sites[size]), folder, environment()))
            print(f"{name}, {size:,} files: {those.all[-1].seconds:.2f} s", file=sys.stderr)
    table = [["seconds (peak MB)", *(f"{size:,} files" for size in sizes)]]
    for name in tools:
        of_name = [runs[name, size] for size in sizes]
        table.append([name, *(f"{each.seconds:.2f} ({each.peak_mb:,.0f})" for each in of_name)])
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 1000], metavar="FILES")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true", help="measure pwagen alone")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/benchmarks.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pwagen-benchmark-") as temporary:
        folder = Path(temporary)
        shutil.copytree(PEERS, folder, dirs_exist_ok=True)
        why_not = "--no-peers" if options.no_peers else install(folder, PACKAGES)
        tools = commands(None if why_not else folder)
        tables = {
            "check-times": measured(tools, folder, options.sizes, options.rounds),
            "check-noticed": noticed(tools, folder),
        }
    for name, table in tables.items():
        print(f"{text_table(table)}\n")
        if options.write:
            write_table(name, table)
    if why_not:
        print(f"Left out: {', '.join(PACKAGES)} ({why_not}).")


if __name__ == "__main__":
    main()
