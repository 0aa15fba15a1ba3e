"""What commands need beyond the package's own dependencies."""

from __future__ import annotations

from pwagen.errors import PwagenError


def require_browser(command: str, *more: str) -> None:
    """Raise `PwagenError` if the extra ``test`` is not installed, with how to install it."""
    from importlib.util import find_spec

    missing = [name for name in ("playwright", "aiohttp", *more) if find_spec(name) is None]
    if missing:
        raise PwagenError(f"pwagen {command} needs {', '.join(missing)}: pip install 'pwagen[test]'")
