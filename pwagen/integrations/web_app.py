"""An app beside a web application's own pages: its files from memory, its tags, and sending to its users."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pwagen.config.config_source import ConfigSource
from pwagen.errors import ConfigError, Problem, PwagenError
from pwagen.integrations.served_files import snapshot, stored_files
from pwagen.names import CONFIG_NAME, FOR_DEVELOPERS, MANIFEST, OWN_WORKER, PAGE_SCRIPTS

if TYPE_CHECKING:
    from pwagen.build.project import Project
    from pwagen.keys.key_pair import KeyPair
    from pwagen.push.messages.raw_message import Sendable
    from pwagen.push.storage.store import Store
    from pwagen.push.subscription import Subscription
    from pwagen.push.transport.outcome import Outcome

ENDPOINT = "api/push/subscriptions"
"""Where subscriptions are posted if the config has `push` and says nothing else."""
KEY_VARIABLE = "PWAGEN_VAPID_PRIVATE_KEY"
CONTACT_VARIABLE = "PWAGEN_VAPID_SUBJECT"


@dataclass(frozen=True)
class ServedFile:
    """One of the app's files, with the headers that it needs; ``etag`` is in quotes."""

    content: bytes
    headers: Mapping[str, str]
    etag: str


class WebApp:
    """The app of a web application, from pwagen.yaml in one of ``folders`` or from the framework's settings.

    ``values`` are the tree of pwagen.yaml in those, which are named ``settings``. ``static`` returns the
    files that the application serves, by path.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        values: Mapping[str, object] | None,
        settings: str,
        static: Callable[[], Mapping[str, Path]],
        *,
        private_key: str | None = None,
        contact: str | None = None,
    ) -> None:
        """Read the config; raises ConfigError with every problem in it, ContactError for the contact."""
        from pwagen.build.project import read_project
        from pwagen.push.crypto.contact import checked_contact

        if contact:
            checked_contact(contact)
        self._source = _config_source(folders, values, settings)
        self._static = static
        self._private_key = private_key
        self._contact = contact
        self._project = read_project(self._source)
        self._files: dict[str, ServedFile] = {}
        self._seen: object = None
        self._lock = Lock()

    @property
    def endpoint(self) -> str | None:
        """The path of the endpoint for subscriptions, None if there is no push or another server has it."""
        push = self._project.config.push
        url = push.endpoint if push else None
        return None if url is None or urlsplit(url).netloc else url.removeprefix("./").lstrip("/")

    @property
    def has_scope(self) -> bool:
        """Whether the config says what the worker is in charge of."""
        return self._project.config.app.scope is not None

    @property
    def contact(self) -> str | None:
        """The contact for push services, as given or from the environment."""
        return self._contact or os.environ.get(CONTACT_VARIABLE)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What works in the config though hardly as it was meant."""
        return tuple(map(str, self._project.warnings))

    def files(self, *, look_again: bool = False) -> Mapping[str, ServedFile]:
        """Return the app's files by path; with ``look_again`` made anew once a static file has changed.

        Raises:
            ConfigError: a private key is in one of the files.
        """
        with self._lock:
            if not self._files or look_again:
                static = self._static()
                seen = snapshot(static.values())
                if seen != self._seen:
                    self._files = _planned(self._project, static)
                    self._seen = seen
            return self._files

    def head(self, base: str = "/", language: str = "", nonce: str = "") -> str:
        """Return the tags for a page; ``base`` is the path of the application, with a slash at its end."""
        from pwagen.artifacts.head_tags import head_tags
        from pwagen.artifacts.languages.localized_manifests import manifest_for

        config = self._project.config
        manifest = manifest_for(config, language)
        return "\n".join(head_tags(config, self._project.icons, base, manifest, nonce=nonce))

    @cached_property
    def key_pair(self) -> KeyPair:
        """The key pair to send with: as given, from the environment, or where `pwagen init` puts it.

        Raises PwagenError.
        """
        from pwagen.keyring.key_files import KeyFileError, read_key_pair
        from pwagen.keyring.key_location import key_file_for

        config = self._project.config
        given = self._private_key or (f"env:{KEY_VARIABLE}" if os.environ.get(KEY_VARIABLE) else None)
        place = given or str(key_file_for(self._source.root, config.site, config.app.name))
        try:
            pair = read_key_pair(place)
        except KeyFileError as error:
            raise PwagenError(f"{error} - set {KEY_VARIABLE}") from None
        if config.push and config.push.vapid_public_key != pair.public_key:
            raise PwagenError(
                f"{self._source.name}: push.vapid_public_key is not the public half of the private key - "
                "write the one that `pwagen keys show` prints, or set " + KEY_VARIABLE
            )
        return pair

    def sender_options(self) -> dict[str, Any]:
        """Return what `pwagen.push.send_many` needs; raises PwagenError where something is missing."""
        if not self.contact:
            raise PwagenError(
                "push services require a contact - pass contact=mailto:you@your.domain, "
                f"or set {CONTACT_VARIABLE}"
            )
        return {"key_pairs": self.key_pair, "subject": self.contact}

    def send(
        self, store: Store | None, message: Sendable, user: str | None, topic: str | None
    ) -> list[Outcome]:
        """Send to the subscriptions of a user, of a topic or of all, and keep the outcomes; blocks.

        Raises PwagenError, also if there is no store, since no subscriptions are taken here.
        """
        if store is None:
            raise PwagenError(
                f"{self._source.name}: nobody can subscribe here, so nothing can be sent - "
                "write push: {vapid_public_key: …}, with a key from `pwagen keys generate`, "
                "and no endpoint of another server"
            )
        subscriptions = (row.subscription for row in store.all(user=user, topic=topic))
        return self.send_to(subscriptions, message, store.record)

    def send_to(
        self,
        subscriptions: Iterable[Subscription],
        message: Sendable,
        record: Callable[[list[Outcome]], object],
    ) -> list[Outcome]:
        """Send to subscriptions, and have the outcomes kept by ``record``; blocks. Raises PwagenError."""
        from pwagen.push.delivery.sending import send_many_blocking

        outcomes = send_many_blocking(subscriptions, message, **self.sender_options())
        record(outcomes)
        return outcomes


