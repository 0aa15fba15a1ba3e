"""`pwagen keys`, on real files."""

from __future__ import annotations

import json
import re
import stat
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pwagen.cli import app as program
from pwagen.cli.keys import app
from pwagen.errors import PwagenError
from pwagen.keys import base64url
from pwagen.keys.key_pair import generate_key_pair, load_key_pair

PAIR = generate_key_pair()
PRIVATE = {
    "PEM": PAIR.private_pem,
    "SEC 1": PAIR.private_sec1_pem,
    "DER": PAIR.private_der,
    "DER in base64": base64url.encode(PAIR.private_der).encode(),
    "JWK": json.dumps(PAIR.to_jwk(private=True), indent=80).encode(),
    "raw": PAIR.private_key.encode(),
    "JSON": json.dumps({"publicKey": PAIR.public_key, "privateKey": PAIR.private_key}).encode(),
    "web-push": f"====\n\nPublic Key:\n{PAIR.public_key}\n\nPrivate Key:\n{PAIR.private_key}\n\n".encode(),
    "env": f"VAPID_PUBLIC_KEY={PAIR.public_key}\nVAPID_PRIVATE_KEY={PAIR.private_key}\n".encode(),
    "quoted env": f"# keys\nexport VAPID_PRIVATE_KEY='{PAIR.private_key}'\nOTHER=1\n".encode(),
}
PUBLIC = {
    "PEM": PAIR.public_pem,
    "DER": base64url.decode("".join(PAIR.public_pem.decode().splitlines()[1:-1])),
    "JWK": json.dumps(PAIR.to_jwk(private=False)).encode(),
    "raw": PAIR.public_key.encode(),
    "hex": PAIR.public_key_bytes.hex().encode(),
    "env": f"DEBUG=1\nVAPID_PUBLIC_KEY={PAIR.public_key}\n".encode(),
}
HARMLESS = {"publicKey", "privateKey", "VAPID_PUBLIC_KEY", "VAPID_PRIVATE_KEY", "PRIVATE"}
SUBSCRIPTION = {
    "endpoint": "https://fcm.googleapis.com/x",
    "keys": {"p256dh": PAIR.public_key, "auth": base64url.encode(bytes(16))},
}
CONFIG = "app: {name: Harbour News}\npush: {vapid_public_key: %s}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, standard_input: bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=standard_input, catch_exceptions=True)


def refusal(*arguments: str) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, PwagenError), result.output
    return str(result.exception)


def test_generate_writes_a_key_that_only_the_owner_reads() -> None:
    result = run("generate")
    path = Path("vapid-private.pem")
    pair = load_key_pair(path.read_bytes())
    assert result.exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert pair.public_key in result.stdout
    assert pair.private_key not in result.output
    assert "PRIVATE KEY" not in result.output


def test_generate_never_overwrites() -> None:
    """py-vapid's `vapid --gen` overwrites the key in use without asking."""
    run("generate")
    before = Path("vapid-private.pem").read_bytes()
    assert "exists and is left as it is" in refusal("generate")
    assert Path("vapid-private.pem").read_bytes() == before


def test_a_folder_that_is_not_there_is_not_made() -> None:
    assert refusal("generate", "-o", "keys/k.pem") == "cannot write keys/k.pem: No such file or directory"
    assert not Path("keys").exists()


def test_formats_are_named_where_one_is_unknown() -> None:
    Path("k.pem").write_bytes(PAIR.private_pem)
    assert refusal("convert", "k.pem", "--to", "jks").startswith("--to jks: the formats are pem, ")


def test_the_key_that_is_printed_is_the_one_in_the_file() -> None:
    """py-vapid's `vapid --gen -k foo.pem` writes one key there and another one beside it."""
    printed = json.loads(run("generate", "-o", "foo.pem", "--json").stdout)
    assert [path.name for path in Path().iterdir()] == ["foo.pem"]
    assert printed == {"publicKey": load_key_pair(Path("foo.pem").read_bytes()).public_key}


@pytest.mark.parametrize("beside", ["index.html", "sw.js"])
def test_a_key_is_not_written_where_it_would_be_published(beside: str) -> None:
    Path(beside).touch()
    assert f"would be published: {beside} is beside it" in refusal("generate")
    assert not Path("vapid-private.pem").exists()


def test_a_key_is_not_written_into_what_is_built() -> None:
    Path("pwagen.yaml").write_text("app: {name: x}\nsite: public\n")
    for name in ("dist", "public"):
        Path(name).mkdir()
        assert "it is inside" in refusal("generate", "-o", f"{name}/key.pem")


@pytest.mark.parametrize("tracked", [False, True])
def test_a_key_that_git_would_publish_is_found(tracked: bool) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    generated = run("generate")
    assert "git does not ignore" in generated.stderr
    if tracked:
        subprocess.run(["git", "add", "vapid-private.pem"], check=True)
    result = run("check")
    assert result.exit_code == 1
    assert ("is in git" if tracked else "add vapid-private.pem to .gitignore") in result.stdout


