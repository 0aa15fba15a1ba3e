"""What comes of a click on a notification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pwagen.apptest.sites.page import Page


@dataclass(frozen=True)
class Click:
    """The result of a click: the worker's calls in order, if the browser reports them, and the windows."""

    calls: list[str] | None
    to_front: bool
    """Whether a window came to the front, be it a new one."""
    before: Sequence[Page]
    after: Sequence[Page]
    on_frames: Sequence[str] = ()
    """Those of the calls that were made on a frame in a page, which is no window."""

    @property
    def opened(self) -> list[Page]:
        """The windows that are new."""
        return [page for page in self.after if page not in self.before]

    @property
    def addresses(self) -> str:
        """What the windows show, for people."""
        return ", ".join(page.url for page in self.after) or "no window"

    @property
    def in_short(self) -> str:
        """What the worker did, for people."""
        if self.calls is None:
            return f"shown: {self.addresses}"
        return f"{' → '.join(self.calls) or 'the worker called nothing'}; shown: {self.addresses}"
