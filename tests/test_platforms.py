"""Nothing needs a POSIX system before it is used: on Windows every module can be imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.folders import ROOT

POSIX_ONLY = ("fcntl", "grp", "pwd", "resource", "termios")
IMPORT_ALL = """
import importlib, pkgutil, sys
import asyncio, multiprocessing, ssl, subprocess, tempfile  # the standard library knows where it runs
for name in {blocked!r}:
    sys.modules[name] = None
import pwagen
try:  # models can be imported in a project alone
    import django.conf
    apps = [f"django.contrib.{{name}}" for name in ("admin", "auth", "contenttypes", "messages", "sessions")]
    django.conf.settings.configure(INSTALLED_APPS=[*apps, "pwagen.integrations.django"])
    django.setup()
except ImportError as error:
    print(f"django: {{error}}")
for module in pkgutil.walk_packages(pwagen.__path__, "pwagen."):
    if module.name != "pwagen.__main__":
        try:
            importlib.import_module(module.name)
        except ImportError as error:
            print(f"{{module.name}}: {{error}}")
print("done")
"""


def imported_without(*blocked: str) -> list[str]:
    """Return what can't be imported without the modules, and an end."""
    command = [sys.executable, "-c", IMPORT_ALL.format(blocked=blocked)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=100)
    return done.stdout.splitlines()


@pytest.mark.slow
def test_every_module_is_imported_without_posix() -> None:
    assert imported_without(*POSIX_ONLY) == ["done"]


@pytest.mark.slow
def test_a_blocked_module_would_be_noticed() -> None:
    assert "pwagen.config.parsing.parse" in {line.partition(":")[0] for line in imported_without("yaml")}