def test_show_says_where_each_form_goes_and_hides_the_private_key() -> None:
    pair = generate_key_pair()
    Path("k.pem").write_bytes(pair.private_pem)
    shown = run("show", "k.pem").stdout
    for place in ("pwagen.yaml", "Django", "pywebpush", "web-push (npm)"):
        assert place in shown
    assert pair.public_key in shown
    assert pair.private_key not in shown
    assert pair.private_key in run("show", "k.pem", "--private").stdout


@pytest.mark.parametrize("form", ["pem", "sec1", "der", "jwk", "raw", "json"])
def test_every_private_form_converts_and_is_read_back(form: str) -> None:
    pair = generate_key_pair()
    Path("k.pem").write_bytes(pair.private_pem)
    assert "add -o FILE" in refusal("convert", "k.pem", "--to", form)
    assert run("convert", "k.pem", "--to", form, "-o", "out").exit_code == 0
    assert load_key_pair(Path("out").read_bytes()) == pair
    assert stat.S_IMODE(Path("out").stat().st_mode) == 0o600
    printed = run("convert", "out", "--to", form, "--private").stdout_bytes
    assert printed == Path("out").read_bytes()


@pytest.mark.parametrize("form", ["public", "public-pem", "public-jwk"])
def test_public_forms_are_printed(form: str) -> None:
    pair = generate_key_pair()
    Path("k.pem").write_bytes(pair.private_pem)
    shown = run("convert", "k.pem", "--to", form).stdout
    assert pair.private_key not in shown
    expected = {
        "public": pair.public_key + "\n",
        "public-pem": pair.public_pem.decode(),
        "public-jwk": json.dumps(pair.to_jwk(private=False)) + "\n",
    }
    assert shown == expected[form]


@pytest.mark.parametrize("form", PUBLIC)
def test_a_public_key_alone_becomes_every_public_form(form: str) -> None:
    Path("public").write_bytes(PUBLIC[form])
    wanted = {"public": f"{PAIR.public_key}\n".encode(), "public-pem": PAIR.public_pem}
    wanted["public-jwk"] = json.dumps(PAIR.to_jwk(private=False)).encode() + b"\n"
    for to, content in wanted.items():
        assert run("convert", "public", "--to", to).stdout_bytes == content
        assert run("convert", "-", "--to", to, standard_input=PUBLIC[form]).stdout_bytes == content
    assert "without the private key" in refusal("convert", "public", "--to", "pem", "--private")


def test_a_public_form_may_be_published_a_private_one_not() -> None:
    Path("k.pem").write_bytes(PAIR.private_pem)
    Path("www").mkdir()
    Path("www/index.html").touch()
    assert "would be published" in refusal("convert", "k.pem", "--to", "raw", "-o", "www/k")
    assert run("convert", "k.pem", "--to", "public", "-o", "www/k").exit_code == 0
    assert Path("www/k").read_text() == f"{PAIR.public_key}\n"
    assert "exists and is left" in refusal("convert", "k.pem", "--to", "public", "-o", "www/k")


def test_keys_come_from_standard_input_and_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = generate_key_pair()
    monkeypatch.setenv("VAPID", pair.private_key)
    for arguments, text in ((["env:VAPID"], None), (["-"], pair.private_pem), ([pair.private_key], None)):
        result = run("show", *arguments, "--json", standard_input=text)
        assert json.loads(result.stdout) == {"publicKey": pair.public_key}


def test_check_finds_nothing_wrong_with_a_fresh_key() -> None:
    run("generate")
    public = load_key_pair(Path("vapid-private.pem").read_bytes()).public_key
    Path("pwagen.yaml").write_text(CONFIG % public)
    result = run("check", "--subject", "mailto:push@harbour.news", "--public", public)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Nothing is wrong with it.")
    assert "This is a PEM private key" in result.stdout


def test_check_says_all_that_is_wrong() -> None:
    run("generate")
    Path("vapid-private.pem").chmod(0o644)
    Path("pwagen.yaml").write_text(CONFIG % generate_key_pair().public_key)
    result = run("check", "--subject", "push@harbour.news", "--json")
    findings = json.loads(result.stdout)["findings"]
    assert result.exit_code == 1
    assert [
        any(word in finding for finding in findings) for word in ("mode 0644", "pwagen.yaml", "bare address")
    ]
    assert len(findings) == 3


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("hello", "not a key that pwagen knows"),
        (generate_key_pair().public_key[:-3] + "AAA", "not on the curve"),
        (
            json.dumps(
                {"publicKey": generate_key_pair().public_key, "privateKey": generate_key_pair().private_key}
            ),
            "not a pair",
        ),
    ],
)
def test_check_names_a_broken_key(text: str, finding: str) -> None:
    result = run("check", "-", standard_input=text.encode())
    assert result.exit_code == 1
    assert finding in result.stdout


