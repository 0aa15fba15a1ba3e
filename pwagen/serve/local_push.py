"""`pwagen serve --push local`: push that is tried by hand without the internet, in the installed Chromium."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from pwagen.testing.child_process import ChildProcess
from pwagen.testing.chromium.chromium import flags_for
from pwagen.testing.find_browser import find_chromium
from pwagen.testing.push_service.service import PushService

# A window for a person, with a profile that nobody needs again, and on Linux without a keyring to unlock.
_FLAGS = ("--no-first-run", "--no-default-browser-check", "--password-store=basic")


class LocalPush:
    """A push service on loopback, and the browser for it; a context manager that ends both."""

    contact = "mailto:you@localhost.localdomain"
    """The contact of a sender that reaches nobody but this machine."""

    def __init__(self) -> None:
        """Start the service; raises BrowserMissingError."""
        self._executable = find_chromium()
        with ExitStack() as stack:
            # Short: Chromium's socket in it allows 107 characters.
            self._folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="pwagen-", ignore_cleanup_errors=True))
            )
            self._service = stack.enter_context(PushService())
            self._stack = stack.pop_all()

    @property
    def origin(self) -> str:
        """The origin that takes the place of each endpoint's."""
        return self._service.origin

    def open_browser(self, *urls: str) -> None:
        """Open the URLs in a Chromium whose subscriptions are the service's."""
        # The sandbox refuses to run as root.
        sandbox = () if os.geteuid() else ("--no-sandbox",)
        profile = f"--user-data-dir={self._folder / 'profile'}"
        command = [str(self._executable), *flags_for(self._service), *_FLAGS, *sandbox, profile, *urls]
        browser = ChildProcess(command, {**os.environ, "TMPDIR": str(self._folder)})
        self._stack.callback(browser.stop)

    def __enter__(self) -> LocalPush:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
