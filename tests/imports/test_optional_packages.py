"""What a missing package says: which command installs it, from where pwagen itself was installed."""

from __future__ import annotations

import json
import shlex
from importlib import import_module
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from pwagen.errors import PwagenError
from pwagen.imports.optional_packages import extra_for, install_command, require

CLONE = "file:///home/ada/my%20clone"


class Installed(Distribution):
    """A distribution with a record of where it is from (PEP 610)."""

    def __init__(self, source: dict[str, object] | None) -> None:
        self.source = source

    def read_text(self, filename: str) -> str | None:
        return json.dumps(self.source) if self.source and filename == "direct_url.json" else None

    def locate_file(self, path: object) -> Path:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (None, ["pwagen[send]"]),
        ({"url": CLONE, "dir_info": {}}, ["/home/ada/my clone[send]"]),
        ({"url": CLONE, "dir_info": {"editable": True}}, ["-e", "/home/ada/my clone[send]"]),
        (
            {"url": "https://forge.example/pwagen.git", "vcs_info": {"vcs": "git", "commit_id": "ab12"}},
            ["pwagen[send] @ git+https://forge.example/pwagen.git@ab12"],
        ),
        (
            {"url": "file:///tmp/pwagen-0.1.0-py3-none-any.whl", "archive_info": {}},
            ["pwagen[send] @ file:///tmp/pwagen-0.1.0-py3-none-any.whl"],
        ),
    ],
)
def test_the_command_installs_from_where_pwagen_is(
    source: dict[str, object] | None, words: list[str]
) -> None:
    assert shlex.split(install_command("send", Installed(source))) == ["pip", "install", *words]


def test_what_is_missing_is_named_with_the_command() -> None:
    require("sending", "send", "json")
    with pytest.raises(PwagenError) as raised:
        require("sending", "send", "json", "no_such_parser", "no_such_store")
    assert str(raised.value) == (
        f"sending needs no_such_parser and no_such_store, which are not installed - {install_command('send')}"
    )


def test_an_import_that_fails_names_the_command_too() -> None:
    with pytest.raises(ImportError) as raised, extra_for("pwagen.push", "send"):
        import_module("no_such_parser")
    assert str(raised.value) == (
        f"pwagen.push needs no_such_parser, which is not installed - {install_command('send')}"
    )


def test_a_mistake_of_pwagens_own_is_left_as_it_is() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"pwagen\.nothing"), extra_for("pwagen.push", "send"):
        import_module("pwagen.nothing")
