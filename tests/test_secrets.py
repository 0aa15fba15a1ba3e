"""No private key gets published: in whatever file, encoding and form, and not in a message either."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from typer.testing import CliRunner

from pwagen.cli import app
from pwagen.keys import p256
from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.keys.key_search import KeySearch

PAIR = generate_key_pair()
OTHER = generate_key_pair()


def number(pair: KeyPair) -> bytes:
    key = load_pem_private_key(pair.private_pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.private_numbers().private_value.to_bytes(32, "big")


def raw(pair: KeyPair) -> str:
    return base64.urlsafe_b64encode(number(pair)).decode().rstrip("=")


def standard(pair: KeyPair) -> str:
    return base64.b64encode(number(pair)).decode()


def der(pair: KeyPair, form: PrivateFormat) -> bytes:
    key = load_pem_private_key(pair.private_pem, None)
    return key.private_bytes(Encoding.DER, form, NoEncryption())


def jwk(pair: KeyPair) -> str:
    return json.dumps({"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "B" * 43, "d": raw(pair)})


def colons(pair: KeyPair) -> str:
    pairs = ":".join(f"{byte:02x}" for byte in number(pair))
    return "priv:\n    " + pairs[:45] + "\n    " + pairs[45:] + "\npub:\n"


OURS: dict[str, Callable[[KeyPair], str | bytes]] = {
    "raw": raw,
    "padded": lambda pair: standard(pair).replace("+", "-").replace("/", "_"),
    "standard base64": standard,
    "hexadecimal": lambda pair: number(pair).hex(),
    "hexadecimal in capitals": lambda pair: number(pair).hex().upper(),
    "hexadecimal after 0x": lambda pair: "0x" + number(pair).hex(),
    "after a line break in a string": lambda pair: f'"one\\n{raw(pair)}\\ntwo"',
    "percent-encoded quotes": lambda pair: f"%22{raw(pair)}%22",
    "after a prefix": lambda pair: f"key_{raw(pair)}",
    "in an address": lambda pair: f"https://example.org/?key={raw(pair)}&x=1",
    "data URL": lambda pair: f"data:text/plain;base64,{standard(pair)}",
    "as openssl prints it": colons,
    "UTF-16": lambda pair: f"<p>{raw(pair)}</p>".encode("utf-16"),
    "UTF-16 without a mark": lambda pair: f"<p>{raw(pair)}</p>".encode("utf-16-be"),
    "DER": lambda pair: b"\0" * 100 + der(pair, PrivateFormat.PKCS8),
    "DER, SEC 1": lambda pair: b"x\0\0" + der(pair, PrivateFormat.TraditionalOpenSSL),
}
ANY: dict[str, Callable[[KeyPair], str | bytes]] = {
    "PEM": lambda pair: pair.private_pem,
    "PEM in a string": lambda pair: json.dumps(pair.private_pem.decode()),
    "PEM with CRLF": lambda pair: pair.private_pem.replace(b"\n", b"\r\n"),
    "PEM in UTF-16": lambda pair: pair.private_pem.decode().encode("utf-16"),
    "JWK": jwk,
    "JWK in a script": lambda pair: f"const k = {{kty: 'EC', crv: 'P-256', d: '{raw(pair)}'}}",
    "JWK in a string": lambda pair: json.dumps(jwk(pair)),
    "JWK set": lambda pair: f'{{"keys": [{jwk(pair)}]}}',
    "DER in base64": lambda pair: base64.b64encode(der(pair, PrivateFormat.PKCS8)).decode(),
    "SEC 1 in base64": lambda pair: base64.b64encode(der(pair, PrivateFormat.TraditionalOpenSSL)).decode(),
}
NAMES = (
    "a.js",
    "a.mjs",
    "a.html",
    "a.txt",
    "a.yaml",
    "a.js.map",
    "A.PEM",
    "noextension",
    "a.svg",
    "a.png",
    ".env",
)


def content_of(text: str | bytes, padding: int = 0) -> bytes:
    content = text.encode() if isinstance(text, str) else text
    return (
        b"words and words, " * padding + content if content[:2] not in (b"\xff\xfe", b"\xfe\xff") else content
    )


@pytest.mark.parametrize("form", [*OURS, *ANY])
def test_our_own_key_is_found_in_any_file_and_form(form: str) -> None:
    text = content_of({**OURS, **ANY}[form](PAIR))
    search = KeySearch(PAIR.public_key)
    assert [name for name in NAMES if not search.find(text, name)] == []


@pytest.mark.parametrize("form", ANY)
def test_what_says_that_it_is_a_private_key_is_found_whosever_it_is(form: str) -> None:
    assert KeySearch().find(content_of(ANY[form](OTHER)), "a.js")


@pytest.mark.parametrize("form", OURS)
def test_a_number_that_is_not_our_key_is_not_taken_for_one(form: str) -> None:
    assert KeySearch(PAIR.public_key).find(content_of(OURS[form](OTHER)), "a.js") is None


def test_keys_of_other_kinds_in_pem_form_are_found() -> None:
    keys = (rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate())
    for key in keys:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        assert KeySearch().find(pem, "a.txt")
    encrypted = keys[0].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    assert KeySearch().find(encrypted, "a.txt")


@pytest.mark.slow
def test_a_key_is_found_wherever_in_a_file_it_is(project: Path) -> None:
    places = (0, 1, 2, 999, (1 << 20) - 20, (1 << 20) + 3, (2 << 20) - 43)
    for place in places:
        content = b"a," * (place // 2) + b"," * (place % 2) + raw(PAIR).encode() + b"," * 900
        (project / f"public/at-{place}.csv").write_bytes(content)
    message = refused(project, "--check")
    assert [place for place in places if f"at-{place}.csv: holds" not in message] == []


@pytest.mark.parametrize("lead", ["", "x", "xy"])
@pytest.mark.parametrize("between", ["\n", ",", " \n", "\r\n", "."])
@pytest.mark.parametrize("form", [raw, lambda pair: number(pair).hex()], ids=["raw", "hexadecimal"])
def test_our_key_is_found_behind_others(form: Callable[[KeyPair], str], between: str, lead: str) -> None:
    text = between.join([lead, *map(form, (OTHER, OTHER, PAIR, OTHER))])
    assert KeySearch(PAIR.public_key).find(text.encode(), "a.csv")


# --- builds --------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, icons_of_another_test: None) -> Path:
    (tmp_path / "public").mkdir()
    (tmp_path / "public/index.html").write_text("<!doctype html><title>X</title>")
    configure(tmp_path)
    return tmp_path


def configure(project: Path, *sections: str) -> None:
    lines = ["app: {name: X}", "site: public", f"push: {{vapid_public_key: {PAIR.public_key}}}", *sections]
    (project / "pwagen.yaml").write_text("\n".join(lines) + "\n")


def forms(pair: KeyPair) -> list[str]:
    """Return what of a key must not be shown."""
    digits = number(pair).hex()
    body = "".join(pair.private_pem.decode().splitlines()[1:-1])
    return [raw(pair), standard(pair), digits, digits.upper(), body[:40], body[50:90]]


def refused(project: Path, *options: str) -> str:
    """Build, expect that it's refused and that nothing of the key is shown; return what was said."""
    said = ""
    for inject in ([], ["--inject"]):
        result = CliRunner().invoke(app, ["build", str(project), *inject, *options])
        said = result.output + str(result.exception)
        assert result.exit_code != 0, said
        assert "private" in said, said
        assert not any(form in said for form in forms(PAIR)), said
        assert not (project / "public/sw.js").exists()
        assert not (project / "dist").exists()
    return said


