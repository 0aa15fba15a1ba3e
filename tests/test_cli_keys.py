"""`pwagen keys`, on real files."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pwagen.cli.keys import app
from pwagen.errors import PwagenError
from pwagen.push.keys import generate_key_pair, load_key_pair

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


def test_a_public_key_alone_becomes_what_browsers_want() -> None:
    pair = generate_key_pair()
    Path("public.pem").write_bytes(pair.public_pem)
    assert run("convert", "public.pem", "--to", "public").stdout == pair.public_key + "\n"


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
        ("hello", "no key that pwagen knows"),
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


def test_check_accepts_a_public_key_alone() -> None:
    assert run("check", generate_key_pair().public_key).exit_code == 0


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


def test_rotate_needs_a_key_in_use() -> None:
    assert "is no file" in refusal("rotate")
    Path("vapid-private.pem").write_text("nonsense")
    assert "no key that pwagen knows" in refusal("rotate")
