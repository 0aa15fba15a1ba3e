"""The app's addresses: ``path("", include("pwagen.integrations.django.urls"))`` in the project's urls.py."""

from __future__ import annotations

from django.urls import path

from pwagen.errors import PwagenError
from pwagen.integrations.django import views
from pwagen.integrations.django.project_app import web_app

app_name = "pwagen"
urlpatterns = []
try:
    urlpatterns = [
        path(name, views.app_file, {"name": name}, name=name.replace("/", "-")) for name in web_app().files()
    ]
    if web_app().endpoint:
        urlpatterns.append(path(web_app().endpoint, views.subscriptions, name="subscriptions"))
except PwagenError:
    # `manage.py check`, which every command runs, says what is wrong with the config.
    pass
