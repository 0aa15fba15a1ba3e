"""`pwagen serve` as a person runs it."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pwagen.cli.serve import serve
from pwagen.errors import PwagenError
from pwagen.imports.optional_packages import install_command
from pwagen.push.storage.store import Store
from pwagen.serve.dev_server import open_socket
from tests.folders import ROOT
from tests.serve.serving import Client, make_project
from tests.serve.test_serve_subscriptions import subscription

PWAGEN = [sys.executable, "-m", "pwagen", "serve"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PWAGEN, *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_it_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "harbour")
    environment = {**os.environ, "PWAGEN_VAPID_SUBJECT": "", "PYTHONUNBUFFERED": "1"}
    command = [*PWAGEN, str(folder), "--port", "0"]
    # What a shell runs in its background ignores it, and so do the processes that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        site, console = (process.stdout.readline().split()[1] for _ in range(2))
        port = int(site.rstrip("/").rpartition(":")[2])
        assert site == f"http://localhost:{port}/"
        assert console == f"http://127.0.0.1:{port}/_pwagen/"
        client = Client(port)
        assert (
            client.ask("POST", "/api/push/subscriptions", {"subscription": subscription("one")}).status == 204
        )
        with Client(port, f"127.0.0.1:{port}").news() as news:
            assert next(news)[0] == "state"
            process.send_signal(signal.SIGINT)  # with a console that is open
            _, diagnostics = process.communicate(timeout=20)
        assert process.returncode == 130
    assert "Sending is off: push services require a contact" in diagnostics
    assert "Traceback" not in diagnostics
    assert "ERROR" not in diagnostics
    store = Store(folder / ".pwagen" / "subscriptions.db")
    assert store.count() == 1
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "nowhere: cannot be read"),
        (["harbour", "--port", "{taken}"], "choose another with --port"),
        (["harbour", "--port", "0", "--push-origin", "https://evil.example"], "not one of the push services"),
        (["harbour", "--port", "0", "--store", "mysql://db"], "supports sqlite and postgresql, not mysql"),
    ],
)
def test_mistakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str) -> None:
    make_project(tmp_path / "harbour")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with open_socket(0) as taken:
        taken.listen()
        done = run(*(one.format(taken=taken.getsockname()[1]) for one in arguments))
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PwagenError, match=re.escape(install_command("serve"))):
        serve()


def test_only_this_machine_is_listened_on() -> None:
    with open_socket(0) as bound:
        assert bound.getsockname()[0] == "127.0.0.1"
