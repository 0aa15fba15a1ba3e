"""Run inside of the Django project, by test_django.py: the store, the admin, and who may do what."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import timezone

from pwagen.integrations.django.models import PushSubscription, SubscriptionTopic
from pwagen.integrations.django.orm_store import OrmStore
from pwagen.keys import base64url
from pwagen.keys.key_pair import generate_key_pair
from pwagen.push import Outcome, Status, Subscription
from pwagen.push.storage.store_errors import EndpointTakenError

call_command("migrate", verbosity=0)  # PostgreSQL's database is empty
logging.disable()  # Django reports each refusal with a traceback
User = get_user_model()
POINT = base64url.decode(generate_key_pair().public_key)


def subscription(name: str, auth: bytes = b"a" * 16) -> Subscription:
    """Return a subscription at an endpoint of that name."""
    return Subscription(f"https://fcm.googleapis.com/fcm/send/{name}", POINT, auth)


def row_of(subscription: Subscription) -> PushSubscription:
    """Return what is stored."""
    row = store.get(subscription.endpoint)
    assert row
    return row


def refuses(work: Callable[[], object]) -> bool:
    """Tell whether the store says that the endpoint is somebody else's."""
    try:
        work()
    except EndpointTakenError:
        return True
    return False


ada, store = User.objects.create_superuser("ada"), OrmStore()
one, other = subscription("one"), subscription("two")
store.save(one, user=str(ada.pk), proven=True)
store.save(one, proven=True)
assert row_of(one).user == ada, "the user is kept"
assert refuses(lambda: store.save(subscription("one", b"b" * 16), proven=True))
assert refuses(lambda: store.remove_proven(one.endpoint, b"b" * 16))
assert refuses(lambda: store.remove_proven(one.endpoint, None)), "it is somebody's"
store.replace(one.endpoint, other, proven=True)
assert store.get(one.endpoint) is None
assert row_of(other).user == ada, "the user is inherited"

# Gone once is noted, gone a day later is removed.
gone = Outcome(other.endpoint, Status.GONE, "the subscription has ended")
store.record([gone])
assert row_of(other).failures == 1
store.record([gone])
assert store.get(other.endpoint) is not None
PushSubscription.objects.update(gone_since=timezone.now() - timedelta(days=2))
store.record([gone])
assert store.get(other.endpoint) is None

# The admin shows whose a subscription is, and none of its secrets.
store.save(one, user=str(ada.pk))
client = Client()
client.force_login(ada)
page = client.get("/admin/pwagen/pushsubscription/").content.decode()
assert "ada" in page
assert "fcm.googleapis.com" in page
assert one.endpoint not in page
row = client.get(
    f"/admin/pwagen/pushsubscription/{PushSubscription.objects.get().pk}/change/"
).content.decode()
assert one.endpoint not in row
assert client.get("/admin/pwagen/pushsubscription/add/").status_code == 403

# The endpoint: CSRF tokens are not asked for, other sites are kept out; it follows the session.
strict = Client(enforce_csrf_checks=True)
headers = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
third = subscription("three")
body = {"subscription": third.to_json()}
path = "/api/push/subscriptions"
assert strict.post(path, body, "application/json").status_code == 403
assert strict.post(path, body, "application/json", headers=headers).status_code == 204
assert row_of(third).user is None
strict.force_login(ada)
assert row_of(third).user == ada, "logging in takes the subscription over"
strict.logout()


# Topics: what pages may choose from, kept until they choose again, and inherited by a new subscription.
def topics_of(subscription: Subscription) -> set[str]:
    """Return the topics that are stored."""
    return set(row_of(subscription).topics.values_list("name", flat=True))


def post(method: str, **body: object) -> tuple[int, str]:
    """Return status and text of an answer of the endpoint."""
    answer = strict.generic(method, path, json.dumps(body), "application/json", headers=headers)
    return answer.status_code, answer.content.decode()


fourth, fifth = subscription("four"), subscription("five")
assert post("POST", subscription=fourth.to_json(), topics=["tides", "news", "tides"])[0] == 204
assert topics_of(fourth) == {"tides", "news"}
assert post("POST", subscription=fourth.to_json())[0] == 204
assert topics_of(fourth) == {"tides", "news"}, "nobody has chosen others"
assert post("PUT", old=fourth.to_json(), new=fifth.to_json())[0] == 204
assert topics_of(fifth) == {"tides", "news"}
assert post("POST", subscription=fifth.to_json(), topics=["storms"]) == (
    400,
    '{"error": "there is no topic \\"storms\\" - there are tides, news"}',
)
assert topics_of(fifth) == {"tides", "news"}
assert post("POST", subscription=fifth.to_json(), topics=["tides"])[0] == 204
assert topics_of(fifth) == {"tides"}
with override_settings(PWAGEN_TOPICS="shop.views.topics_for"):
    strict.force_login(ada)
    assert post("POST", subscription=fifth.to_json(), topics=["storms"])[0] == 204
    assert topics_of(fifth) == {"storms", "of ada"}
    strict.logout()
store.save(one, user=str(ada.pk), topics=["tides"])
store.save(other, topics=["tides", "news"])
page = client.get("/admin/pwagen/pushsubscription/", {"topics__name": "news"}).content.decode()
assert "1 push subscription" in page
assert "news, tides" in page
store.remove_proven(other.endpoint, other.auth)
assert not SubscriptionTopic.objects.filter(name="news").exists(), "topics go with their subscription"
print("all is well")