@pytest.mark.parametrize("name", ["a.js", "a.txt", "deep/.hidden", "x.map"])
def test_a_site_with_our_key_in_it_is_refused(project: Path, name: str) -> None:
    """Every file is named in one run, whatever form of the key it has."""
    forms = {**OURS, **ANY}
    for number, form in enumerate(forms):
        file = project / f"public/{number}/{name}"
        file.parent.mkdir(parents=True)
        file.write_bytes(content_of(forms[form](PAIR)))
    message = refused(project)
    assert [form for number, form in enumerate(forms) if f"/{number}/{name}: holds" not in message] == []


@pytest.mark.slow
@pytest.mark.parametrize("form", ["raw", "UTF-16", "DER", "PEM", "JWK in a script"])
def test_hooks_with_our_key_in_them_are_refused(project: Path, form: str) -> None:
    (project / "hooks.js").write_bytes(content_of({**OURS, **ANY}[form](PAIR)))
    configure(project, "worker: {hooks: hooks.js}")
    assert "hooks.js" in refused(project)


@pytest.mark.slow
def test_a_key_is_refused_again_once_the_public_key_is_known(project: Path) -> None:
    (project / "public/a.txt").write_text(raw(PAIR))
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\n")
    assert CliRunner().invoke(app, ["build", str(project)]).exit_code == 0
    (project / "dist").rename(project / "elsewhere")
    configure(project)
    assert "a.txt" in refused(project)
    assert "a.txt" in refused(project)


