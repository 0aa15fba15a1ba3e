"""The command line: one thin module a command, the only place that prints, prompts and exits."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pwagen import __version__
from pwagen.cli.commands import Commands
from pwagen.errors import PwagenError, reason

# Plain help and errors: rich markup and pretty tracebacks would load rich before every command.
app = typer.Typer(
    name="pwagen",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(is_requested: bool) -> None:
    if is_requested:
        typer.echo(f"pwagen {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Turn any web site into a PWA that can call its users back."""


def run() -> None:
    """Run the command line; a mistake of the user's is printed without a traceback, exit code 2."""
    try:
        app()
    except PwagenError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:
        _print_no_more()
        sys.exit(0)  # the reader of our output closed the pipe
    except OSError as error:
        typer.echo(reason(error), err=True)
        _print_no_more()
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _print_no_more() -> None:
    """Discard unprinted output, which would fail again when Python exits, and change the exit code."""
    from pwagen.cli.output import print_nowhere

    print_nowhere(sys.stdout)
