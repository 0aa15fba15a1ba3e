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

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pwagen.keys.key_pair import KeyPair as KeyPair
    from pwagen.keys.key_pair import generate_key_pair as generate_key_pair
    from pwagen.keys.key_pair import load_key_pair as load_key_pair
    from pwagen.push.delivery.sender import Sender as Sender
    from pwagen.push.delivery.sending import send as send
    from pwagen.push.delivery.sending import send_blocking as send_blocking
    from pwagen.push.delivery.sending import send_many as send_many
    from pwagen.push.delivery.sending import send_many_blocking as send_many_blocking
    from pwagen.push.messages.message import Message as Message
    from pwagen.push.messages.message_json import parse_message as parse_message
    from pwagen.push.messages.notification import Action as Action
    from pwagen.push.messages.raw_message import RawMessage as RawMessage
    from pwagen.push.storage.broadcast import Broadcast as Broadcast
    from pwagen.push.storage.store import Store as Store
    from pwagen.push.storage.store_sending import send_to_store as send_to_store
    from pwagen.push.subscription import Subscription as Subscription
    from pwagen.push.transport.endpoints import EndpointPolicy as EndpointPolicy
    from pwagen.push.transport.outcome import Outcome as Outcome
    from pwagen.push.transport.outcome import Status as Status
    from pwagen.push.transport.retry import RetryPolicy as RetryPolicy

_HOMES = {
    "pwagen.keys.key_pair": ("KeyPair", "generate_key_pair", "load_key_pair"),
    "pwagen.push.delivery.sender": ("Sender",),
    "pwagen.push.delivery.sending": ("send", "send_blocking", "send_many", "send_many_blocking"),
    "pwagen.push.messages.message": ("Message",),
    "pwagen.push.messages.message_json": ("parse_message",),
    "pwagen.push.messages.notification": ("Action",),
    "pwagen.push.storage.broadcast": ("Broadcast",),
    "pwagen.push.storage.store": ("Store",),
    "pwagen.push.storage.store_sending": ("send_to_store",),
    "pwagen.push.subscription": ("Subscription",),
    "pwagen.push.transport.endpoints": ("EndpointPolicy",),
    "pwagen.push.transport.outcome": ("Outcome", "Status"),
    "pwagen.push.messages.raw_message": ("RawMessage",),
    "pwagen.push.transport.retry": ("RetryPolicy",),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that none costs a command that doesn't."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
