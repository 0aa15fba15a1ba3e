"""The files of a Django project that its developer edits, to be named where something is wrong."""

from __future__ import annotations

import os
import sys

from django.conf import ENVIRONMENT_VARIABLE, settings

APP = "pwagen.integrations.django"
INCLUDE = f'path("", include("{APP}.urls"))'


def settings_file() -> str:
    """Return the file of the settings, or what stands for it where there is none."""
    return _file(os.environ.get(ENVIRONMENT_VARIABLE), "your settings")


def urls_file() -> str:
    """Return the file of the root's urlpatterns."""
    return _file(settings.ROOT_URLCONF, "your urls.py")


def _file(module: object, otherwise: str) -> str:
    loaded = sys.modules.get(module) if isinstance(module, str) else None
    return getattr(loaded, "__file__", None) or otherwise
