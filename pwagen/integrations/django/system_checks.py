"""What `manage.py check` says about the app."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.core.checks import CheckMessage, Error, Info, Warning, register
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import NoReverseMatch, get_script_prefix, resolve, reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from pwagen.audit.audit_options import audit_options
from pwagen.audit.audit_run import audit
from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.sources.folder_source import FolderSource
from pwagen.errors import ConfigError, Problem, PwagenError
from pwagen.integrations.django.edited_files import INCLUDE, settings_file, urls_file
from pwagen.integrations.django.project_app import web_app
from pwagen.integrations.django.topic_choice import topic_choice
from pwagen.integrations.django.views import app_file
from pwagen.integrations.untagged_templates import Template, head_without_tag
from pwagen.integrations.web_app import CONTACT_VARIABLE, KEY_VARIABLE, WebApp
from pwagen.names import OWN_WORKER

TAG = "pwagen"

_KINDS = {"error": Error, "warning": Warning, "note": Info}
# What the worker lists and pages link is served by Django, from places that a folder doesn't have.
_TAG = re.compile(r"\{%-?\s*pwagen_head\b")
_OF_FILES = ("manifest-", "icon-", "push-", "click-")


@register(TAG)
def check_app(app_configs: object, **_: Any) -> list[CheckMessage]:
    """Return what is wrong with the config, the addresses, the key and the contact."""
    try:
        app = web_app()
    except ConfigError as error:
        return [_message(problem) for problem in sorted(error.problems)]
    except PwagenError as error:
        return [Error(str(error), id="pwagen.E001")]
    messages: list[CheckMessage] = [Warning(warning, id="pwagen.W001") for warning in app.warnings]
    messages += _of_addresses(app)
    messages += _of_templates()
    try:
        topic_choice()
    except PwagenError as error:
        messages.append(Error(str(error), id="pwagen.E003"))
    if app.endpoint:
        messages += _of_sending(app)
    return messages


@register(TAG)
def check_rules_by_hand(app_configs: object, **_: Any) -> list[CheckMessage]:
    """Return what `check_rules` does in `manage.py check`; runserver, which checks too, needn't wait."""
    by_hand = sys.argv[1:2] == ["check"] and "--deploy" not in sys.argv
    return check_rules(app_configs) if by_hand else []


def _of_addresses(app: WebApp) -> list[CheckMessage]:
    """Return what is wrong with where the worker is, which is in charge of what is beside and below it."""
    try:
        path = reverse(f"pwagen:{OWN_WORKER}")
    except NoReverseMatch:
        hint = f"{urls_file()}: write {INCLUDE} into urlpatterns"
        return [Error("the app's files have no addresses", hint=hint, id="pwagen.E002")]
    inside = f"/{path.removeprefix(get_script_prefix())}"
    if resolve(inside).func is not app_file:
        hint = f"{urls_file()}: write {INCLUDE} above it"
        return [Error(f"another pattern answers {path}", hint=hint, id="pwagen.E004")]
    if inside != f"/{OWN_WORKER}" and not app.has_scope:
        problem = f"the worker is at {path}, so that it is in charge of {path.removesuffix(OWN_WORKER)} alone"
        if is_language_prefix_patterns_used(settings.ROOT_URLCONF)[0] and inside.startswith(
            f"/{get_language()}/"
        ):
            hint = f"{urls_file()}: write {INCLUDE} outside of i18n_patterns, above them"
            return [Warning(problem, hint=hint, id="pwagen.W003")]
        hint = f"{urls_file()}: write {INCLUDE}; or, if that is meant, app: {{scope: …}} into the config"
        return [Warning(problem, hint=hint, id="pwagen.W003")]
    return []


def _of_templates() -> list[CheckMessage]:
    """Return that no template has the tag; other engines than Django's have no such tag to look for."""
    if not all(isinstance(engine, DjangoTemplates) for engine in engines.all()):
        return []
    place = head_without_tag(_templates(), _TAG)
    if place is None or any("pwagen" in _source(path) for path in settings.MIDDLEWARE):
        return []  # a middleware that names us may add the tags to every page
    hint = f"{place}: write {{% load pwagen_tags %}}{{% pwagen_head %}} into the <head>"
    return [
        Warning("no template has the app's tags, so that no page is of the app", hint=hint, id="pwagen.W004")
    ]


def _source(path: str) -> str:
    """Return the module of a middleware as text, "" if there is none to read."""
    try:
        return inspect.getsource(sys.modules[import_string(path).__module__])
    except (ImportError, OSError, TypeError):
        return ""


def _templates() -> Iterator[Template]:
    """Yield the project's own templates, without those of installed packages."""
    for engine in engines.all():
        for folder in map(Path, engine.template_dirs):
            if not {"site-packages", "dist-packages"} & set(folder.parts):
                for file in sorted(folder.rglob("*.html")):
                    text = file.read_text(encoding="utf-8", errors="replace")
                    yield Template(file.relative_to(folder).as_posix(), str(file), text)


def _of_sending(app: WebApp) -> list[CheckMessage]:
    file, problems = settings_file(), []
    if not app.contact:
        hint = f'{file}: write {CONTACT_VARIABLE} = "mailto:you@your.domain"'
        problems.append(("push services require a contact", hint))
    try:
        _ = app.key_pair
    except PwagenError as error:
        hint = (
            f"{file}: write {KEY_VARIABLE} with the private key's file or env:NAME, or set the environment "
            "variable of that name"
        )
        problems.append((str(error), hint))
    return [
        Warning(f"nothing can be sent: {problem}", hint=hint, id="pwagen.W002") for problem, hint in problems
    ]


@register(TAG, deploy=True)
def check_rules(app_configs: object, **_: Any) -> list[CheckMessage]:
    """Return what `pwagen check` finds in the files that the app is made of; pages are Django's own."""
    try:
        app = web_app()
        contents = {path: file.content for path, file in app.files().items()}
        options = audit_options(str(settings.BASE_DIR))
        site = AuditedSite("the app", FolderSource(None, contents), set_up="pwagen")
        findings = audit(site, options.settings)
    except PwagenError:
        return []  # said by `check_app`
    return [
        _KINDS[finding.severity](
            f"{finding.where}: {finding.message}", hint=finding.fix, id=f"pwagen.{finding.rule}"
        )
        for finding in findings
        if finding.rule.startswith(_OF_FILES)
    ]


def _message(problem: Problem) -> CheckMessage:
    return Error(
        str(Problem(problem.path, problem.line, problem.column, problem.message)),
        problem.fix,
        id="pwagen.E001",
    )
