"""Settings for the chosen host: headers, media types and a content security policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.hosting.hosting_headers import IMMUTABLE, headers_for, policy_for
from pwagen.artifacts.hosting.hosting_targets import HOSTS
from pwagen.names import FOR_DEVELOPERS
from pwagen.render import render, source

if TYPE_CHECKING:
    from pwagen.artifacts.rendered_texts import Render
    from pwagen.config.model import Config

FOLDER = "hosting"
_PRIVATE = tuple(name.rstrip("/") for name in FOR_DEVELOPERS)


def hosting_artifacts(config: Config, render: Render = render) -> tuple[Artifact, ...]:
    """Return the files for ``config.hosting``, below hosting/; none if no host was chosen.

    They are apart from the app's files because such a file often exists already, with more settings.
    """
    if not config.hosting:
        return ()
    host = HOSTS[config.hosting]
    headers = headers_for(config)
    texts = {
        name: render(f"hosting/{template}", headers=headers, immutable=IMMUTABLE, private=_PRIVATE)
        for name, template in host.templates.items()
    }
    texts |= {name: make(headers) for name, make in host.made.items()}
    texts["README.md"] = render(
        "hosting/README.md.jinja",
        name=host.name,
        how=source(f"hosting/{config.hosting}.md"),
        headers=headers,
        fingerprints=host.fingerprints,
        immutable=IMMUTABLE,
        policy=policy_for(config),
        private=_PRIVATE,
    )
    return tuple(Artifact(f"{FOLDER}/{name}", text.encode()) for name, text in sorted(texts.items()))
