"""The helper for Starlette and FastAPI, in a shop with a log-in."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from pwagen.errors import ConfigError
from pwagen.integrations.starlette import StarlettePwagen
from tests.integrations.conftest import HERE
from tests.integrations.shop import free_port, furnish, running, visit_as_a_customer

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.push_service import PushService


@pytest.mark.browser
@pytest.mark.slow
def test_a_customer_of_the_shop(
    chromium: Chromium, push_service: PushService, desktop: Desktop, project: Path
) -> None:
    furnish(project)
    shutil.copytree(HERE / "flask/static", project / "static")
    page = (HERE / "flask/templates/page.html").read_text(encoding="utf-8")
    page = page.replace("filename=", "path='/' ~ ").replace("pwagen_head()", "pwagen_head(request)")
    (project / "templates").mkdir()
    (project / "templates/page.html").write_text(page, encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "main:app", "--host", "localhost", "--port", str(port)]
    with running(command, project, port, push_service) as url:
        visit_as_a_customer(chromium, push_service, desktop, url)


def test_tags_lead_to_the_files_below_any_path(tmp_path: Path) -> None:
    pwagen = StarlettePwagen(Starlette(), folder=tmp_path, config={"app": {"name": "Shop"}})
    request = Request({"type": "http", "root_path": "/shop", "path": "/shop/goods/", "headers": []})
    assert '<script src="/shop/register.js" defer></script>' in pwagen.head(request)


def test_a_mistake_names_the_member(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'config: app.nmae: unknown key - did you mean "name"'):
        StarlettePwagen(Starlette(), folder=tmp_path, config={"app": {"nmae": "Shop"}})
