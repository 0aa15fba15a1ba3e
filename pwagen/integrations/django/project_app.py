"""The app of the Django project: its config, and the static files that its worker stores."""

from __future__ import annotations

import os
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import get_script_prefix

from pwagen.integrations.web_app import CONTACT_VARIABLE, KEY_VARIABLE, WebApp
from pwagen.push.crypto.contact import ContactError, checked_contact

SETTING = "PWAGEN"
"""The setting that may have the tree of pwagen.yaml."""


@cache
def web_app() -> WebApp:
    """Return the app of pwagen.yaml in BASE_DIR, or of settings.PWAGEN; raises ConfigError."""
    return WebApp(
        [Path(getattr(settings, "BASE_DIR", "."))],
        getattr(settings, SETTING, None),
        f"settings.{SETTING}",
        _static,
        private_key=getattr(settings, KEY_VARIABLE, None),
        contact=getattr(settings, CONTACT_VARIABLE, None) or _from_mail(),
    )


def _from_mail() -> str | None:
    """Return the address that the project's e-mail comes from, None if push services would refuse it."""
    if os.environ.get(CONTACT_VARIABLE) or not settings.is_overridden("DEFAULT_FROM_EMAIL"):
        return None
    try:
        return checked_contact(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    except ContactError:
        return None


def _static() -> dict[str, Path]:
    """Return the project's static files by path, under the hashed names that pages use."""
    if "django.contrib.staticfiles" not in settings.INSTALLED_APPS:
        return {}
    own = Path(django.__file__).parent
    files = {}
    for finder in get_finders():
        for name, storage in finder.list([]):
            source = Path(storage.path(name))
            # The admin's are for few, and more than all others together.
            if own in source.parents:
                continue
            if (path := _served_at(name)) is not None:
                files[path] = _served_file(path, source)
    return files


def _served_at(name: str) -> str | None:
    """Return the path of a static file below the application, None if it isn't served there."""
    try:
        address = urlsplit(staticfiles_storage.url(name))
    except ValueError:  # not collected yet
        return None
    path, prefix = unquote(address.path), get_script_prefix()
    # Beside the application there may be files of the same name.
    is_here = not address.netloc and path.startswith(prefix)
    return path.removeprefix(prefix).lstrip("/") if is_here else None


def _served_file(path: str, source: Path) -> Path:
    """Return the collected file, in which addresses are those of other hashed files, if there is one."""
    prefix = urlsplit(settings.STATIC_URL).path.removeprefix(get_script_prefix()).lstrip("/")
    if settings.STATIC_ROOT and not settings.DEBUG:
        collected = Path(settings.STATIC_ROOT, path.removeprefix(prefix))
        if collected.is_file():
            return collected
    return source
