"""Subscriptions in the admin: looked at and removed, never made by hand."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from pwagen.integrations.django.models import PushSubscription


@admin.register(PushSubscription)
class PushSubscriptionAdmin(admin.ModelAdmin):
    """The list; keys and endpoints are secrets of the browsers, and are not shown."""

    list_display = ("user", "service", "created", "last_seen", "failures", "last_failure")
    list_filter = ("created", "gone_since")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = readonly_fields = (
        "user",
        "service",
        "created",
        "last_seen",
        "failures",
        "last_failure",
        "gone_since",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: browsers make them."""
        return False
