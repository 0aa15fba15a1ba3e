"""A push service on loopback that Chromium and Firefox take for their vendor's."""

from pwagen.testing.push_service.records import ReceivedMessage, Refusal, SubscriptionRecord
from pwagen.testing.push_service.service import PushService, PushServiceError

__all__ = ["PushService", "PushServiceError", "ReceivedMessage", "Refusal", "SubscriptionRecord"]
