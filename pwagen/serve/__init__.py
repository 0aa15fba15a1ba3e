"""Subscriptions over HTTP, and the dev server with its console. Needs pwagen[serve].

from pwagen.push import Store
from pwagen.serve import subscription_routes

app = Starlette(routes=subscription_routes(Store("subscriptions.db"), user=signed_in_user))
"""

from __future__ import annotations

from pwagen.serve.rate_limit import RateLimit
from pwagen.serve.subscription_endpoint import Change, claimed_topics, claimed_user, subscription_routes

__all__ = ["Change", "RateLimit", "claimed_topics", "claimed_user", "subscription_routes"]
