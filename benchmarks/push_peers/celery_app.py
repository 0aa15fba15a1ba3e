"""The Celery app of celery_peer.py: pwagen's tasks, and pywebpush in a task as people write it by hand."""

from __future__ import annotations

import json
import os
import ssl
from typing import Any

from celery import Celery

from pwagen.push import EndpointPolicy, load_key_pair
from pwagen.push.celery import add_tasks

# Before the worker's processes are forked, as pwagen's tasks are, so that no task pays for it.
if os.environ["MODE"] != "pwagen":
    import requests
    from py_vapid import Vapid02
    from pywebpush import webpush

ORDER = json.loads(os.environ["ORDER"])

app = Celery("benchmark", broker=os.environ["BROKER"])
app.conf.broker_connection_retry_on_startup = True
app.conf.worker_prefetch_multiplier = 1 if os.environ["MODE"] == "pwagen" else 4
app.conf.task_acks_late = True
app.conf.task_ignore_result = True
if os.environ["MODE"] == "pwagen":
    push = add_tasks(
        app,
        store=os.environ["STORE"],
        key_pairs=load_key_pair(ORDER["privateKey"]),
        contact=ORDER["subject"],
        policy=EndpointPolicy(loopback=True),
        ssl_context=ssl.create_default_context(cafile=ORDER["certificate"]),
    )
_kept: dict[str, Any] = {}


@app.task
def by_hand(subscription: dict[str, Any], data: str, *, session: bool) -> None:
    """Send one message: as pywebpush documents it, or with a session and a key that are kept."""
    if session and not _kept:
        _kept["requests_session"] = requests.Session()
        _kept["vapid_private_key"] = Vapid02.from_raw(ORDER["privateKey"].encode())
    webpush(
        subscription,
        data,
        vapid_claims={"sub": ORDER["subject"]},
        ttl=86400,
        timeout=30,
        **(_kept if session else {"vapid_private_key": ORDER["privateKey"]}),
    )
