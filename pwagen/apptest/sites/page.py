"""A page in a browser, as the steps see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path


class Page(Protocol):
    """What steps do with a page of any browser, in Playwright's words."""

    @property
    def url(self) -> str:
        """Its address."""

    def title(self) -> str:
        """Return its title."""

    def evaluate(self, expression: str, arg: Any = None, /) -> Any:
        """Return the JSON value of an expression, or of a function called with ``arg``."""

    def goto(self, url: str) -> Any:
        """Load the URL."""

    def reload(self) -> Any:
        """Load it again."""

    def add_init_script(self, script: str) -> Any:
        """Let the script run before the page's own."""

    def screenshot(self, *, path: Path, timeout: float) -> Any:
        """Write what it shows as a PNG; ``timeout`` is in milliseconds."""

    def close(self) -> None:
        """Close it."""
