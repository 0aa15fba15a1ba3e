"""``pwagen check``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer


def check(
    target: Annotated[
        str,
        typer.Argument(
            metavar="[DIR|URL]",
            help="A published folder, a project with pwagen.yaml, or a running site.",
            show_default=False,
        ),
    ] = ".",
    select: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="Look at this rule only, or at those that begin so: 'icon-'."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Leave this rule out, or those that begin so.")
    ] = None,
    fail_on: Annotated[
        Literal["error", "warning", "note", "never"],
        typer.Option(help="How bad a finding has to be for exit code 1."),
    ] = "error",
    format: Annotated[Literal["text", "json"], typer.Option(help="How findings are printed.")] = "text",
) -> None:
    """Look a site over, whoever built it: is it installable, offline, pushing; what to write where not."""
    from pwagen.audit.audit_run import audit
    from pwagen.audit.audit_target import open_audit_target
    from pwagen.audit.settings import AuditSettings, fails

    findings = audit(open_audit_target(target), AuditSettings(select or (), ignore or ()))
    if format == "json":
        from pwagen.audit.reports.json_report import json_report

        typer.echo(json_report(target, findings))
    else:
        from pwagen.audit.reports.text_report import text_lines

        colors = {"error": typer.colors.RED, "warning": typer.colors.YELLOW, "note": typer.colors.CYAN}
        for line, severity in text_lines(findings):
            typer.secho(line, fg=colors.get(severity), bold=bool(severity))
    if fail_on != "never" and fails(findings, fail_on):
        raise typer.Exit(1)
