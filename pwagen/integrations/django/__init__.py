"""The Django app: ``"pwagen.integrations.django"`` in INSTALLED_APPS, and ``send_push`` to send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pwagen.imports.lazy import lazy_attributes

__all__ = ["asend_push", "send_push"]

if TYPE_CHECKING:
    from pwagen.integrations.django.user_messages import asend_push, send_push
else:
    # Models are there once Django has loaded all apps.
    __getattr__ = lazy_attributes(
        __name__,
        "django",
        {
            "pwagen.integrations.django.user_messages": ("asend_push", "send_push"),
            # For an include() that forgets the `.urls`.
            "pwagen.integrations.django.urls": ("app_name", "urlpatterns"),
        },
    )
