"""The packages of pwagen's extras: whether they are there, and which command installs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from importlib.metadata import Distribution


def require(what: str, extra: str, *modules: str) -> None:
    """Raise `PwagenError` if a module of an extra is missing that ``what`` needs, with how to install it."""
    from importlib.util import find_spec

    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise PwagenError(_needs(what, extra, missing))


@contextmanager
def extra_for(what: str, extra: str) -> Iterator[None]:
    """Say with an ImportError how to install the extra, if an import inside lacks somebody else's module."""
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module in ("", "pwagen"):
            raise
        raise ImportError(_needs(what, extra, [module]), name=error.name) from None


def install_command(extra: str, pwagen: Distribution | None = None) -> str:
    """Return the command that adds an extra to the pwagen that runs, from the source that it came from.

    Installers note that source, unless it was an index (PEP 610):
    https://packaging.python.org/en/latest/specifications/direct-url/
    """
    import shlex

    return shlex.join(["pip", "install", *_requirement(extra, _source_of(pwagen))])


def _needs(what: str, extra: str, missing: list[str]) -> str:
    which = f"{' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed"
    return f"{what} needs {which} - {install_command(extra)}"


def _source_of(pwagen: Distribution | None) -> dict[str, Any] | None:
    """Return the record of where pwagen was installed from, None for an index."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        record = (pwagen or distribution("pwagen")).read_text("direct_url.json")
    except PackageNotFoundError:  # a clone that is on the path, and not installed
        return {"url": Path(__file__).parents[2].as_uri(), "dir_info": {"editable": True}}
    return json.loads(record) if record else None


def _requirement(extra: str, source: dict[str, Any] | None) -> list[str]:
    from urllib.parse import unquote, urlsplit

    name = f"pwagen[{extra}]"
    if source is None:
        return [name]
    url = source["url"]
    if "dir_info" in source:
        editable = ["-e"] if source["dir_info"].get("editable") else []
        return [*editable, f"{unquote(urlsplit(url).path)}[{extra}]"]
    if "vcs_info" in source:
        vcs = source["vcs_info"]
        return [f"{name} @ {vcs['vcs']}+{url}@{vcs['commit_id']}"]
    return [f"{name} @ {url}"]
