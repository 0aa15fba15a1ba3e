"""Every command finds the private key where `pwagen init` has put it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pwagen.cli.init import init
from pwagen.cli.keys import app as keys
from pwagen.errors import PwagenError
from pwagen.keyring.key_location import find_key_source
from pwagen.push import Subscription
from tests.cli.test_cli_send import app as send_app
from tests.push.push_sink import AUTH, RECEIVER

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site that is published from where its pwagen.yaml is: the key cannot lie beside it."""
    import typer

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("PWAGEN_VAPID_PRIVATE_KEY", raising=False)
    project = tmp_path / "site"
    project.mkdir()
    (project / "index.html").write_text("<!doctype html><title>Harbour News</title>")
    command = typer.Typer()
    command.command()(init)
    result = CliRunner().invoke(command, [str(project), "--site", ".", "--yes"])
    assert result.exit_code == 0, result.output
    assert not (project / "vapid-private.pem").exists()
    monkeypatch.chdir(project)
    return project


def public_key(project: Path) -> str:
    match = re.search(r"\bB[\w-]{86}\b", (project / "pwagen.yaml").read_text())
    assert match
    return match[0]


def test_keys_check_show_and_rotate(project: Path) -> None:
    checked = CliRunner().invoke(keys, ["check", "--json"])
    assert json.loads(checked.stdout)["publicKey"] == public_key(project)
    assert checked.exit_code == 0, checked.output
    assert json.loads(CliRunner().invoke(keys, ["show", "--json"]).stdout)["publicKey"] == public_key(project)
    rotated = json.loads(CliRunner().invoke(keys, ["rotate", "--json"]).stdout)
    assert str(project.parent / "config") in rotated["newFile"]


def test_send_also_from_a_folder_below(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = Subscription("https://fcm.googleapis.com/fcm/send/abc", RECEIVER.public_key_bytes, AUTH)
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")
    command = ["-", "--title", "x", "--subject", "mailto:push@harbour.news", "--dry-run"]
    result = CliRunner().invoke(send_app, command, input=json.dumps(subscription.to_json()))
    assert result.exit_code == 0, result.exception


def test_a_lost_key_does_not_suggest_a_second_one(project: Path) -> None:
    shutil.rmtree(project.parent / "config")
    with pytest.raises(PwagenError) as error:
        find_key_source("vapid-private.pem")
    assert "config" in str(error.value)
    assert "keys generate" not in str(error.value)


def test_a_key_beside_the_config_or_named_goes_first(project: Path) -> None:
    from pwagen.keys.key_pair import generate_key_pair

    pair = generate_key_pair()
    Path("vapid-private.pem").write_bytes(pair.private_pem)
    assert find_key_source("vapid-private.pem").key_pair().public_key == pair.public_key
    Path("vapid-private.pem").unlink()
    with pytest.raises(PwagenError, match=r"cannot read the key file 'other\.pem'"):
        find_key_source("other.pem")
