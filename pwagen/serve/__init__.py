"""Subscriptions over HTTP, and the dev server with its console. Needs pwagen[serve].

from pwagen.push import Store
from pwagen.serve import subscription_routes

app = Starlette(routes=subscription_routes(Store("subscriptions.db"), user=signed_in_user))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pwagen.imports.lazy import lazy_attributes

__all__ = [
    "Change",
    "RateLimit",
    "claimed_topics",
    "claimed_user",
    "subscription_routes",
    "subscription_wsgi",
]

if TYPE_CHECKING:
    from pwagen.serve.rate_limit import RateLimit
    from pwagen.serve.subscription_endpoint import Change, claimed_topics, claimed_user, subscription_routes
    from pwagen.serve.wsgi_endpoint import subscription_wsgi
else:
    # The rules of the endpoint are for servers without Starlette, too.
    __getattr__ = lazy_attributes(
        __name__,
        "serve",
        {
            "pwagen.serve.rate_limit": ("RateLimit",),
            "pwagen.serve.subscription_endpoint": (
                "Change",
                "claimed_topics",
                "claimed_user",
                "subscription_routes",
            ),
            "pwagen.serve.wsgi_endpoint": ("subscription_wsgi",),
        },
    )
