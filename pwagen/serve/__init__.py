"""Subscriptions over HTTP, and the dev server with its console. Needs pwagen[serve].

from pwagen.push import Store
from pwagen.serve import subscription_routes

app = Starlette(routes=subscription_routes(Store("subscriptions.db"), user=signed_in_user))
"""

from __future__ import annotations

from pwagen.serve.subscriptions import Change as Change
from pwagen.serve.subscriptions import claimed_topics as claimed_topics
from pwagen.serve.subscriptions import claimed_user as claimed_user
from pwagen.serve.subscriptions import subscription_routes as subscription_routes
