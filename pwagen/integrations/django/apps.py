"""How Django finds the app."""

from __future__ import annotations

from django.apps import AppConfig


class PwagenAppConfig(AppConfig):
    """Registers the system checks and what happens at log-in and log-out."""

    name = "pwagen.integrations.django"
    label = "pwagen"
    verbose_name = "Web push"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import what registers itself."""
        from pwagen.integrations.django import log_ins, system_checks  # noqa: F401
