"""Builds of a real site that are killed at every change of the disk, and what the next command makes of each.

    python -m tests.corpus.kill_run NAME … [--every N]

The names are those of sites in packages.toml; with --every, only each Nth change is a kill. A line says how
many builds were killed, how each had left the site, and how many of them the next build finished, whose
--check then found nothing and which --undo took back to the byte; files that are left over have to be none.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from tests.build.test_interrupted import copy_of, temporary
from tests.corpus.corpus_run import site_project
from tests.corpus.dying import killed_command
from tests.corpus.packages import SitePackage, read_corpus
from tests.site_rule import built, run, tree, wrong_hashes

COLUMNS = (
    *(
        "site",
        "killed",
        "as before",
        "in between",
        "whole",
        "finished by the next build",
        "--check finds nothing",
    ),
    *("taken back by --undo", "files left over"),
)


def kill_row(package: SitePackage, folder: Path, every: int = 1) -> list[str]:
    """Kill a build of the site at each change of the disk, and return the row of the table."""
    project = site_project(package, folder / "project")
    before = tree(project / "public")
    whole = copy_of(project, "whole")
    built(whole)
    expected = tree(whole / "public")
    # Icons take longer than all the rest.
    shutil.copytree(whole / ".pwagen/icons", project / ".pwagen/icons", dirs_exist_ok=True)
    counts: Counter[str] = Counter()
    number = 1
    victim = copy_of(project, "victim")
    while killed_command(number, "build", str(victim), "--inject"):
        state = tree(victim / "public")
        counts[{True: "as before"}.get(state == before, "whole" if state == expected else "in between")] += 1
        back = copy_of(victim, "back")
        built(victim)
        counts["finished"] += tree(victim / "public") == expected and not wrong_hashes(victim / "public")
        counts["check"] += run(victim, "--check").exit_code == 0
        built(back, "--undo")
        counts["taken back"] += tree(back / "public") == before
        counts["left over"] += len(temporary(victim)) + len(temporary(back))
        number += every
        victim = copy_of(project, "victim")
    names = ("as before", "in between", "whole", "finished", "check", "taken back", "left over")
    killed_count = counts["as before"] + counts["in between"] + counts["whole"]
    return [package.title, str(killed_count), *(str(counts[name]) for name in names)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    options = parser.parse_args()
    print(" | ".join(COLUMNS))
    for package in read_corpus().site:
        if package.name in options.names:
            folder = Path(tempfile.mkdtemp(prefix="pwagen-kills-"))
            print(" | ".join(kill_row(package, folder, options.every)), flush=True)
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
