"""How Django finds the app."""

from __future__ import annotations

from django.apps import AppConfig

from pwagen.imports.optional_packages import extra_for


class PwagenAppConfig(AppConfig):
    """Registers the system checks and what happens at log-in and log-out."""

    name = "pwagen.integrations.django"
    label = "pwagen"
    verbose_name = "Web push"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import what registers itself."""
        with extra_for("pwagen.integrations.django", "django"):
            from pwagen.integrations.django import log_ins, system_checks  # noqa: F401
