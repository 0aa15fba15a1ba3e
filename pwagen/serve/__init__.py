"""Subscriptions over HTTP, and the dev server with its console. Needs pwagen[serve].

from pwagen.push import Store
from pwagen.serve import subscription_routes

app = Starlette(routes=subscription_routes(Store("subscriptions.db"), user=signed_in_user))
"""

from __future__ import annotations

from pwagen.serve.subscription_endpoint import Change as Change
from pwagen.serve.subscription_endpoint import claimed_topics as claimed_topics
from pwagen.serve.subscription_endpoint import claimed_user as claimed_user
from pwagen.serve.subscription_endpoint import subscription_routes as subscription_routes
