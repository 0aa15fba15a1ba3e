"""``pwagen serve``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pwagen.cli.build import ProjectArgument

if TYPE_CHECKING:
    from pwagen.serve.dev_build import DevBuild
    from pwagen.serve.server_state import ServerState


def serve(
    project: ProjectArgument = ".",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free.")] = 8000,
    open_console: Annotated[bool, typer.Option("--open", help="Open the console in the browser.")] = False,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="Where subscriptions are kept; by default in PROJECT/.pwagen.",
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            envvar="PWAGEN_VAPID_PRIVATE_KEY",
            help="The private key: a file or env:NAME; by default where init put it.",
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(envvar="PWAGEN_VAPID_SUBJECT", help="Your contact, mailto:… or https://…."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Show the site by this name too, as a tunnel's. Repeatable."),
    ] = None,
    services: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="HOST", help="One more push service to take and send to."),
    ] = None,
    push_origin: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Show the built site on this machine, with a console that sends real pushes to it."""
    from contextlib import closing

    from pwagen.imports.optional_packages import require

    require("serving", "serve", "httptools", "sqlalchemy", "starlette", "uvicorn")
    from pwagen.push.storage.store import Store
    from pwagen.push.transport.endpoints import EndpointPolicy
    from pwagen.serve.dev_build import build_in_memory
    from pwagen.serve.dev_server import open_socket
    from pwagen.serve.dev_server import serve as run
    from pwagen.serve.host_names import Hosts, host_of
    from pwagen.serve.server_state import ServerState
    from pwagen.serve.signing import Signing

    if push_origin is not None:
        EndpointPolicy(services=(), loopback=True).check(push_origin)
    path = Path(project)
    build = build_in_memory(path)
    with open_socket(port) as bound, closing(Store(store or _default_store(build))) as subscription_store:
        hosts = Hosts(bound.getsockname()[1], tuple(map(host_of, allow_host or [])))
        desk = ServerState(
            path,
            build,
            subscription_store,
            hosts,
            Signing(key, subject, push_origin, tuple(services or ())),
            _report,
        )
        run(desk, bound, lambda: _started(desk, open_console))


def _started(desk: ServerState, open_console: bool) -> None:
    hosts, signer = desk.hosts, desk.signer
    for note in desk.build.notes:
        typer.secho(f"note: {note}", err=True)
    typer.echo(f"Site      {hosts.site_url}")
    typer.echo(f"Console   {hosts.console_url}")
    if isinstance(signer, str):
        typer.secho(f"Sending is off: {signer}", err=True, fg=typer.colors.YELLOW)
    typer.echo("Changes show at the next load; Ctrl-C ends.", err=True)
    if open_console:
        import webbrowser

        webbrowser.open(hosts.console_url)


def _report(news: str) -> None:
    typer.echo(news, err=True)


def _default_store(build: DevBuild) -> Path:
    # A build has created the folder; it is private to this machine and ignored by git.
    return build.project.root / ".pwagen" / "subscriptions.db"