@pytest.mark.parametrize("form", PUBLIC)
def test_check_accepts_a_public_key_alone(form: str) -> None:
    Path("public").write_bytes(PUBLIC[form])
    Path("public").chmod(0o644)
    result = run("check", "public")
    assert result.exit_code == 0, result.output
    assert PAIR.public_key in result.stdout


@pytest.mark.parametrize("form", PRIVATE)
def test_check_reads_every_private_form_and_sees_who_else_does(form: str) -> None:
    Path("k").write_bytes(PRIVATE[form])
    Path("k").chmod(0o644)
    result = run("check", "k")
    assert result.exit_code == 1
    assert PAIR.public_key in result.stdout
    assert "mode 0644" in result.stdout
    Path("k").chmod(0o600)
    assert run("check", "k").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("form", PRIVATE)
@pytest.mark.parametrize("place", ["file", "stdin", "argument", "variable"])
def test_every_private_form_is_read_from_everywhere_and_never_printed(
    form: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, text = PRIVATE[form], None
    if place in ("argument", "variable") and form == "DER":
        pytest.skip("neither can have a zero byte")
    source = {"file": "k", "stdin": "-", "variable": "env:VAPID"}.get(place) or content.decode()
    Path("k").write_bytes(content)
    if place == "stdin":
        text = content
    if place == "variable":
        monkeypatch.setenv("VAPID", content.decode())
    for command in (["show"], ["check"], ["show", "--json"], ["convert", "--to", "public"]):
        result = run(command[0], source, *command[1:], standard_input=text)
        assert PAIR.public_key in result.stdout, (command, result.output, result.exception)
        assert PAIR.private_key[:20] not in result.output


@pytest.mark.slow
@pytest.mark.parametrize("form", [name for name in PRIVATE if name != "DER"])
@pytest.mark.parametrize("length", [0.5, 0.99])
def test_a_part_of_a_key_is_never_printed(
    form: str, length: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = PRIVATE[form].decode()
    part = whole[: int(len(whole) * length)]
    words = [word for word in re.findall("[A-Za-z0-9_-]{8,}", part) if word not in HARMLESS]
    Path("list.json").write_text(json.dumps(SUBSCRIPTION))
    monkeypatch.setenv("BROKEN", part)
    for source in (part, f"env:{part}", "env:BROKEN", "-"):
        for command in ("show", "check", "rotate", "convert"):
            options = ["--to", "public"] if command == "convert" else []
            shown(run(command, source, *options, standard_input=part.encode()), words)
    for options, variable in ((["--key", part], ""), (["--previous-key", part], ""), ([], part)):
        monkeypatch.setenv("PWAGEN_VAPID_PRIVATE_KEY", variable or PAIR.private_key)
        to_send = ["send", "list.json", "--dry-run", "--title", "x", "--subject", "mailto:push@harbour.news"]
        shown(CliRunner().invoke(program, [*to_send, *options]), words)


def shown(result: Result, words: list[str]) -> None:
    """Check that none of `words` is in what a command printed, or says in its error."""
    said = f"{result.output} {result.exception}"
    assert result.exit_code == 0 or isinstance(result.exception, PwagenError | SystemExit), said
    assert not [word for word in words if word in said and word not in PAIR.public_key], said


@pytest.mark.parametrize("name", ["missing.pem", "keys/missing.pem", "../my-key.json"])
def test_a_name_of_a_file_is_quoted(name: str) -> None:
    assert f"cannot read the key file {name!r}" in refusal("show", name)
    Path("folder").mkdir()
    assert "'folder': Is a directory" in refusal("show", "folder")


def test_a_missing_file_is_said_as_such() -> None:
    """pywebpush takes the path for a key, and says `Incorrect padding`."""
    assert (
        refusal("show", "missing.pem") == "cannot read the key file 'missing.pem': No such file or directory"
    )
    assert refusal("show", "env:PWAGEN_NOT_SET") == "the environment variable PWAGEN_NOT_SET is not set"


def test_rotate_keeps_the_old_key_and_plans_the_change() -> None:
    run("generate")
    old = Path("vapid-private.pem").read_bytes()
    plan = json.loads(run("rotate", "--json").stdout)
    new = load_key_pair(Path(plan["newFile"]).read_bytes())
    assert Path("vapid-private.pem").read_bytes() == old
    assert new.public_key == plan["publicKey"] != load_key_pair(old).public_key
    assert new.public_key in plan["steps"][0]
    assert stat.S_IMODE(Path(plan["newFile"]).stat().st_mode) == 0o600
    assert plan["keepOldUntil"] in plan["steps"][-1]


def test_rotate_says_the_plan_again_on_the_same_day() -> None:
    run("generate")
    plan = json.loads(run("rotate", "--json").stdout)
    assert json.loads(run("rotate", "--json").stdout) == plan
    assert "from an earlier call" in run("rotate").stdout


def test_rotate_needs_a_key_in_use() -> None:
    assert "`pwagen keys generate` makes the first key" in refusal("rotate")
    Path("vapid-private.pem").write_text("nonsense")
    assert "not a key that pwagen knows" in refusal("rotate")
