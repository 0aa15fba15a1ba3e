"""The commands by name. To import and set up all of them takes a tenth of the time of a small build."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from pwagen.concealment import without_keys

# The base of all errors of use. Typer imports it from Click or a vendored copy, without a public name.
UsageError: Any = typer.BadParameter.__mro__[1]

# In the order of --help. Each is a module of this package, with a function or an app of that name.
NAMES = (
    "init",
    "build",
    "check",
    "icons",
    "screenshots",
    "serve",
    "send",
    "broadcasts",
    "subscriptions",
    "remove",
    "test",
    "harness",
    "keys",
)


class Commands(TyperGroup):
    """A group that imports a command on demand."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # Only the names are looked up here: for the list, and for suggestions.
        self.commands = dict.fromkeys(NAMES)  # type: ignore[assignment]

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Return the context of a call; errors are reported without key material."""
        with _without_keys():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; errors in its call are reported without key material."""
        with _without_keys():
            return super().invoke(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of this name; None if there is none."""
        return _load(cmd_name) if cmd_name in NAMES else None


@contextmanager
def _without_keys() -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        message = error.format_message()
        if (redacted := without_keys(message)) != message:
            raise UsageError(redacted, error.ctx) from None
        raise


@cache
def _load(name: str) -> Any:
    module = import_module(f"pwagen.cli.{name}")
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name)(getattr(module, name))
    command = typer.main.get_command(app)
    command.name = name
    return command
