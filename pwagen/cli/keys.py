"""``pwagen keys``: make, show, convert, check and rotate VAPID keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from pwagen.names import KEY_NAME

if TYPE_CHECKING:
    from pwagen.keys.key_pair import KeyPair

_LONGEST_OPTION = 30


class _TakesKey(TyperCommand):
    """A command whose argument may be a key itself, and then begin like an option: PEM always does."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Move arguments too long to be options behind ``--``, which ends the options."""
        keys = [
            argument
            for argument in args
            if len(argument) > _LONGEST_OPTION and re.match("-(?!-[a-z-]+=)", argument)
        ]
        return super().parse_args(
            ctx, [argument for argument in args if argument not in keys] + ["--", *keys]
        )


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="The key pair that tells push services and browsers who sends.",
)

Source = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="A file in any common format, - for standard input, env:NAME, or the key itself.",
    ),
]
Private = Annotated[bool, typer.Option("--private", help="Show the private key, too.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.command()
def generate(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The new file; an existing one is never overwritten.")
    ] = Path(KEY_NAME),
    private: Private = False,
    as_json: AsJson = False,
) -> None:
    """Make a new key pair and write it as PEM that only you can read."""
    from pwagen.keyring.key_files import not_ignored, write_private
    from pwagen.keys.key_pair import generate_key_pair

    pair = generate_key_pair()
    write_private(output, pair.private_pem)
    typer.echo(f"The private key is in {output}.", err=True)
    if hint := not_ignored(output):
        typer.echo(f"warning: {hint}", err=True)
    _print_pair(pair, str(output), private, as_json)


@app.command(cls=_TakesKey)
def show(source: Source = KEY_NAME, private: Private = False, as_json: AsJson = False) -> None:
    """Show the public key, and where each form of the pair goes."""
    from pwagen.keyring.key_location import find_key_source

    key_source = find_key_source(source)
    _print_pair(key_source.key_pair(), str(key_source.file or KEY_NAME), private, as_json)


@app.command(cls=_TakesKey)
def convert(
    source: Source,
    to: Annotated[
        str,
        typer.Option(help="pem, sec1, der, jwk, raw, json (web-push), public, public-pem or public-jwk."),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The new file; an existing one is never overwritten."),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Print a private form to standard output.")
    ] = False,
) -> None:
    """Write the key in another format."""
    from pwagen.keyring.key_files import write_new, write_private
    from pwagen.keyring.key_location import find_key_source
    from pwagen.keyring.key_usage import FORMS, PUBLIC_FORMS, converted, converted_public
    from pwagen.keys.key_pair import KeyPairError, described

    if to not in FORMS:
        raise KeyPairError(f"--to {to}: the formats are {', '.join(FORMS)}")
    key_source = find_key_source(source)
    key_format, is_public = key_source.format, to in PUBLIC_FORMS
    if is_public and not key_format.private:  # it needs no pair
        if key_format.public_key_bytes is None:
            raise KeyPairError(f"{key_source.name}: {described(key_format)}")
        content = converted_public(key_format.public_key_bytes, to)
    else:
        content = converted(key_source.key_pair(), to)
    if output:
        (write_new if is_public else write_private)(output, content)
    elif is_public or private:
        typer.echo(content, nl=False)
    else:
        raise KeyPairError(f"{to} holds the private key - add -o FILE, or --private to print it here")


@app.command(cls=_TakesKey)
def check(
    source: Source = KEY_NAME,
    public_key: Annotated[
        str | None, typer.Option("--public", help="A public key that must be this key's own.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="The contact that goes into tokens: mailto:… or https://….")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="The pwagen.yaml to compare with.  [default: the one here, if any]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say which format a key is in and what is wrong; exit 1 if anything is."""
    from pwagen.keyring.key_check import check_key

    if config is None and Path("pwagen.yaml").is_file():
        config = Path("pwagen.yaml")
    form, findings = check_key(source, public_key=public_key, subject=subject, config=config)
    if as_json:
        _print_json(
            {"format": form.kind, "private": form.private, "publicKey": form.public_key, "findings": findings}
        )
    else:
        typer.echo(f"This is {form.label}.")
        if form.public_key:
            typer.echo(f"Its public key is {form.public_key}.")
        for finding in findings:
            typer.echo(f"- {finding}")
        if not findings:
            typer.echo("Nothing is wrong with it.")
    if findings:
        raise typer.Exit(1)


@app.command(cls=_TakesKey)
def rotate(
    old: Annotated[str, typer.Argument(metavar="KEYFILE", help="The private key in use.")] = KEY_NAME,
    keep_days: Annotated[
        int, typer.Option(min=1, help="How long devices may take to visit before they are given up.")
    ] = 90,
    as_json: AsJson = False,
) -> None:
    """Write a new key beside the old one and say how to change over; nobody is unsubscribed."""
    from datetime import UTC, datetime

    from pwagen.keyring.key_files import not_ignored
    from pwagen.keyring.key_location import find_key_source
    from pwagen.keyring.key_rotation import rotate as plan_rotation
    from pwagen.keys.key_pair import KeyPairError

    key_source = find_key_source(old)
    key_source.key_pair()
    if key_source.file is None:
        raise KeyPairError("a key is rotated in its file - `pwagen keys generate` makes the first one")
    rotation = plan_rotation(key_source.file, datetime.now(UTC).date(), keep_days=keep_days)
    if hint := not_ignored(rotation.new_file):
        typer.echo(f"warning: {hint}", err=True)
    if as_json:
        _print_json(
            {
                "oldFile": str(rotation.old_file),
                "newFile": str(rotation.new_file),
                "publicKey": rotation.new.public_key,
                "keepOldUntil": rotation.keep_old_until.isoformat(),
                "steps": rotation.steps,
            }
        )
        return
    since = "" if rotation.is_new else ", from an earlier call"
    typer.echo(f"The new private key is in {rotation.new_file}{since}.\n")
    for number, step in enumerate(rotation.steps, 1):
        typer.echo(f"{number}. {step}")


def _print_pair(pair: KeyPair, file_name: str, private: bool, as_json: bool) -> None:
    from pwagen.keyring.key_usage import usages

    if as_json:
        keys = {"publicKey": pair.public_key}
        _print_json(keys | {"privateKey": pair.private_key} if private else keys)
        return
    typer.echo(f"Public key:\n  {pair.public_key}")
    if private:
        typer.echo(f"Private key:\n  {pair.private_key}")
    for usage in usages(pair, file_name, private=private):
        typer.echo(f"\n{usage.place}:")
        for line in usage.lines.splitlines():
            typer.echo(f"  {line}")


def _print_json(value: dict[str, Any]) -> None:
    import json

    typer.echo(json.dumps(value, indent=2))
