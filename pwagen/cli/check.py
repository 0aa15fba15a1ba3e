"""``pwagen check``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from pwagen.audit.audited_site import AuditedSite
    from pwagen.audit.finding import Finding

Format = Literal["text", "json", "sarif", "junit", "github"]


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
        typer.Option(metavar="RULE,…", help="Look at these rules only, or at those that begin so: 'icon-'."),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE,…", help="Leave these rules out, or those that begin so."),
    ] = None,
    fail_on: Annotated[
        Literal["error", "warning", "note", "never"] | None,
        typer.Option(help="How bad a finding has to be for exit code 1. [default: error]"),
    ] = None,
    format: Annotated[Format, typer.Option(help="How findings are printed.")] = "text",
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with all findings, too, to send around.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Findings in this file are known, and don't count.")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the findings of today into this file.")
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser", help="Try it in Chromium, too: install, offline, a push, a click.")
    ] = False,
    deployed: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Tell what users will notice, by this site; else by the last commit."
        ),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Ask a host whose address isn't a public one.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can be mended; the difference is shown first.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what --fix has written.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --fix: write without a question.")] = False,
    explain: Annotated[
        str | None, typer.Option(metavar="RULE", help="Explain a rule, or list them: 'all'.")
    ] = None,
) -> None:
    """Look a site over, whoever built it: is it installable, offline, pushing; what to write where not."""
    if explain:
        _explain(explain)
        return
    if yes and not fix:
        raise typer.BadParameter("--yes goes with --fix")
    if undo:
        from pwagen.cli.check_fixes import take_back

        if fix:
            raise typer.BadParameter("--fix and --undo are opposites: name one of them")
        take_back(target)
        return
    from pwagen.audit.audit_options import audit_options
    from pwagen.audit.audit_run import audit
    from pwagen.audit.audit_target import open_audit_target
    from pwagen.audit.baseline import without_known
    from pwagen.audit.baseline import write_baseline as write
    from pwagen.audit.rules import RULES
    from pwagen.audit.settings import fails

    options = audit_options(
        target, select=_names(select), ignore=_names(ignore), fail_on=fail_on, baseline=baseline
    )
    site = open_audit_target(target, may_be_private=private, deployed=deployed)
    if fix:
        from pwagen.cli.check_fixes import mend

        if mend(target, site, options, yes=yes, err=format != "text"):
            site = open_audit_target(target, may_be_private=private, deployed=deployed)
    findings = audit(site, options.settings)
    _print_unread(target, site)
    if browser:
        findings = sorted([*_in_browser(site, target), *findings], key=lambda finding: finding.order)
    if write_baseline:
        write(write_baseline, findings)
        typer.echo(f"{write_baseline}: {len(findings):,} findings", err=True)
        return
    known = 0
    if options.baseline:
        new = without_known(findings, options.baseline)
        known, findings = len(findings) - len(new), new
    _print(target, findings, format, known)
    if html:
        from pwagen.audit.reports.html_report import html_report
        from pwagen.disk.atomic import replace_file

        replace_file(html, html_report(site, findings, RULES).encode())
    if options.fail_on != "never" and fails(findings, options.fail_on):
        raise typer.Exit(1)


def _names(options: list[str] | None) -> list[str]:
    """Return the names in options that were given more than once, or with commas in them."""
    return [name.strip() for option in options or () for name in option.split(",") if name.strip()]


def _print_unread(target: str, site: AuditedSite) -> None:
    from pwagen.audit.reports.text_report import MOST_PLACES, printable
    from pwagen.audit.sources.folder_source import FolderSource

    unread = sorted(site.source.unread.items()) if isinstance(site.source, FolderSource) else []
    for path, reason in unread[:MOST_PLACES]:
        typer.echo(f"{target}: {printable(path)} was not checked: {reason}", err=True)
    if len(unread) > MOST_PLACES:
        typer.echo(f"{target}: nor were {len(unread) - MOST_PLACES:,} more", err=True)


def _in_browser(site: AuditedSite, target: str) -> list[Finding]:
    from pwagen.imports.optional_packages import require

    require("pwagen check --browser", "test", "playwright", "aiohttp", "dbus_fast")
    from pwagen.apptest.run_report import progress
    from pwagen.audit.browser_check import browser_findings

    return browser_findings(site, target, progress())


def _print(target: str, findings: Sequence[Finding], format: Format, known: int) -> None:
    from pwagen.audit.rules import RULES

    match format:
        case "json":
            from pwagen.audit.reports.json_report import json_report

            typer.echo(json_report(target, findings))
        case "sarif":
            from pwagen.audit.reports.sarif_report import sarif_report

            typer.echo(sarif_report(findings, RULES))
        case "junit":
            from pwagen.audit.reports.junit_report import junit_report

            typer.echo(junit_report(target, findings, RULES), nl=False)
        case "github":
            from pwagen.audit.reports.github_report import github_lines

            for line in github_lines(findings):
                typer.echo(line)
        case "text":
            _print_text(findings, known)


def _print_text(findings: Sequence[Finding], known: int) -> None:
    import shutil
    import sys

    from pwagen.audit.reports.text_report import text_lines, wrapped

    colors = {"error": typer.colors.RED, "warning": typer.colors.YELLOW, "note": typer.colors.CYAN}
    # What isn't read at a terminal is searched by lines.
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for line, severity in text_lines(findings):
        for part in wrapped(line, columns) if columns else [line]:
            typer.secho(part, fg=colors.get(severity), bold=bool(severity))
    if known:
        typer.echo(f"{known:,} known findings are not counted")


def _explain(name: str) -> None:
    from pwagen.audit.reports.explanation import explanation, overview
    from pwagen.audit.rules import RULES
    from pwagen.audit.settings import rule_named

    for line in overview(RULES) if name == "all" else explanation(rule_named(name, RULES)):
        typer.echo(line)
