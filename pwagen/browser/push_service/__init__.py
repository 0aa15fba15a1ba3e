"""A push service on loopback that Chromium and Firefox take for their vendor's."""

from pwagen.browser.push_service.records import Message, Refusal, Subscription
from pwagen.browser.push_service.service import PushService, PushServiceError

__all__ = ["Message", "PushService", "PushServiceError", "Refusal", "Subscription"]
