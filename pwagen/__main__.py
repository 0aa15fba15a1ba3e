"""Run as ``pwagen`` or ``python -m pwagen``."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line, without a search for garbage where there is none.

    That would be a sixth of a short command's time.
    """
    gc.disable()  # Modules stay.
    from pwagen.cli import run

    gc.freeze()  # Else what was imported is searched as soon as more is.
    gc.enable()
    try:
        run()
    finally:
        gc.freeze()  # Else Python looks through everything once more before it ends.


if __name__ == "__main__":
    main()
