"""Pages that show whole private keys as examples can be published, the app's own key never."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from typer.testing import CliRunner, Result

from pwagen.cli import app

PAGE = "<!doctype html>\n<html>\n<head>\n<title>a</title>\n</head>\n<body><pre>{0}</pre></body>\n</html>\n"
ADVICE = re.compile(r"example_keys: \[.*?\]")
# The same in each run, and written with as many letters as keys are.
OURS = ec.derive_private_key(int.from_bytes(hashlib.sha256(b"ours").digest()), ec.SECP256R1())
OTHERS = ec.generate_private_key(ec.SECP256R1())


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def pem(key: ec.EllipticCurvePrivateKey, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def forms(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """Return the key as pages show it."""
    number = key.private_numbers().private_value.to_bytes(32, "big")
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return {
        "PEM": pem(key),
        "SEC 1": pem(key, PrivateFormat.TraditionalOpenSSL),
        "PEM in markup": pem(key).replace("\n", "<br>\n<span class='line'>"),
        "PEM in a script": json.dumps(pem(key)),
        "PEM escaped": html.escape(pem(key)).replace("\n", "&#10;"),
        "DER": base64.b64encode(der).decode(),
        "JWK": json.dumps({"kty": "EC", "crv": "P-256", "x": "a", "y": "b", "d": base64url(number)}),
    }


@pytest.fixture
def project(tmp_path: Path, icons_of_another_test: None) -> Path:
    (tmp_path / "public/do cs").mkdir(parents=True)
    public = OURS.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    (tmp_path / "pwagen.yaml").write_text(
        f"app: {{name: X}}\nsite: public\nminify: false\npush: {{vapid_public_key: {base64url(public)}}}\n"
    )
    return tmp_path


def build(project: Path, text: str) -> Result:
    (project / "public/do cs/kéys.html").write_text(PAGE.format(text), encoding="utf-8")
    return CliRunner().invoke(app, ["build", str(project)])


@pytest.mark.parametrize("form", forms(OTHERS))
def test_an_example_is_published_once_it_is_named(project: Path, form: str) -> None:
    refused = build(project, forms(OTHERS)[form])
    [advice] = ADVICE.findall(str(refused.exception))
    config = (project / "pwagen.yaml").read_text()
    (project / "pwagen.yaml").write_text(f"{config}{advice}\n", encoding="utf-8")
    assert build(project, forms(OTHERS)[form]).exit_code == 0
    # Not remembered: once it is no longer named, it is refused again.
    (project / "pwagen.yaml").write_text(config)
    assert build(project, forms(OTHERS)[form]).exit_code != 0


@pytest.mark.parametrize("form", forms(OURS))
def test_our_own_key_is_no_example(project: Path, form: str) -> None:
    with (project / "pwagen.yaml").open("a", encoding="utf-8") as config:
        config.write('example_keys: ["do cs/kéys.html"]\n')
    result = build(project, forms(OTHERS)["PEM"] + forms(OURS)[form])
    assert "private half of push.vapid_public_key" in str(result.exception)
    assert not ADVICE.findall(str(result.exception))


def test_other_files_are_searched_as_ever(project: Path) -> None:
    with (project / "pwagen.yaml").open("a", encoding="utf-8") as config:
        config.write('example_keys: ["do cs/kéys.html"]\n')
    (project / "public/other.html").write_text(PAGE.format(pem(OTHERS)))
    assert "other.html: holds a private key" in str(build(project, "").exception)
