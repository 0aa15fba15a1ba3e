"""Subscriptions in the admin: looked at and removed, never made by hand."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from pwagen.integrations.django.models import PushSubscription


@admin.register(PushSubscription)
class PushSubscriptionAdmin(admin.ModelAdmin):
    """The list; keys and endpoints are secrets of the browsers, and are not shown."""

    list_display = ("user", "service", "of_topics", "created", "last_seen", "failures", "last_failure")
    list_filter = ("topics__name", "created", "gone_since")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = readonly_fields = (
        "user",
        "service",
        "of_topics",
        "created",
        "last_seen",
        "failures",
        "last_failure",
        "gone_since",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PushSubscription]:
        """Return the rows of the list; all of their topics are read at once."""
        rows: QuerySet[PushSubscription] = super().get_queryset(request).prefetch_related("topics")
        return rows

    @admin.display(description="topics")
    def of_topics(self, subscription: PushSubscription) -> str:
        """Return the names of its topics."""
        return ", ".join(subscription.topic_names)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: browsers make them."""
        return False
