"""``pwagen test``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from pwagen.apptest.run import Options
    from pwagen.apptest.step import Result


def test(
    target: Annotated[
        str,
        typer.Argument(
            metavar="[DIR|URL]",
            help="A published folder, a project with pwagen.yaml, or a site on https or loopback.",
            show_default=False,
        ),
    ] = ".",
    browser: Annotated[
        Literal["chromium", "firefox", "all"], typer.Option(help="Where to test.")
    ] = "chromium",
    select: Annotated[
        str, typer.Option("-k", "--select", metavar="EXPR", help="Run these steps: 'push and not empty'.")
    ] = "",
    mount: Annotated[
        str, typer.Option(metavar="PATH", help="Serve the folder below this path instead of at /.")
    ] = "/",
    vapid_key: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="The private key: messages are signed as your server signs them."),
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's windows.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the result as JUnit XML, too.")
    ] = None,
    screenshots: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Save what was on the screen after each step.")
    ] = None,
) -> None:
    """Try the app in a real browser, without internet: push, clicks, badge, sync, offline, update."""
    from pwagen.imports.optional_packages import require

    require("pwagen test", "test", "playwright", "aiohttp", "dbus_fast")
    from pwagen.apptest.run import Options
    from pwagen.keyring.key_files import read_key_pair

    options = Options(
        browsers=("chromium", "firefox") if browser == "all" else (browser,),
        select=select,
        mount=mount,
        headed=headed,
        key_pair=read_key_pair(vapid_key) if vapid_key else None,
        screenshots=screenshots,
    )
    _make_room(junit, screenshots)
    if not _run(target, options, as_json, junit):
        raise typer.Exit(1)


def _make_room(junit: Path | None, screenshots: Path | None) -> None:
    """Create the folders for the results first: a failure after the run would lose them."""
    if junit:
        if junit.is_dir():
            raise PwagenError(f"--junit {junit}: this is a folder - name a file")
        _make_folder(junit.parent, f"--junit {junit}")
    if screenshots:
        _make_folder(screenshots, f"--screenshots {screenshots}")


def _make_folder(folder: Path, option: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise PwagenError(f"{option}: {folder} cannot be a folder, there is a file - name another") from None
    if not os.access(folder, os.W_OK):
        raise PwagenError(f"{option}: nothing can be written into {folder} - name another folder")


def _run(target: str, options: Options, as_json: bool, junit: Path | None) -> bool:
    """Test and print the results, also of an aborted run; return whether nothing failed."""
    from pwagen.apptest.run import run_app_test
    from pwagen.apptest.run_report import Collected, progress

    start = time.monotonic()
    watcher = Collected(progress())
    try:
        run_app_test(target, options, watcher)
    finally:
        watcher.close()
        if watcher.results:
            _print(target, watcher.results, time.monotonic() - start, as_json, junit)
    return all(result.status != "failed" for result in watcher.results)


def _print(target: str, results: list[Result], seconds: float, as_json: bool, junit: Path | None) -> None:
    from pwagen.apptest.junit import junit_xml
    from pwagen.apptest.run_report import as_data, print_table

    if as_json:
        import json

        typer.echo(json.dumps(as_data(target, results, seconds), indent=2))
    else:
        from rich.console import Console

        # Wide enough for a log, where nobody wraps lines.
        print_table(results, seconds, Console(highlight=False, width=None if sys.stdout.isatty() else 160))
    if junit:
        junit.write_text(junit_xml(target, results, seconds), encoding="utf-8")