def test_a_link_to_a_key_outside_of_the_site_is_refused(project: Path) -> None:
    (project / "key.pem").write_bytes(PAIR.private_pem)
    (project / "public/key.txt").symlink_to("../key.pem")
    assert "key.txt" in refused(project)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["{0}.html", "{0}/a.png", "a-{0}.mp4", "key={0}", "{1}.txt", "a/{1}"])
def test_a_file_that_is_called_by_our_key_is_refused(project: Path, name: str) -> None:
    file = project / "public" / name.format(raw(PAIR), number(PAIR).hex())
    file.parent.mkdir(exist_ok=True)
    file.write_text("<title>x</title>")
    other = project / "public" / name.format(raw(OTHER), number(OTHER).hex())
    other.parent.mkdir(exist_ok=True)
    other.write_text("<title>x</title>")
    said = refused(project)
    assert "push.vapid_public_key in its name" in said and raw(OTHER) not in said
    assert said.count("in its name") == 1


def test_a_file_that_is_called_by_a_hash_costs_one_calculation(monkeypatch: pytest.MonkeyPatch) -> None:
    search = KeySearch(PAIR.public_key)
    numbers = []
    calculate = p256.public_from_private

    def noted(number: bytes) -> bytes:
        numbers.append(number)
        return calculate(number)

    monkeypatch.setattr(p256, "public_from_private", noted)
    hashes = [hashlib.sha256(str(count).encode()) for count in range(100)]
    names = [f"assets/{hashed.hexdigest()}.js" for hashed in hashes]
    names += [f"{hashed.hexdigest().upper()}.png" for hashed in hashes]
    assert search.names_with_key(names) == []
    assert numbers == [hashed.digest() for hashed in hashes] * 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["{0}.js", "assets/{0}.js", "{0}-a.js", "{1}.png", "assets/{1}.js", "a/{2}.js"]
)
def test_a_key_is_found_in_names_whatever_its_digits(name: str) -> None:
    for _ in range(200):
        pair = generate_key_pair()
        path = name.format(raw(pair), number(pair).hex(), number(pair).hex().upper())
        assert KeySearch(pair.public_key).names_with_key(["index.html", path]) == [path]


# --- archives ------------------------------------------------------------------------------------


def zipped(content: bytes, name: str = "deploy/push.txt") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr(name, content)
    return file.getvalue()


