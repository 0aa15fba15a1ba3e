"""Make an app of a copy of the sample site as README.md describes it, and say how to look at it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_site"
COPY = ROOT / "build" / "demo"
SITE = COPY / "public"
PORT = 8000


def main() -> int:
    """Build, and print what to do next."""
    print("$ pwagen build --inject\n", flush=True)
    assemble(quiet=False)
    shown, python = SITE.relative_to(ROOT), Path(sys.executable).relative_to(ROOT)
    print(f"""
A copy of the sample site is an app now, in {shown}/.
Look at it in Chrome, Edge or any other browser with push:

    {python} -m http.server {PORT} --bind 127.0.0.1 --directory {shown}
    open http://localhost:{PORT}/

Install it with the button on the page, stop the server and load the page again: it is still there.
To see pushes, clicks and the badge in a real browser on this machine alone: make test.""")
    return 0


def assemble(*, quiet: bool = True) -> None:
    """Make ``SITE`` the sample as an app; exits as `pwagen build` does if it fails."""
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(SAMPLE, COPY, ignore=shutil.ignore_patterns("dist", ".pwagen*", "pwagen.lock"))
    command = [sys.executable, "-m", "pwagen", "build", str(COPY.relative_to(ROOT)), "--inject"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL if quiet else None)  # noqa: S603
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    sys.exit(main())
