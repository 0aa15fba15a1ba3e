"""``pwagen harness``."""

from __future__ import annotations

import json
import signal
import sys
from contextlib import suppress

import typer


def harness() -> None:
    """Run the push service and the desktop for tests in another language, and print their addresses.

    One line of JSON. It runs until its standard input is closed, or SIGTERM."""
    from pwagen.imports.optional_packages import require

    require("pwagen harness", "test", "playwright", "aiohttp", "dbus_fast")
    from pwagen.testing.remote_harness import Harness

    with suppress(KeyboardInterrupt), Harness() as running:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        typer.echo(json.dumps(running.addresses()))
        sys.stdout.flush()
        while sys.stdin.buffer.read(1):
            pass
