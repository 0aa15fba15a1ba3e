"""``pwagen send --celery``: a broadcast for the workers of an application."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from pwagen.cli.output import go_on_printing
from pwagen.cli.send_options import RecipientOptions, UsageError

if TYPE_CHECKING:
    from celery import Celery

    from pwagen.push.messages.message import Message

_TASK = "pwagen.broadcast"
_BROKER_SECONDS = 5


def to_celery(message: Message, app_name: str, recipients: RecipientOptions, *, as_json: bool) -> None:
    """Hand a broadcast to an application's tasks; raises UsageError where that can't be done.

    `app_name` is what `celery -A` takes.
    """
    from pwagen.cli.send_run import new_broadcast_name

    app = _find_app(app_name)
    name = recipients.broadcast or new_broadcast_name()
    content = message.declaration() | {"ttl": message.ttl_seconds, "urgency": message.urgency}
    if message.topic:
        content["topic"] = message.topic
    _queue(app, [name, content, recipients.user, recipients.audience])
    if as_json:
        typer.echo(json.dumps({"broadcast": name, "queued": True}))
    else:
        typer.echo(f"queued: broadcast {name}")
    go_on_printing(
        "Watch it with pwagen broadcasts --store URL, with the URL that the tasks were given", err=True
    )


def _find_app(name: str) -> Celery:
    """Return the application's Celery app, which has pwagen's tasks."""
    from pwagen.imports.optional_packages import require

    require("--celery", "celery", "celery")
    from celery import Celery
    from celery.app.utils import find_app

    no_app = f"--celery {name}: the module has no such Celery app"
    example = "write it as for celery -A: MODULE, or MODULE:ATTRIBUTE"
    try:
        app = find_app(name)
        if isinstance(app, Celery):
            app.loader.import_default_modules()
    except ModuleNotFoundError as error:
        if error.name == name and ":" in name:  # the module is there, find_app took all of it for one
            raise UsageError(f"{no_app} - {example}") from None
        raise UsageError(f"--celery {name}: there is no module {error.name} here - {example}") from None
    except AttributeError:
        raise UsageError(f"{no_app} - {example}") from None
    except Exception as error:
        # An application's error may quote the URL of its broker or database, with the password.
        raise UsageError(
            f"--celery {name}: importing it ended with {type(error).__name__} - "
            "see why with celery -A, as the workers are started"
        ) from None
    if not isinstance(app, Celery):
        raise UsageError(f"--celery {name}: that is not a Celery app - {example}")
    if _TASK not in app.tasks:
        raise UsageError(
            f"--celery {name}: the app has no task {_TASK} - add pwagen's tasks to it, "
            "from pwagen.push.celery import add_tasks"
        )
    return app


def _queue(app: Celery, arguments: list[Any]) -> None:
    options = dict(app.conf.broker_transport_options)
    if str(app.conf.broker_url).startswith("redis"):
        options |= {"socket_connect_timeout": _BROKER_SECONDS, "socket_timeout": _BROKER_SECONDS}
    from kombu.exceptions import OperationalError

    with app.connection_for_write(connect_timeout=_BROKER_SECONDS, transport_options=options) as connection:
        broker = connection.as_uri()  # without the password
        try:
            app.send_task(_TASK, arguments, connection=connection, retry=False)
        except (OperationalError, OSError, *connection.connection_errors):
            raise UsageError(
                f"the broker {broker} cannot be reached - "
                "is it running, and are the user and the password right?"
            ) from None
