"""Systems other than Linux: what exists on POSIX alone is not imported before it is used."""

from __future__ import annotations

import subprocess
import sys

# What Python has on POSIX alone (https://docs.python.org/3/library/unix.html).
POSIX_ONLY = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")
IMPORT_ALL = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    sys.modules[name] = None
import pwagen
missing = []
for module in pkgutil.walk_packages(pwagen.__path__, "pwagen."):
    if module.name == "pwagen.__main__":
        continue
    try:
        importlib.import_module(module.name)
    except ImportError as error:
        missing.append(f"{module.name}: {error}")
print("\\n".join(missing), end="")
"""


def test_every_module_imports_on_windows() -> None:
    command = [sys.executable, "-c", IMPORT_ALL, *POSIX_ONLY]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
