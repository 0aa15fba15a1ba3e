"""Make an app of a copy of the sample site as README.md describes it, and say how to look at it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from pwagen.keys.key_pair import generate_key_pair
from pwagen.names import CONFIG_NAME, KEY_NAME

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_site"
COPY = ROOT / "build" / "demo"
SITE = COPY / "public"


def main() -> int:
    """Build, and print what to do next."""
    print("$ pwagen build --inject\n", flush=True)
    assemble(quiet=False)
    pwagen = Path(sys.executable).with_name("pwagen").relative_to(ROOT)
    copy = COPY.relative_to(ROOT)
    print(f"""
A copy of the sample site is an app now, in {SITE.relative_to(ROOT)}/, with a key pair of its own.
To feel it, without the internet:

    {pwagen} serve {copy} --push local

Chromium opens with the site and a console: press the bell on the site, and send in the console. Install the
app with the button on the page, stop the server and load the page again: it is still there.
In a browser of your own, with the internet:

    {pwagen} serve {copy} --subject mailto:you@your.domain

To see all of it happen in a real browser: make test.""")
    return 0


def assemble(*, quiet: bool = True) -> None:
    """Make ``SITE`` the sample as an app with a new key pair; exits as `pwagen build` does if it fails."""
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(SAMPLE, COPY, ignore=shutil.ignore_patterns("dist", ".pwagen*", "pwagen.lock"))
    pair = generate_key_pair()
    (COPY / KEY_NAME).write_bytes(pair.private_pem)
    config = COPY / CONFIG_NAME
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"(vapid_public_key: ).*", rf"\g<1>{pair.public_key}", text), encoding="utf-8")
    command = [sys.executable, "-m", "pwagen", "build", str(COPY.relative_to(ROOT)), "--inject"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL if quiet else None)  # noqa: S603
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    sys.exit(main())
