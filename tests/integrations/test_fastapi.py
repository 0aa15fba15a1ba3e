"""The helper for Starlette and FastAPI, in a shop with a log-in."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.templating import Jinja2Templates

from pwagen.errors import ConfigError, PwagenError
from pwagen.integrations.starlette import StarlettePwagen
from pwagen.keys import base64url
from pwagen.keys.key_pair import generate_key_pair
from tests.integrations.conftest import HERE
from tests.integrations.shop import free_port, furnish, running, visit_as_a_customer
from tests.serve.serving import serving_app

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.push_service import PushService

# Importing FastAPI alone isn't quick; what the helper shares with Flask's extension is in that one's tests.
pytestmark = pytest.mark.slow


@pytest.mark.browser
def test_a_customer_of_the_shop_below_a_path(
    chromium: Chromium, push_service: PushService, desktop: Desktop, project: Path
) -> None:
    """At the root of a server, tests/integrations/test_newcomers.py asks an application for its files."""
    furnish(project)
    shutil.copytree(HERE / "flask/static", project / "static")
    page = (HERE / "flask/templates/page.html").read_text(encoding="utf-8")
    page = page.replace("filename=", "path='/' ~ ").replace("pwagen_head()", "pwagen_head(request)")
    (project / "templates").mkdir()
    (project / "templates/page.html").write_text(page, encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "mounted:app", "--host", "localhost", "--port", str(port)]
    with running(command, project, port, push_service, "shop/") as url:
        visit_as_a_customer(chromium, push_service, desktop, url)


def test_subscriptions_are_rows_in_the_applications_database(tmp_path: Path) -> None:
    furnish(tmp_path)
    engine = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    app = FastAPI()
    pwagen = StarlettePwagen(app, folder=tmp_path, user=lambda _: "ada", store=engine)
    keys = {"p256dh": generate_key_pair().public_key, "auth": base64url.encode(b"a" * 16)}
    body = {"subscription": {"endpoint": "https://fcm.googleapis.com/fcm/send/one", "keys": keys}}
    with serving_app(app) as client:
        assert client.ask("POST", "/api/push/subscriptions", body).status == 204
    assert pwagen.store
    assert not (tmp_path / "subscriptions.db").exists()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT user_key FROM pwagen_subscriptions")).scalar() == "ada"
    engine.dispose()


def test_tags_lead_to_the_files_below_any_path(tmp_path: Path) -> None:
    pwagen = StarlettePwagen(Starlette(), folder=tmp_path, config={"app": {"name": "Shop"}})
    request = Request({"type": "http", "root_path": "/shop", "path": "/shop/goods/", "headers": []})
    assert '<script src="/shop/register.js" defer></script>' in pwagen.head(request)


def test_mistakes_are_named_with_what_to_write(tmp_path: Path) -> None:
    furnish(tmp_path)
    app = FastAPI()
    pwagen = StarlettePwagen(app, folder=tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    own_page = FastAPI()
    own_page.get("/sw.js", name="mine")(lambda: "mine")
    mistakes: dict[str, dict[str, Any]] = {
        "the application has StarlettePwagen already": {"app": app},
        r"write StarlettePwagen\(app\), with the FastAPI or Starlette object": {"app": "app"},
        "the view mine answers /sw.js already - remove it": {"app": own_page},
        "there is no folder .*/public for static - name the folders that are mounted": {
            "static": {"static": "public"}
        },
        r"write templates=Jinja2Templates\(.*\), and not 'templates'": {"templates": "templates"},
        r"write user=lambda request: .*, a function, and not 'ada'": {"user": "ada"},
        r"empty: there is no pwagen.yaml - `pwagen init` writes one; or pass config=": {"folder": empty},
        "config: is not a mapping": {"folder": empty, "config": "pwagen.yaml"},
    }
    for words, arguments in mistakes.items():
        usual: dict[str, Any] = {"app": FastAPI(), "folder": tmp_path}
        with pytest.raises((PwagenError, TypeError), match=words):
            StarlettePwagen(**(usual | arguments))
    assert pwagen.store
    pwagen.store.close()


@pytest.mark.slow
def test_a_template_without_the_tags_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    base = tmp_path / "base.html"
    base.write_text("<html>\n<head></head>")
    templates, config = Jinja2Templates(tmp_path), {"app": {"name": "Shop"}}
    StarlettePwagen(Starlette(), folder=tmp_path, config=config, templates=templates)
    assert f"{base}:2: no template has the app's tags" in caplog.text
    assert "write {{ pwagen_head(request) }} into the <head>" in caplog.text
    assert "config: icons: the icons are a placeholder" in caplog.text
    caplog.clear()
    base.write_text("<head>{{ pwagen_head(request) }}</head>")
    StarlettePwagen(Starlette(), folder=tmp_path, config=config, templates=templates)
    assert "no template" not in caplog.text


def test_a_mistake_names_the_member(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r'^config\["app"\]\["nmae"\]: app.nmae: unknown key - did you mean "name"'
    ):
        StarlettePwagen(Starlette(), folder=tmp_path, config={"app": {"nmae": "Shop"}})
