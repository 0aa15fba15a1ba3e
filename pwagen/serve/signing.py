"""With which key the dev server sends, or why it cannot."""

from __future__ import annotations

from dataclasses import dataclass, field

from pwagen.build.project import Project
from pwagen.errors import PwagenError
from pwagen.keyring.key_files import read_key_pair
from pwagen.keyring.key_location import key_file_for, shown_path
from pwagen.keys.key_pair import KeyPair
from pwagen.push.crypto.contact import checked_contact
from pwagen.push.transport.endpoints import PUSH_SERVICES, EndpointPolicy


@dataclass(frozen=True)
class Signing:
    """The options of the command line.

    `key` is a file or env:NAME, None for the file that `pwagen init` wrote. `push_origin` replaces the
    origin of every endpoint, so that tests reach a push service on this machine. `services` are hosts
    beside those of the large vendors.
    """

    key: str | None = None
    subject: str | None = None
    push_origin: str | None = None
    services: tuple[str, ...] = ()

    @property
    def policy(self) -> EndpointPolicy:
        """Return the policy of allowed endpoints."""
        return EndpointPolicy((*PUSH_SERVICES, *self.services), loopback=self.push_origin is not None)


@dataclass(frozen=True)
class Signer:
    """The key pair and the contact of the sender."""

    key_pair: KeyPair = field(repr=False)
    subject: str


def find_signer(project: Project, signing: Signing) -> Signer | str:
    """Return the signer, or a sentence that says what is missing and what to do."""
    try:
        return _signer(project, signing)
    except PwagenError as error:
        return str(error)


def _signer(project: Project, signing: Signing) -> Signer | str:
    push = project.config.push
    if push is None:
        return "pwagen.yaml has no push section - write push: {vapid_public_key: …}; pwagen init makes a pair"
    place = key_file_for(project.root, project.config.site, project.config.app.name)
    location = shown_path(place, project.root)
    if not signing.key and not place.exists():
        return (
            f"there is no private key in {location} - start with --key FILE; or, to have a new pair, "
            "run pwagen keys generate and put its public half into pwagen.yaml"
        )
    pair = read_key_pair(signing.key or str(place))
    if pair.public_key != push.vapid_public_key:
        return (
            f"{'the given key' if signing.key else location} is not the other half of push.vapid_public_key "
            "in pwagen.yaml, and push services would refuse it - start with --key FILE, or put its public "
            "half into pwagen.yaml"
        )
    if not signing.subject:
        return "push services require a contact - start with --subject mailto:you@your.domain"
    return Signer(pair, checked_contact(signing.subject))
