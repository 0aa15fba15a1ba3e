"""Rewrite the golden files from what pwagen builds now: ``python -m tests.golden.update``."""

from __future__ import annotations

import shutil

from tests.golden.snapshot import CASES, FOLDER, actual


def main() -> None:
    """Replace every case's `out/` folder."""
    for case in CASES:
        out = FOLDER / case / "out"
        shutil.rmtree(out, ignore_errors=True)
        for path, text in actual(case).items():
            target = out / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        print(f"{out}: written")


if __name__ == "__main__":
    main()
