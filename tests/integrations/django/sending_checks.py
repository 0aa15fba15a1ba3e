"""Run by test_django.py: sending from a view that is async, from a signal and from a task.

The push service knows none of the subscriptions, and says so to each of them.
"""

from celery import Celery
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.db.models.signals import post_save
from django.http import HttpResponse
from django.test import AsyncClient
from django.urls import path
from shop import urls

from pwagen.integrations.django import asend_push, send_push
from pwagen.integrations.django.models import PushSubscription
from pwagen.integrations.django.orm_store import OrmStore
from pwagen.keys import base64url
from pwagen.keys.key_pair import generate_key_pair
from pwagen.push import Message, Subscription

MESSAGE = Message(title="Your parcel has left")
User = get_user_model()
ada = User.objects.create_user("ada")
point = base64url.decode(generate_key_pair().public_key)
for name in ("phone", "laptop"):
    endpoint = f"https://fcm.googleapis.com/fcm/send/{name}"
    OrmStore().save(Subscription(endpoint, point, b"a" * 16), user=str(ada.pk))


def states(outcomes):
    """Return what became of the messages."""
    return [outcome.status.value for outcome in outcomes]


async def notify(request):
    """Send to a user, to a queryset of users and to a queryset of subscriptions."""
    user = await User.objects.aget(username="ada")
    answers = [
        states(await asend_push(recipients, MESSAGE))
        for recipients in (user, User.objects.filter(username="ada"), PushSubscription.objects.all())
    ]
    return HttpResponse(repr(answers))


async def ask():
    """Return what the view answers."""
    return (await AsyncClient().get("/notify-all/")).content.decode()


urls.urlpatterns.append(path("notify-all/", notify))
GONE = ["gone", "gone"]


def run_view():
    """Run the view in a loop, as an ASGI server does."""
    import asyncio

    return asyncio.run(ask())


assert run_view() == repr([GONE] * 3)

seen = []


def on_save(sender, instance, **_):
    """Tell everybody of a new group."""
    seen.append(states(send_push(User.objects.all(), MESSAGE)))


post_save.connect(on_save, sender=Group)
Group.objects.create(name="sailors")
assert seen == [GONE]

app = Celery("shop", set_as_current=False)
app.conf.task_always_eager = True


@app.task
def notify_user(key):
    """Send to a user by key, as tasks do."""
    return states(send_push(User.objects.get(pk=key), MESSAGE))


assert notify_user.delay(ada.pk).get() == GONE

# To a topic: of everybody, of a user, of a list.
OrmStore().save(Subscription(endpoint, point, b"a" * 16), topics=["tides"])
assert states(send_push(PushSubscription.objects.all(), MESSAGE, topic="tides")) == ["gone"]
assert states(send_push(ada, MESSAGE, topic="tides")) == ["gone"]
assert states(send_push([ada], MESSAGE, topic="news")) == []

# A guest has no subscriptions, and is not everybody.
for nobody in (None, AnonymousUser()):
    try:
        send_push(nobody, MESSAGE)
    except TypeError as error:
        assert "takes a user, a queryset or list of users" in str(error), error
    else:
        raise AssertionError
print("all is well")
