"""What a worker does; here in the process that asks for it."""

from celery import Celery
from django.contrib.auth import get_user_model

from pwagen.integrations.django import send_push
from pwagen.push import Message

app = Celery("shop", set_as_current=False)
app.conf.task_always_eager = True


@app.task
def notify(key):
    outcomes = send_push(get_user_model().objects.get(pk=key), Message(title="From a task"))
    return ", ".join(outcome.status.value for outcome in outcomes)
