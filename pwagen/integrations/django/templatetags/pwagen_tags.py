"""``{% load pwagen_tags %}{% pwagen_head %}`` in the head of the base template."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pwagen.integrations.django.project_app import web_app
from pwagen.names import OWN_WORKER

register = template.Library()


@register.simple_tag(takes_context=True)
def pwagen_head(context: dict[str, Any]) -> SafeString:
    """Return the tags for the head, in the active language, with the nonce of Django or django-csp."""
    base = reverse(f"pwagen:{OWN_WORKER}").removesuffix(OWN_WORKER)
    nonce = context.get("csp_nonce") or getattr(context.get("request"), "csp_nonce", "") or ""
    return mark_safe(web_app().head(base, get_language() or "", str(nonce)))  # noqa: S308 - escaped
