"""``{% load pwagen_tags %}{% pwagen_head %}`` in the head of the base template."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pwagen.integrations.django.edited_files import INCLUDE, urls_file
from pwagen.integrations.django.project_app import web_app
from pwagen.names import OWN_WORKER

register = template.Library()


@register.simple_tag(takes_context=True)
def pwagen_head(context: dict[str, Any]) -> SafeString:
    """Return the tags for the head, in the active language, with the nonce of Django or django-csp."""
    app = web_app()  # which says what is wrong with a config, for which there are no addresses
    try:
        base = reverse(f"pwagen:{OWN_WORKER}").removesuffix(OWN_WORKER)
    except NoReverseMatch:
        problem = f"the app's files have no addresses - {urls_file()}: write {INCLUDE} into urlpatterns"
        raise ImproperlyConfigured(problem) from None
    nonce = context.get("csp_nonce") or getattr(context.get("request"), "csp_nonce", "") or ""
    return mark_safe(app.head(base, get_language() or "", str(nonce)))  # noqa: S308 - escaped
