"""The text of a new pwagen.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pwagen.starter.yaml_text import yaml_value

if TYPE_CHECKING:
    from pwagen.site.fetched_data import FetchedData


@dataclass(frozen=True)
class Start:
    """The contents of a new pwagen.yaml: manifest members, and paths relative to it.

    ``drawn`` is the content of ``icon`` where that has to be written first, ``icon_files`` are icons that
    exist already, ``monogram`` stands in where there are none, ``worker`` is a worker of the site's own,
    ``app_shell`` the page of an application of one page, ``fetched_data`` is what the site's scripts fetch,
    ``unused_files`` are globs of files that they never load.
    """

    app: dict[str, Any]
    icon: str | None = None
    maskable: str | None = None
    drawn: bytes | None = None
    icon_files: tuple[dict[str, Any], ...] = ()
    monogram: dict[str, str] | None = None
    site: str | None = None
    unbuilt: str | None = None
    generator: str | None = None
    app_shell: str | None = None
    worker: str | None = None
    fetched_data: tuple[FetchedData, ...] = ()
    unused_files: tuple[str, ...] = ()
    inject: dict[str, str] = field(default_factory=dict)


def document(start: Start, public_key: str, key_file: str) -> str:
    """Return pwagen.yaml, commented, with only what differs from the defaults."""
    from pwagen.render import render

    return render(
        "pwagen.yaml.jinja",
        app={name: _member(value) for name, value in start.app.items()},
        title=yaml_value(start.app["name"]),
        icon=start.icon and yaml_value(start.icon),
        maskable=start.maskable and yaml_value(start.maskable),
        icon_files=[yaml_value(file) for file in start.icon_files],
        monogram=start.monogram and yaml_value(start.monogram),
        site=start.site and yaml_value(start.site),
        unbuilt=start.unbuilt and yaml_value(start.unbuilt),
        generator=start.generator,
        has_offline=bool(start.app_shell or start.fetched_data or start.unused_files),
        app_shell=start.app_shell and yaml_value(start.app_shell),
        data_globs=_value([glob for data in start.fetched_data for glob in data.globs]),
        data_purposes=" and ".join(dict.fromkeys(data.purpose for data in start.fetched_data if data.globs)),
        unused_files=_value(start.unused_files),
        ignore_params=_ignored(start.fetched_data),
        worker=start.worker and yaml_value(start.worker),
        inject=start.inject,
        public_key=yaml_value(public_key),
        key_file=_comment(key_file),
    )


def _value(values: Sequence[str]) -> str | None:
    return yaml_value(list(values)) if values else None


def _ignored(fetched: Iterable[FetchedData]) -> str | None:
    """Return the parameters that change no page, None if they are the default."""
    from pwagen.config.model import Offline

    names = dict.fromkeys(name for data in fetched for name in data.parameters)
    return yaml_value([*Offline().ignore_params, *names]) if names else None


def _comment(text: str) -> str:
    """Return a text that stays within its comment: on one line, printable."""
    return "".join(character if character.isprintable() else " " for character in text)


def _member(value: Any) -> str:
    """Return a member's value after its colon; lists of mappings one below the other."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return "".join(f"\n    - {yaml_value(item)}" for item in value)
    return f" {yaml_value(value)}"
