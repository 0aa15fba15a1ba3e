"""``manage.py pwagen build|check|send``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pwagen.artifacts.artifact import Artifact
from pwagen.build.write import write
from pwagen.errors import PwagenError
from pwagen.integrations.django.models import PushSubscription
from pwagen.integrations.django.project_app import web_app
from pwagen.integrations.django.system_checks import TAG
from pwagen.integrations.django.user_messages import send_push
from pwagen.push.messages.message import Message


class Command(BaseCommand):
    """Writes the app's files for another server, checks the app, and sends messages."""

    help = "Write the app's files for a server that serves them itself, check the app, or send a message."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the three commands."""
        commands = parser.add_subparsers(dest="command", required=True)
        build = commands.add_parser("build", help="Write the app's files into a folder, e.g. for nginx.")
        build.add_argument("folder", type=Path)
        commands.add_parser(
            "check", help="Say what is wrong with the config, the addresses, the key and the files."
        )
        send = commands.add_parser("send", help="Send to a user, a topic, or all who subscribed.")
        send.add_argument("title")
        send.add_argument("--body")
        send.add_argument("--url", help="Where a click leads.")
        send.add_argument("--topic", help="Those alone who are subscribed to it.")
        who = send.add_mutually_exclusive_group()
        who.add_argument("--user", help="The user's name.")
        who.add_argument("--all", action="store_true", help="Everybody who subscribed.")

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        """Run one of the commands; raises CommandError."""
        try:
            if command == "build":
                self._build(options["folder"])
            elif command == "check":
                call_command("check", tags=[TAG], fail_level="WARNING", deploy=True)
            else:
                self._send(options)
        except PwagenError as error:
            raise CommandError(str(error)) from None

    def _build(self, folder: Path) -> None:
        artifacts = [Artifact(name, file.content) for name, file in web_app().files().items()]
        changes = write(artifacts, folder.resolve(), folder.resolve().parent)
        changed = sum(change.status != "same" for change in changes)
        self.stdout.write(f"{changed} of {len(changes)} files written, in {folder}.")

    def _send(self, options: dict[str, Any]) -> None:
        message = Message(title=options["title"], body=options["body"], navigate=options["url"])
        user, topic = options["user"], options["topic"]
        if user is None and topic is None and not options["all"]:
            raise CommandError("nobody is named - add --user NAME, --topic NAME or --all")
        recipients = PushSubscription.objects.all() if user is None else _user(user)
        outcomes = send_push(recipients, message, topic=topic)
        for outcome in outcomes:
            service = outcome.endpoint.split("/")[2]
            self.stdout.write(f"{service}: {outcome.cause or outcome.status.value}")
        nobody = f"nobody has subscribed{f' to {topic}' if topic else ''}."
        self.stdout.write(f"{len(outcomes)} sent." if outcomes else nobody)


def _user(name: str) -> Any:
    model = get_user_model()
    try:
        return model.objects.get_by_natural_key(name)
    except model.DoesNotExist:
        raise CommandError(f"--user {name}: there is no such user") from None