def refuse_rivals(views: Mapping[str, str]) -> None:
    """Raise PwagenError if a view of the application, named by its path, answers for the app's own scripts.

    Other files, such as a favicon.ico, may stay the application's.
    """
    for name in (OWN_WORKER, *PAGE_SCRIPTS, MANIFEST):
        if view := views.get(f"/{name}"):
            raise PwagenError(f"the view {view} answers /{name} already - remove it: the app brings its own")


def _config_source(
    folders: Sequence[Path], values: Mapping[str, object] | None, settings: str
) -> ConfigSource:
    if values is not None and not isinstance(values, Mapping):
        fix = 'write the tree of pwagen.yaml, such as {"app": {"name": "Shop"}}'
        raise ConfigError([Problem(settings, message="is not a mapping", fix=fix)])
    own = next((folder / CONFIG_NAME for folder in folders if (folder / CONFIG_NAME).exists()), None)
    if own and values is not None:
        message = f"has the app's config, and there is {own} as well"
        raise ConfigError([Problem(settings, message=message, fix="keep one of them")])
    if own is None and values is None:
        message = f"there is no {CONFIG_NAME}"
        # An argument, or a member of the framework's settings.
        other = f"pass {settings}={{…}}" if settings.isidentifier() else f"set {settings}"
        fix = f"`pwagen init` writes one; or {other}"
        raise ConfigError([Problem(str(folders[0]), message=message, fix=fix)])
    file, tree = (own, None) if own else (folders[0] / settings, values)
    setting = "" if own else settings
    return ConfigSource(file, tree, section_defaults={"push": {"endpoint": ENDPOINT}}, setting=setting)


def _planned(project: Project, static: Mapping[str, Path]) -> dict[str, ServedFile]:
    """Return the app's files, whose worker stores the static ones."""
    from pwagen.artifacts.hosting.hosting_headers import headers_for
    from pwagen.artifacts.hosting.hosting_targets import headers_by_name
    from pwagen.artifacts.precache_entry import sha256_base64
    from pwagen.build.plan import plan

    own_headers = headers_by_name(headers_for(project.config))
    planned = plan(replace(project, served_files=stored_files(project.config, static)))
    return {
        artifact.path: ServedFile(
            artifact.content,
            {"Cache-Control": "no-cache", "Content-Type": _content_type(artifact.path)}
            | own_headers.get(artifact.path, {}),
            f'"{sha256_base64(artifact.content)}"',
        )
        for artifact in planned
        if not artifact.path.startswith(FOR_DEVELOPERS)
    }


def _content_type(path: str) -> str:
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
