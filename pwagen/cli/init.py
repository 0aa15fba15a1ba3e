"""``pwagen init``."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pwagen.cli.build import ProjectArgument
from pwagen.cli.output import can_ask
from pwagen.errors import PwagenError
from pwagen.names import MANIFEST, OWN_WORKER

if TYPE_CHECKING:
    from pwagen.site.detect import SiteFacts
    from pwagen.starter.config_text import Start
    from pwagen.starter.draft import Draft
    from pwagen.starter.page_conflicts import PageConflicts
    from pwagen.starter.takeover import Check

_TABLE_WIDTH = 80
_MEMBER_WIDTH = 40


def init(
    project: ProjectArgument = ".",
    site: Annotated[
        str | None, typer.Option(metavar="SITE", help="The folder with the finished pages, inside PROJECT.")
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The app's name.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing, take what is found.")] = False,
) -> None:
    """Look at a site and write its pwagen.yaml, with a new key pair for push messages."""
    from pwagen.build.cache_folder import cache_folder
    from pwagen.keyring.key_location import key_file_for, key_pair_for, shown_path
    from pwagen.keys.key_pair import generate_key_pair
    from pwagen.site.detect import detect_site
    from pwagen.starter.config_text import document
    from pwagen.starter.draft import draft
    from pwagen.starter.draft_check import icon_check, member_check
    from pwagen.starter.page_conflicts import PageConflicts, page_conflicts
    from pwagen.starter.starter_files import refuse_existing, site_folder, write_files

    folder = Path(project)
    if not folder.is_dir():
        raise PwagenError(f"{project}: no such folder - name the one that your site is made in")
    refuse_existing(folder)
    if not yes and not can_ask():
        typer.echo("There is nobody to ask: taking what is found, as --yes does.", err=True)
        yes = True
    facts = detect_site(folder, site_folder(folder, site) if site else None)
    if not yes and not site:
        facts = _ask_site(folder, facts)
    public_key = generate_key_pair().public_key
    check = member_check(folder, public_key)
    proposal = draft(folder, facts, name, check, icon_check(folder, public_key))
    conflicts = page_conflicts(folder / facts.site) if facts.site else PageConflicts()
    start = _start(facts, proposal, conflicts)
    if not yes:
        start = _ask(folder, start, name, check)
    key_file = key_file_for(folder, start.site, start.app["name"])
    pair = key_pair_for(key_file)
    text = document(start, pair.public_key, shown_path(key_file, folder))
    drawn = {start.icon: start.drawn} if start.icon and start.drawn else {}
    written = write_files(folder, text, key_file, pair, drawn)
    cache_folder(folder, may_make=True)
    _report(folder, facts, proposal, start, conflicts, key_file, written)


def _start(facts: SiteFacts, proposal: Draft, conflicts: PageConflicts) -> Start:
    from pwagen.site.precache import START_PAGE
    from pwagen.starter.config_text import Start
    from pwagen.starter.icon_takeover import placeholder
    from pwagen.starter.in_place_policy import in_place_policy

    policy, icons = in_place_policy(facts, conflicts), proposal.icons
    return Start(
        proposal.app,
        icons.source,
        icons.maskable,
        icons.drawn,
        icons.files,
        None if icons.source or icons.files else placeholder(proposal.app),
        facts.site,
        facts.unbuilt,
        facts.generator,
        START_PAGE if facts.is_single_page else None,
        policy.worker,
        facts.fetched_data,
        facts.unused_files,
        policy.inject,
    )


def _ask_site(folder: Path, facts: SiteFacts) -> SiteFacts:
    from pwagen.site.detect import detect_site
    from pwagen.starter.starter_files import site_folder

    def problem(answer: str) -> str | None:
        try:
            site_folder(folder, answer)
        except PwagenError as error:
            return str(error)
        return None

    answer = _prompt("Folder with the finished pages, if there is one", facts.site or "", problem)
    return facts if answer == (facts.site or "") else detect_site(folder, answer)


def _ask(folder: Path, start: Start, name: str | None, check: Check) -> Start:
    from dataclasses import replace

    from pwagen.starter.draft import in_order, short_form
    from pwagen.starter.icon_takeover import icon_problem, placeholder

    app = dict(start.app)

    def ask(member: str, question: str, default: str) -> None:
        answer = _prompt(question, default, lambda text: "; ".join(check({**app, member: text})))
        app.pop(member, None)
        if answer:
            app[member] = answer

    if not name:
        ask("name", "Name", app["name"])
    ask("short_name", "Short name, below the icon", app.get("short_name", "") or short_form(app["name"]))
    ask("theme_color", "Theme colour", app.get("theme_color", ""))
    start = replace(start, app=in_order(app))
    if start.icon_files:
        return start
    icon = _prompt(
        "Icon, a square SVG or PNG",
        start.icon or "",
        lambda path: None if start.drawn and path == start.icon else icon_problem(folder, path),
    )
    return replace(
        start,
        icon=icon or None,
        maskable=start.maskable if icon else None,
        drawn=start.drawn if icon == start.icon else None,
        monogram=None if icon else placeholder(app),
    )


def _prompt(question: str, default: str, problem: Callable[[str], str | None]) -> str:
    """Ask until the answer has no problem; it may be empty where there is no default."""
    while True:
        answer: str = typer.prompt(question, default=default, show_default=bool(default), err=True).strip()
        complaint = problem(answer) if answer else None
        if not complaint:
            return answer
        typer.secho(f"  {complaint}", fg=typer.colors.YELLOW, err=True)


def _report(
    folder: Path,
    facts: SiteFacts,
    proposal: Draft,
    start: Start,
    conflicts: PageConflicts,
    key_file: Path,
    written: list[Path],
) -> None:
    from pwagen.cli.output import table
    from pwagen.keyring.key_location import shown_path
    from pwagen.site.generators import first_edit

    if facts.manifest:
        typer.echo(f"What became of {facts.manifest.path}:")
        typer.echo("\n".join(_takeover_table(proposal)) + "\n")
    notes = (
        *_left_out(proposal),
        *_other_manifests(facts, conflicts),
        *_workers(facts, start, conflicts),
        *_advice(start),
    )
    for line in notes:
        typer.secho(f"note: {line}", fg=typer.colors.YELLOW, err=True)
    about = {"pwagen.yaml": "how your site becomes an app", ".gitignore": "keeps the private key out of git"}
    if start.icon and start.drawn:
        about[start.icon] = "the logo that your page draws, as a file: change it as you like"
    rows = [
        (shown_path(path, folder), about.get(path.name, "the private key: for your server, for nobody else"))
        for path in written
    ]
    typer.echo("\n".join(table(rows)))
    if key_file not in written:
        typer.echo(f"The key pair in {shown_path(key_file, folder)} is used, it was there already.")
    at = "" if folder == Path() else f" {shlex.quote(str(folder))}"
    inject = " --inject" if start.site or start.unbuilt else ""
    edit = None if inject else first_edit(start.generator)
    step = f"write\n  {edit}" if edit else f"run\n  pwagen build{at}{inject}"
    typer.echo(f"\nNext: look through {folder / 'pwagen.yaml'}, then {step}")


def _takeover_table(proposal: Draft) -> list[str]:
    """Return a line for each member of the old manifest, within 80 columns; the reasons go on below."""
    import textwrap

    from pwagen.cli.output import table

    plain = [outcome.member for outcome in proposal.outcomes if not outcome.reason]
    listed = [("taken", name, "") for name in plain]
    listed += [outcome for outcome in proposal.outcomes if outcome.reason]
    members = [textwrap.wrap(member, _MEMBER_WIDTH) or [""] for _, member, _ in listed]
    width = max((len(line) for lines in members for line in lines), default=0)
    rows = []
    for (fate, _, reason), lines in zip(listed, members, strict=True):
        reasons = textwrap.wrap(reason, _TABLE_WIDTH - width - len("left out") - 4)
        for index in range(max(len(lines), len(reasons))):
            cells = (part[index] if index < len(part) else "" for part in (lines, reasons))
            rows.append(("" if index else fate, *cells))
    return table(rows)


def _left_out(proposal: Draft) -> list[str]:
    return [f"{loss.place} is not taken over: {loss.reason}" for loss in proposal.left_out]


def _other_manifests(facts: SiteFacts, conflicts: PageConflicts) -> list[str]:
    """Say that manifests give way which nothing was taken over from."""
    if facts.manifest:
        return []
    if conflicts.manifests:
        pages = ", ".join([*conflicts.manifests[:3], *(["…"] if conflicts.manifests[3:] else [])])
        where = f"pages link to a manifest of their own ({pages})"
    elif conflicts.has_manifest_file:
        where = f"{MANIFEST} is there already, and no manifest can be read from it"
    else:
        return []
    return [
        f"{where}. `inject: {{manifest: replace}}` in pwagen.yaml lets build --inject put the app's in its "
        "place until --undo; what is to be kept of it goes into `app`"
    ]


def _workers(facts: SiteFacts, start: Start, conflicts: PageConflicts) -> list[str]:
    workers = [worker for worker in facts.workers if not worker.by_pwagen]
    if not workers and conflicts.registrations:
        return [
            f"{conflicts.registrations[0]} registers a service worker, which is left as it is: "
            "`inject: {worker: ignore}` in pwagen.yaml. If it is for the same pages, only one of the two can "
            "serve them: take that call out, or name the worker in `worker: {script: …}` with "
            "`inject: {worker: replace}`"
        ]
    return [
        f"the site has a service worker already, {worker.path}. {_fate_of(worker.path, start)}"
        for worker in workers
    ]


def _fate_of(worker: str, start: Start) -> str:
    if start.inject.get("worker") == "replace" and worker in (start.worker, OWN_WORKER):
        return (
            "`inject: {worker: replace}` in pwagen.yaml lets build --inject put the app's in its place; a "
            "copy is kept that --undo puts back. Move what it does beside storing files into a file of its "
            "own, and name that in `worker: {hooks: …}`"
        )
    return (
        "It is left as it is, but only one of the two can serve a page: move its code into a file of its own "
        "and name that in `worker: {hooks: …}`, or take out the script that registers it"
    )


def _advice(start: Start) -> list[str]:
    from pwagen.site.generators import step_after_build

    notes = []
    if start.monogram:
        letters = start.monogram.get("text")
        notes.append(
            "no picture was found that could become the icon. "
            + (f"The letters {letters} are a placeholder" if letters else "A pattern is a placeholder")
            + ": write `icons: {source: logo.svg}` in pwagen.yaml as soon as there is a logo"
        )
    if start.app_shell:
        notes.append(
            f"this is an app of one page: `offline: {{app_shell: {start.app_shell}}}` lets that page answer "
            "every address without a file, with and without a network"
        )
    if start.unbuilt:
        notes.append(f"{start.generator} has not built {start.unbuilt} yet: add `site: {start.unbuilt}` then")
    step = step_after_build(start.generator) if start.site or start.unbuilt else None
    if step:
        notes.append(f"{start.generator} writes its folder without the app again at each build: write {step}")
    return notes