def tarred(content: bytes, mode: Literal["w", "w:gz", "w:bz2"]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        entry = tarfile.TarInfo("deploy/push.txt")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


ARCHIVES: dict[str, Callable[[bytes], bytes]] = {
    **dict.fromkeys(
        ("a.zip", "a.docx", "a.odt", "a.epub", "a.jar", "a.apk", "no-extension", "a.html"), zipped
    ),
    **dict.fromkeys(("a.gz", "app.js.gz", "a.svgz"), gzip.compress),
    "a.tar": lambda content: tarred(content, "w"),
    **dict.fromkeys(("a.tar.gz", "a.tgz"), lambda content: tarred(content, "w:gz")),
    "a.tar.bz2": lambda content: tarred(content, "w:bz2"),
    "zips.tgz": lambda content: tarred(zipped(content), "w:gz"),
}


@pytest.mark.slow
@pytest.mark.parametrize("form", ["raw", "PEM in UTF-16", "JWK", "DER in base64"])
def test_a_site_with_our_key_in_an_archive_is_refused(project: Path, form: str) -> None:
    key = content_of({**OURS, **ANY}[form](PAIR), 99)
    for name, archived in ARCHIVES.items():
        (project / "public" / name).write_bytes(archived(key))
    (project / "public/innocent.zip").write_bytes(zipped(PAIR.public_pem))
    messages = " ".join(refused(project).split())
    for name, archived in ARCHIVES.items():
        entry = name.removesuffix(".gz") if archived is gzip.compress else "deploy/push.txt"
        _, _, message = messages.partition(f"public/{name}: holds ")
        assert entry in message.partition(": holds ")[0], name
    assert "innocent" not in messages


def test_a_link_to_an_archive_with_a_key_in_it_is_refused(project: Path) -> None:
    (project / "backup.zip").write_bytes(zipped(PAIR.private_pem))
    (project / "public/backup.zip").symlink_to("../backup.zip")
    assert 'public/backup.zip: holds a private key in PEM form in its entry "deploy/push.txt"' in refused(
        project
    )


@pytest.mark.slow
def test_an_archive_may_be_named_as_an_example(project: Path) -> None:
    (project / "public/a.zip").write_bytes(zipped(OTHER.private_pem))
    assert 'write example_keys: ["a.zip"] into pwagen.yaml' in refused(project)
    configure(project, "example_keys: [a.zip]")
    assert CliRunner().invoke(app, ["build", str(project)]).exit_code == 0
    shutil.rmtree(project / "dist")
    (project / "public/a.zip").write_bytes(zipped(PAIR.private_pem))
    assert "a.zip" in refused(project)


@pytest.mark.slow
def test_an_entry_that_is_called_as_a_key_is_not_shown(project: Path) -> None:
    for content in (raw(PAIR).encode(), b"x"):
        (project / "public/a.zip").write_bytes(zipped(content, f"{raw(PAIR)}.txt"))
        assert "a.zip" in refused(project)


@pytest.mark.slow
def test_what_cannot_be_searched_is_a_warning_each_time(project: Path) -> None:
    for number in range(6):
        (project / f"public/{number}.zip").write_bytes(b"PK\x03\x04" + bytes(99))
    with (project / "public/large.tar").open("wb") as file:
        file.write(tarred(b"x", "w"))
        file.truncate((64 << 20) + 1)
    for _ in range(2):
        result = CliRunner().invoke(app, ["build", "--json", str(project)])
        assert result.exit_code == 0, result.output
        *_, first, second = json.loads(result.stdout)["warnings"]
        unsearched = "not all of this archive could be searched for private keys: "
        assert (Path(first["path"]).name, first["message"]) == (
            "0.zip",
            f"{unsearched}it is damaged (and so it is with 1.zip, 2.zip, 3.zip and 2 more)",
        )
        assert (Path(second["path"]).name, second["message"]) == (
            "large.tar",
            f"{unsearched}it has more than 64 MiB",
        )


def test_a_key_in_the_sources_of_a_source_map_is_refused(project: Path) -> None:
    source = f"const key = `{PAIR.private_sec1_pem.decode()}`;\n"
    (project / "public/app.js.map").write_text(json.dumps({"version": 3, "sourcesContent": ["x", source]}))
    assert "app.js.map" in refused(project)
    minified = json.dumps({"sourcesContent": [f"const key = {json.dumps(PAIR.private_pem.decode())};"]})
    (project / "public/app.js.map").write_text(minified.replace("\n", "\\u000a"))
    assert "app.js.map" in refused(project)


TEXTS = {
    "hexadecimal": lambda: number(PAIR).hex(),
    "hexadecimal with 0x": lambda: "0x" + number(PAIR).hex(),
    "JWK": lambda: jwk(PAIR),
    "JWK set": lambda: f'{{"keys": [{jwk(PAIR)}]}}',
    "data URL": lambda: f"data:application/octet-stream;base64,{standard(PAIR)}",
    "data URL of PEM": lambda: "data:;base64," + base64.b64encode(PAIR.private_pem).decode(),
    "both keys": lambda: f"{PAIR.public_key} {raw(PAIR)}",
    "both keys, with a comma": lambda: f"{PAIR.public_key},{raw(PAIR)}",
    "raw": lambda: raw(PAIR),
    "in a sentence": lambda: f"my key is {raw(PAIR)}, keep it",
}


QUICK_TEXTS = ("hexadecimal", "JWK", "data URL of PEM", "in a sentence")


@pytest.mark.parametrize(
    "form", [pytest.param(form, marks=() if form in QUICK_TEXTS else pytest.mark.slow) for form in TEXTS]
)
@pytest.mark.parametrize(
    "place",
    [
        "app: {{name: X, description: {0}}}",
        "app: {{name: X}}\n{0}: 1",
        "app: {{name: X}}\nnotifications: {{default: {{title: {0}}}}}",
        "app: {{name: X, id: {0}}}",
        "app: {{name: X}}\npush: {{vapid_public_key: {0}}}",
        "app: {{name: X}}\nicons: {{source: {0}}}",
    ],
    ids=["description", "a key", "title", "id", "public key", "file"],
)
def test_a_config_with_our_key_in_it_is_refused(project: Path, form: str, place: str) -> None:
    text = place.format(json.dumps(TEXTS[form]()))
    if "vapid" not in text:
        text += f"\npush: {{vapid_public_key: {PAIR.public_key}}}"
    (project / "pwagen.yaml").write_text(text + "\nsite: public\n")
    refused(project)


@pytest.mark.parametrize(
    "text",
    [
        "app: {{name: &{0} X}}",
        "app: {{name: *{0}}}",
        "app: {{name: !{0} X}}",
        "!{0} app: {{name: X}}",
        "app: {{name: X, {0}: 1}}",
        "app: {{name: X}}\n{0}",
        "{0}",
        "app: {{name: X, dir: {0}}}",
        "app: {{name: X}}\npush: {{subject: {0}}}",
        "%TAG ! {0}\n---\nx",
        "app: {{name: X}}\nsite: {0}",
        "app: {{name: X}}\noffline: {{timeout: {0}}}",
        "app: {{name: '{0}",
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        pytest.param(raw, id="raw"),
        pytest.param(lambda pair: number(pair).hex(), id="hexadecimal", marks=pytest.mark.slow),
    ],
)
def test_no_message_about_the_config_shows_a_key(
    project: Path, text: str, form: Callable[[KeyPair], str]
) -> None:
    (project / "pwagen.yaml").write_text(text.format(form(PAIR)) + "\n")
    for options in ([], ["--json"]):
        result = CliRunner().invoke(app, ["build", str(project), *options])
        said = result.output + str(result.exception)
        assert result.exit_code != 0 or "&" in text, said
        assert not any(form in said for form in forms(PAIR)), said


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "{0}"],
        ["build", "--{0}"],
        ["{0}"],
        ["send", "--to", "{0}"],
        ["build", "--inject", "--manifest", "{0}"],
        ["init", "--site", "{0}"],
        ["keys", "show", "{0}x"],
        ["build", "--inject", "--exclude", "{0}\\"],
    ],
)
def test_no_message_about_a_call_shows_a_key(
    arguments: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from pwagen.cli import run

    monkeypatch.chdir(tmp_path)
    for form in (raw(PAIR), number(PAIR).hex()):
        monkeypatch.setattr(sys, "argv", ["pwagen", *(one.format(form) for one in arguments)])
        with pytest.raises(SystemExit):
            run()
        out, err = capfd.readouterr()
        assert form not in out + err


# --- false alarms --------------------------------------------------------------------------------


SENTENCES = (
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq",
    "The quick brown fox jumps over the lazy dog",
    "Reactcomponentlibraryforbuildinginterfaces1",
    "TideAndFerryTimesForTheWholeHarbourAndMore1",
    "Collects tide tables 24 7 for Harbour News!",
    "A library of 100 React components for 2 DAYS for all",
    "a" * 43,
    "0" * 64,
)


def test_a_sentence_is_not_a_key(project: Path) -> None:
    shortcuts = [{"name": text, "url": f"./{number}"} for number, text in enumerate(SENTENCES)]
    config = project / "pwagen.yaml"
    app_section = f"app: {{name: X, shortcuts: {json.dumps(shortcuts)}}}"
    config.write_text(config.read_text().replace("app: {name: X}", app_section))
    result = CliRunner().invoke(app, ["build", str(project)])
    assert result.exit_code == 0, result.output
    manifest = (project / "dist/manifest.json").read_text()
    assert [text for text in SENTENCES if text not in manifest] == []


@pytest.mark.slow
@pytest.mark.parametrize("size", [0, 2 << 20])
def test_a_site_with_a_key_among_the_sources_of_a_script_is_refused(project: Path, size: int) -> None:
    """A map holds also what is never published itself, and may be inside of the script."""
    sources = {"sources": ["../.env"], "sourcesContent": [f"VAPID_PRIVATE_KEY='{OTHER.private_key}'"]}
    inside = base64.b64encode(json.dumps(sources).encode()).decode()
    script = f"bake();{' ' * size}\n//# sourceMappingURL=data:application/json;base64,{inside}"
    (project / "public/a.js").write_text(script)
    (project / "public/a.js.map").write_text(json.dumps(sources))
    message = refused(project)
    for name in ("a.js", "a.js.map"):
        assert f'{name}: holds a VAPID private key in its entry "../.env"' in message
    assert OTHER.private_key not in message
