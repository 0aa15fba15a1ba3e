"""Run inside of the Django project, by test_django.py: each mistake is named, with what to write."""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path, re_path

from pwagen.integrations.django import project_app, send_push
from pwagen.integrations.django.models import PushSubscription
from pwagen.integrations.django.system_checks import check_app
from pwagen.keys import base64url
from pwagen.keys.key_pair import generate_key_pair
from pwagen.push import Message

SETTINGS_FILE = sys.modules[settings.SETTINGS_MODULE].__file__


def below(*patterns: Any) -> Any:
    """Return settings whose addresses are these."""
    module = ModuleType(f"urls_{len(sys.modules)}")
    module.__file__ = "shop/other_urls.py"
    module.urlpatterns = patterns  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    return override_settings(ROOT_URLCONF=module.__name__)


def checked() -> Sequence[tuple[str, str]]:
    """Return what `manage.py check` says, as (id, sentence and hint)."""
    return [(message.id, f"{message.msg} - {message.hint}") for message in check_app(None)]


def head() -> str:
    """Return the tags, as a page has them."""
    template = engines["django"].from_string("{% load pwagen_tags %}{% pwagen_head %}")
    return str(template.render({}, RequestFactory().get("/")))


def error_of(work: Any) -> str:
    """Return the error of a function: its kind and sentence."""
    try:
        work()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError


OURS = "pwagen.integrations.django.urls"
assert checked() == []

# No addresses, or others than the root's.
with below():
    ((kind, text),) = checked()
    assert kind == "pwagen.E002"
    assert "the app's files have no addresses" in text, text
    assert 'shop/other_urls.py: write path("", include("pwagen.integrations.django.urls"))' in text, text
    assert error_of(head).startswith("ImproperlyConfigured: "), error_of(head)
    assert "shop/other_urls.py: write path(" in error_of(head)
with below(path("pwa/", include(OURS))):
    ((kind, text),) = checked()
    assert kind == "pwagen.W003"
    assert "at /pwa/sw.js, so that it is in charge of /pwa/ alone" in text, text
    assert 'shop/other_urls.py: write path("", include("pwagen.integrations.django.urls"))' in text, text
with below(*i18n_patterns(path("", include(OURS)))):
    ((kind, text),) = checked()
    assert kind == "pwagen.W003"
    assert "outside of i18n_patterns, above them" in text, text
with below(re_path("^(.*)$", lambda request, rest: HttpResponse(rest)), path("", include(OURS))):
    ((kind, text),) = checked()
    assert kind == "pwagen.E004"
    assert "another pattern answers /sw.js" in text, text
    assert "shop/other_urls.py: write path" in text, text
    assert "above" in text, text
with below(path("", include("pwagen.integrations.django"))):
    assert checked() == [], "without .urls is fine, too"

# No template with the tag: a loaded library, a variable of that name and a comment are none.
with TemporaryDirectory() as folder:
    base = Path(folder, "base.html")
    base.write_text("{% load pwagen_tags %}\n{# {% pwagen_head %} #}\n<head>{{ pwagen_head }}</head>")
    Path(folder, "help.html").write_text('<html><head></head></html><!-- {% extends "help.html" %} -->')
    Path(folder, "page.html").write_text('{% extends "base.html" %}')
    Path(folder, "parcel_mail.html").write_text("<head></head>")
    engine = {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [folder]}
    with override_settings(TEMPLATES=[engine]):
        ((kind, text),) = checked()
        assert kind == "pwagen.W004"
        assert f"{base}:3: write {{% load pwagen_tags %}}{{% pwagen_head %}} into the <head>" in text, text
        base.write_text("<head>{%- pwagen_head %}</head>".replace("{%-", "{%"))
        assert checked() == []
        base.write_text('<head><script src="{% url "pwagen:register.js" %}"></script></head>')
        assert checked() == [], "the script is linked without the tag"
    jinja = {"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [folder], "NAME": "other"}
    base.write_text("<head></head>")
    with override_settings(TEMPLATES=[engine, jinja]):
        assert checked() == [], "the other engine may have tags of its own"
    Path(settings.BASE_DIR, "add_tags.py").write_text("class AddTags:\n    tags = 'pwagen_head'\n")
    with override_settings(TEMPLATES=[engine], MIDDLEWARE=["add_tags.AddTags"]):
        assert checked() == [], "the middleware adds the tags"

# A config that is broken, seen by a page.
with override_settings(PWAGEN={"app": {}}):
    project_app.web_app.cache_clear()
    assert "has the app's config, and there is" in error_of(head), error_of(head)
project_app.web_app.cache_clear()

# No config, and topics of a function that there isn't.
config = Path(settings.BASE_DIR, "pwagen.yaml")
config.rename("elsewhere.yaml")
((kind, text),) = checked()
assert kind == "pwagen.E001"
assert "there is no pwagen.yaml" in text, text
Path("elsewhere.yaml").rename(config)
project_app.web_app.cache_clear()
with override_settings(PWAGEN_TOPICS="shop.views.topics_off"):
    ((kind, text),) = checked()
    assert kind == "pwagen.E003"
    assert "settings.PWAGEN_TOPICS: " in text, text
    assert "write a list of topics, or the path of a function" in text, text

# No contact, no key: what is missing is named alone.
with override_settings(PWAGEN_VAPID_SUBJECT=None):
    project_app.web_app.cache_clear()
    ((kind, text),) = checked()
    assert kind == "pwagen.W002"
    assert "nothing can be sent: push services require a contact" in text, text
    assert f'{SETTINGS_FILE}: write PWAGEN_VAPID_SUBJECT = "mailto:you@your.domain"' in text, text
    assert error_of(lambda: call_command("pwagen", "check")).startswith("SystemCheckError: ")
with override_settings(PWAGEN_VAPID_SUBJECT=None, DEFAULT_FROM_EMAIL="Shop <post@harbour.news>"):
    project_app.web_app.cache_clear()
    assert checked() == []
    assert project_app.web_app().contact == "mailto:post@harbour.news"
with override_settings(PWAGEN_VAPID_PRIVATE_KEY="nowhere.pem"):
    project_app.web_app.cache_clear()
    ((kind, text),) = checked()
    assert kind == "pwagen.W002"
    assert "nowhere.pem" in text, text
    assert "PWAGEN_VAPID_SUBJECT" not in text, text
    assert f"{SETTINGS_FILE}: write PWAGEN_VAPID_PRIVATE_KEY" in text, text
project_app.web_app.cache_clear()

# No migration: for the server's log, for code that sends, and for the command.
with connection.schema_editor() as editor:
    for model in (PushSubscription.topics.rel.related_model, PushSubscription):
        editor.delete_model(model)
lines: list[str] = []
handler = logging.Handler()
handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
logging.getLogger("pwagen").addHandler(handler)
keys = {"p256dh": generate_key_pair().public_key, "auth": base64url.encode(b"a" * 16)}
answer = Client().post(
    "/api/push/subscriptions",
    {"subscription": {"endpoint": "https://fcm.googleapis.com/fcm/send/one", "keys": keys}},
    "application/json",
    headers={"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"},
)
assert answer.status_code == 503
assert any("run `python manage.py migrate`" in line for line in lines), lines
ada = get_user_model()(pk=1)
assert "run `python manage.py migrate`" in error_of(lambda: send_push(ada, Message(title="High tide")))
try:
    call_command("pwagen", "send", "High tide", "--all")
except CommandError as error:
    assert "run `python manage.py migrate`" in str(error), error
else:
    raise AssertionError
print("all is well")
