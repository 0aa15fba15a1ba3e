"""``pwagen serve``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pwagen.cli.build import ProjectArgument

if TYPE_CHECKING:
    from pwagen.serve.dev_build import DevBuild
    from pwagen.serve.local_push import LocalPush
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
    push: Annotated[
        Literal["local"] | None,
        typer.Option(
            metavar="local",
            help="Open the installed Chromium with a push service on this machine: needs no internet.",
        ),
    ] = None,
    push_origin: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Show the built site on this machine, with a console that sends real pushes to it."""
    from contextlib import ExitStack, closing

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
    if push == "local":
        require("--push local", "test", "playwright", "aiohttp")
    path = Path(project)
    build = build_in_memory(path)
    with ExitStack() as stack:
        bound = stack.enter_context(open_socket(port))
        subscription_store = stack.enter_context(closing(Store(store or _local_store(build, push))))
        local = None
        if push == "local":
            from pwagen.serve.local_push import LocalPush

            local = stack.enter_context(LocalPush())
            push_origin, subject = local.origin, subject or local.contact
        hosts = Hosts(bound.getsockname()[1], tuple(map(host_of, allow_host or [])))
        desk = ServerState(
            path,
            build,
            subscription_store,
            hosts,
            Signing(key, subject, push_origin, tuple(services or ())),
            _report,
        )
        run(desk, bound, lambda: _started(desk, open_console, local))


def _started(desk: ServerState, open_console: bool, local: LocalPush | None) -> None:
    hosts, signer = desk.hosts, desk.signer
    for note in desk.build.notes:
        typer.secho(f"note: {note}", err=True)
    typer.echo(f"Site      {hosts.site_url}")
    typer.echo(f"Console   {hosts.console_url}")
    if isinstance(signer, str):
        typer.secho(f"Sending is off: {signer}", err=True, fg=typer.colors.YELLOW)
    typer.echo("Changes show at the next load; Ctrl-C ends.", err=True)
    if local:
        typer.echo("Chromium is opening: subscribe on the site, and send in the console.", err=True)
        local.open_browser(hosts.site_url, hosts.console_url)
    elif open_console:
        import webbrowser

        webbrowser.open(hosts.console_url)


def _report(news: str) -> None:
    typer.echo(news, err=True)


def _local_store(build: DevBuild, push: str | None) -> Path:
    # A build has created the folder; it is private to this machine and ignored by git. Subscriptions at a
    # push service that ends with the server would be dead among the others.
    name = "local-subscriptions.db" if push else "subscriptions.db"
    return build.project.root / ".pwagen" / name
