"""Who sends for the dev server, and what it says when nobody can."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.build.project import read_project
from pwagen.errors import PwagenError
from pwagen.keys.key_pair import generate_key_pair
from pwagen.serve.signing import Signer, Signing, find_signer
from tests.serve.serving import CONFIG, make_project, serving

# Each starts and stops a server of its own.
pytestmark = pytest.mark.slow

SUBJECT = "mailto:push@harbour.news"


def test_the_key_that_init_wrote(tmp_path: Path) -> None:
    pair = generate_key_pair()
    signer = find_signer(read_project(make_project(tmp_path / "harbour", pair)), Signing(subject=SUBJECT))
    assert isinstance(signer, Signer)
    assert signer.key_pair.public_key == pair.public_key
    assert "key_pair" not in repr(signer)


def test_a_key_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = generate_key_pair()
    folder = make_project(tmp_path / "harbour", pair)
    (folder / "vapid-private.pem").rename(tmp_path / "elsewhere.pem")
    monkeypatch.setenv("THE_KEY", pair.private_pem.decode())
    for source in (str(tmp_path / "elsewhere.pem"), "env:THE_KEY"):
        assert isinstance(find_signer(read_project(folder), Signing(source, SUBJECT)), Signer)


@pytest.mark.parametrize(
    ("change", "signing", "words"),
    [
        (
            "no key",
            Signing(subject=SUBJECT),
            "there is no private key in vapid-private.pem - start with --key",
        ),
        ("no key", Signing("missing.pem", SUBJECT), "cannot read the key file 'missing.pem'"),
        ("other key", Signing(subject=SUBJECT), "vapid-private.pem is not the other half of"),
        ("other key", Signing("env:OTHER", SUBJECT), "the given key is not the other half of"),
        ("broken key", Signing(subject=SUBJECT), "vapid-private.pem: "),
        ("", Signing(), "start with --subject mailto:"),
        ("", Signing(subject="me@harbour.news"), "write 'mailto:me@harbour.news'"),
        ("", Signing(subject="mailto:me@localhost"), "nobody can be reached"),
        ("no push", Signing(subject=SUBJECT), "pwagen.yaml has no push section"),
    ],
)
def test_why_nobody_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, signing: Signing, words: str
) -> None:
    monkeypatch.setenv("OTHER", generate_key_pair().private_pem.decode())
    folder = make_project(tmp_path / "harbour")
    key = folder / "vapid-private.pem"
    if change == "no key":
        key.unlink()
    elif change == "other key":
        key.write_bytes(generate_key_pair().private_pem)
    elif change == "broken key":
        key.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    project = read_project(folder)
    if change == "no push":
        config = CONFIG.replace("push: {vapid_public_key: KEY}\n", "")
        (folder / "pwagen.yaml").write_text(config)
        project = read_project(folder)
    found = find_signer(project, signing)
    assert isinstance(found, str)
    assert words in found


def test_without_a_key_the_server_serves_and_does_not_send(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "harbour")
    (folder / "vapid-private.pem").unlink()
    with serving(folder, Signing(subject=SUBJECT)) as served:
        message = {"message": {"title": "x"}, "to": [1]}
        answer = served.console.ask("POST", "/_pwagen/messages", message)
        assert answer.status == 409
        assert "there is no private key" in answer.json()["error"]
        assert served.site.ask("GET", "/").status == 200


def test_services_beside_the_large_ones_are_allowed() -> None:
    policy = Signing(services=("push.harbour.news",)).policy
    policy.check("https://push.harbour.news/a")
    policy.check("https://fcm.googleapis.com/a")
    with pytest.raises(PwagenError, match="not one of the push services"):
        Signing().policy.check("https://push.harbour.news/a")
