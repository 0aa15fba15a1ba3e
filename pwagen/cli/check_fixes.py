"""``pwagen check --fix`` and ``--undo``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import typer

from pwagen.cli.output import can_ask
from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from pwagen.audit.audit_options import AuditOptions
    from pwagen.audit.audited_site import AuditedSite
    from pwagen.audit.finding import Finding

_COLORS = {"+": typer.colors.GREEN, "-": typer.colors.RED, "@": typer.colors.CYAN}


def mend(target: str, site: AuditedSite, options: AuditOptions, *, yes: bool, err: bool) -> bool:
    """Show what fixes change, and write it if that is wanted; return whether anything was written.

    ``err`` is where the difference goes, since reports in other formats are read by programs.

    Raises:
        PwagenError: the target is a running site, or a file can't be replaced without losing something.
    """
    folder = _folder(target, "--fix")
    if reason := _generated(site):
        typer.echo(f"{target}: --fix edits nothing that is generated - {reason}", err=True)
        return False
    from pwagen.audit.baseline import without_known
    from pwagen.audit.fixes.difference import difference
    from pwagen.audit.fixes.fix_plan import plan_fixes
    from pwagen.audit.fixes.kept_copies import apply_fixes, replaced_contents

    def new(findings: Sequence[Finding]) -> Sequence[Finding]:
        return without_known(findings, options.baseline) if options.baseline else findings

    contents = plan_fixes(folder, options.settings, new)
    if not contents:
        typer.echo(f"{target}: there is nothing that --fix can mend", err=True)
        return False
    before = replaced_contents(folder, contents)
    for path in sorted(contents):
        for line in difference((folder / path).as_posix(), before[path], contents[path]):
            typer.secho(line, fg=_COLORS.get(line[:1]), err=err)
    if site.set_up != "plain":
        typer.echo("The next build writes these files anew: mend what they are built from, too.", err=True)
    if not yes and not can_ask():
        typer.echo("nothing was written: no terminal can be asked - add --yes to write it", err=True)
        return False
    if not yes and not typer.confirm("Write this?", err=True):
        typer.echo("nothing was written", err=True)
        return False
    apply_fixes(folder, contents, before)
    typer.echo(f"{_files(len(contents))} mended; pwagen check {quote(target)} --undo takes it back", err=True)
    return True


def take_back(target: str) -> None:
    """Put back what fixes have replaced in a folder; exit with 1 if files that were edited since stay.

    Raises:
        PwagenError: the target is a running site, or a file can't be replaced without losing something.
    """
    folder = _folder(target, "--undo")
    from pwagen.audit.fixes.kept_copies import undo_fixes

    undone = undo_fixes(folder)
    for path in undone.restored:
        typer.echo(f"{folder / path}: as it was before")
    for path in undone.edited:
        typer.echo(f"{folder / path}: it was edited since, and stays - take the fix out by hand", err=True)
    if undone.edited:
        raise typer.Exit(1)
    if not undone.restored:
        typer.echo(f"{target}: there is nothing to undo")


def _folder(target: str, option: str) -> Path:
    if "://" in target:
        raise PwagenError(f"{target}: {option} is for files - name the folder that is published there")
    path = Path(target)
    return path if path.is_dir() else path.parent


def _generated(site: AuditedSite) -> str:
    """Return what to do instead where edits of the files would be lost or do harm; empty where they don't."""
    if site.project or site.set_up == "pwagen":
        return "write what the findings say into pwagen.yaml, and build again"
    if site.set_up == "angular":
        # Its worker refuses files that differ from their hashes in ngsw.json.
        return "mend what Angular builds it from, and build again"
    return ""


def _files(number: int) -> str:
    return f"{number:,} file{'' if number == 1 else 's'}"
