"""The subscriptions and their topics, in the application's own database."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from pwagen.integrations.django.edited_files import APP, settings_file
from pwagen.push.subscription import Subscription

if not apps.is_installed(APP):
    raise ImproperlyConfigured(f'{settings_file()}: INSTALLED_APPS lacks the app - write "{APP}" into it')

MAX_TOPIC = 255
"""Characters of a topic, as the endpoint takes them."""


class PushSubscription(models.Model):
    """A browser that takes messages, and whose it is."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="push_subscriptions"
    )
    endpoint = models.TextField(editable=False)
    # Not every database has unique texts of any length.
    endpoint_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    p256dh = models.BinaryField()
    auth = models.BinaryField()
    created = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    last_failure = models.TextField(blank=True)
    gone_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The order in which they came."""

        ordering = ("pk",)

    def __str__(self) -> str:
        """Return which push service it is at, and whose it is."""
        return f"{self.service} of {self.user or 'nobody'}"

    @property
    def topic_names(self) -> list[str]:
        """The topics that it is for, in order."""
        return sorted(topic.name for topic in self.topics.all())

    @property
    def service(self) -> str:
        """The host of the push service."""
        return str(self.endpoint).split("/")[2] if "//" in self.endpoint else ""

    @property
    def subscription(self) -> Subscription:
        """The subscription, to send to."""
        return Subscription(self.endpoint, bytes(self.p256dh), bytes(self.auth))


class SubscriptionTopic(models.Model):
    """What a subscription is for."""

    subscription = models.ForeignKey(PushSubscription, models.CASCADE, related_name="topics")
    name = models.CharField(max_length=MAX_TOPIC)

    class Meta:
        """A subscription has a topic once; by name, the index finds a topic's subscriptions."""

        constraints = (
            models.UniqueConstraint(fields=("name", "subscription"), name="pwagen_topic_of_subscription"),
        )

    def __str__(self) -> str:
        """Return its name."""
        return str(self.name)
