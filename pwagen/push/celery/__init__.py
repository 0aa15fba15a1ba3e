"""Broadcasts by Celery workers: tasks that an application adds to its own Celery app.

from pwagen.push.celery import add_tasks

push = add_tasks(app, store="postgresql://push@db/harbour", key_pairs=keys, contact="mailto:…")
push.broadcast.delay("noon", {"title": "High water", "navigate": "https://harbour.news/tides/"})

Celery hands out ranges, retries them later and survives its workers; the store knows who has the message.
Tasks are acknowledged late: a range whose worker was killed comes back, with Redis after
`visibility_timeout`, an hour unless it is set (https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html).
"""

from pwagen.push.celery.push_tasks import PushTasks as PushTasks
from pwagen.push.celery.push_tasks import add_tasks as add_tasks
