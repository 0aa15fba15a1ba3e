"""The sending end of Web Push: keys, messages, encryption, delivery and the store of subscriptions.

from pwagen.push import Message, Subscription, load_key_pair, send

outcome = await send(
    Subscription.from_json(posted),
    Message(title="High water at noon", navigate="https://harbour.news/tides/"),
    key_pairs=load_key_pair(Path("vapid-private.pem").read_bytes()),
    subject="mailto:push@harbour.news",
)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pwagen.imports.lazy import lazy_attributes

__all__ = [
    "Action",
    "Broadcast",
    "EndpointPolicy",
    "KeyPair",
    "Message",
    "Outcome",
    "RawMessage",
    "RetryPolicy",
    "Sender",
    "Status",
    "Store",
    "Subscription",
    "generate_key_pair",
    "load_key_pair",
    "parse_message",
    "send",
    "send_blocking",
    "send_many",
    "send_many_blocking",
    "send_to_store",
]

if TYPE_CHECKING:
    from pwagen.keys.key_pair import KeyPair, generate_key_pair, load_key_pair
    from pwagen.push.delivery.sender import Sender
    from pwagen.push.delivery.sending import send, send_blocking, send_many, send_many_blocking
    from pwagen.push.messages.message import Message
    from pwagen.push.messages.message_json import parse_message
    from pwagen.push.messages.notification import Action
    from pwagen.push.messages.raw_message import RawMessage
    from pwagen.push.storage.broadcast import Broadcast
    from pwagen.push.storage.store import Store
    from pwagen.push.storage.store_sending import send_to_store
    from pwagen.push.subscription import Subscription
    from pwagen.push.transport.endpoints import EndpointPolicy
    from pwagen.push.transport.outcome import Outcome, Status
    from pwagen.push.transport.retry import RetryPolicy
else:
    __getattr__ = lazy_attributes(
        __name__,
        "send",
        {
            "pwagen.keys.key_pair": ("KeyPair", "generate_key_pair", "load_key_pair"),
            "pwagen.push.delivery.sender": ("Sender",),
            "pwagen.push.delivery.sending": ("send", "send_blocking", "send_many", "send_many_blocking"),
            "pwagen.push.messages.message": ("Message",),
            "pwagen.push.messages.message_json": ("parse_message",),
            "pwagen.push.messages.notification": ("Action",),
            "pwagen.push.messages.raw_message": ("RawMessage",),
            "pwagen.push.storage.broadcast": ("Broadcast",),
            "pwagen.push.storage.store": ("Store",),
            "pwagen.push.storage.store_sending": ("send_to_store",),
            "pwagen.push.subscription": ("Subscription",),
            "pwagen.push.transport.endpoints": ("EndpointPolicy",),
            "pwagen.push.transport.outcome": ("Outcome", "Status"),
            "pwagen.push.transport.retry": ("RetryPolicy",),
        },
    )
