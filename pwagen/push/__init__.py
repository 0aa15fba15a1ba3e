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
    from pwagen.push.broadcast import Broadcast as Broadcast
    from pwagen.push.endpoints import EndpointPolicy as EndpointPolicy
    from pwagen.push.keys import KeyPair as KeyPair
    from pwagen.push.keys import generate_key_pair as generate_key_pair
    from pwagen.push.keys import load_key_pair as load_key_pair
    from pwagen.push.message import Action as Action
    from pwagen.push.message import Message as Message
    from pwagen.push.message import parse_message as parse_message
    from pwagen.push.outcome import Outcome as Outcome
    from pwagen.push.outcome import Status as Status
    from pwagen.push.request import RawMessage as RawMessage
    from pwagen.push.retry import RetryPolicy as RetryPolicy
    from pwagen.push.sender import Sender as Sender
    from pwagen.push.sending import send as send
    from pwagen.push.sending import send_blocking as send_blocking
    from pwagen.push.sending import send_many as send_many
    from pwagen.push.sending import send_many_blocking as send_many_blocking
    from pwagen.push.store import Store as Store
    from pwagen.push.store_sending import send_to_store as send_to_store
    from pwagen.push.subscription import Subscription as Subscription

_HOMES = {
    "broadcast": ("Broadcast",),
    "endpoints": ("EndpointPolicy",),
    "keys": ("KeyPair", "generate_key_pair", "load_key_pair"),
    "message": ("Action", "Message", "parse_message"),
    "outcome": ("Outcome", "Status"),
    "request": ("RawMessage",),
    "retry": ("RetryPolicy",),
    "sender": ("Sender",),
    "sending": ("send", "send_blocking", "send_many", "send_many_blocking"),
    "store": ("Store",),
    "store_sending": ("send_to_store",),
    "subscription": ("Subscription",),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that none costs a command that doesn't."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
