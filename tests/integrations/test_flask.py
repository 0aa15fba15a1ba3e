"""The Flask extension, in a shop with a log-in."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import pytest
from flask import Blueprint, Flask, Response
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from pwagen.errors import ConfigError, PwagenError
from pwagen.integrations.flask import FlaskPwagen
from pwagen.keys import base64url
from pwagen.keys.key_pair import generate_key_pair
from pwagen.push import Message
from tests.integrations.shop import free_port, furnish, running, visit_as_a_customer

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.push_service import PushService

OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}


@pytest.mark.browser
@pytest.mark.slow
def test_a_customer_of_the_shop_below_a_path(
    chromium: Chromium, push_service: PushService, desktop: Desktop, project: Path
) -> None:
    """At the root of a server, the tests below ask the same application for its files and endpoint."""
    furnish(project)
    port = free_port()
    command = [sys.executable, "-m", "flask", "--app", "mounted:application", "run", "--port", str(port)]
    with running(command, project, port, push_service, "shop/") as url:
        visit_as_a_customer(chromium, push_service, desktop, url)


def subscription() -> dict[str, Any]:
    keys = {"p256dh": generate_key_pair().public_key, "auth": base64url.encode(b"a" * 16)}
    return {"endpoint": "https://fcm.googleapis.com/fcm/send/one", "keys": keys}


def shop(project: Path, name: str = "app") -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"shop_{project.name}", project / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Flask looks up where it is
    spec.loader.exec_module(module)
    return module


def test_the_files_have_the_headers_that_they_need(project: Path) -> None:
    furnish(project)
    client = shop(project).app.test_client()
    worker = client.get("/sw.js")
    assert worker.status_code == 200
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert client.get("/manifest.json").headers["Content-Type"] == "application/manifest+json"
    assert client.get("/sw.js", headers={"If-None-Match": worker.headers["ETag"]}).status_code == 304
    assert '"static/shop.css"' in worker.text
    assert "api/push/subscriptions" in worker.text
    assert client.get("/head.html").status_code == 404
    assert client.get("/icons/icon-192.png").headers["Content-Type"] == "image/png"


def test_tags_lead_to_the_files_below_any_path_and_have_the_nonce(project: Path) -> None:
    furnish(project)
    module = shop(project)
    with module.app.test_request_context("/goods/rope/", environ_overrides={"SCRIPT_NAME": "/shop"}):
        head = module.pwagen.head(nonce="r4nd0m")
    assert '<script src="/shop/register.js" defer nonce="r4nd0m"></script>' in head
    assert 'href="/shop/manifest.json"' in head


def test_a_static_file_that_changes_while_debugging_makes_another_worker(project: Path) -> None:
    furnish(project)
    app = shop(project).app
    before = app.test_client().get("/sw.js").text
    (project / "static/shop.css").write_text("h1 { color: red }")
    assert app.test_client().get("/sw.js").text == before
    app.debug = True
    assert app.test_client().get("/sw.js").text != before


def test_the_endpoint_takes_our_own_pages_only(project: Path) -> None:
    furnish(project)
    client = shop(project).app.test_client()
    path = "/api/push/subscriptions"
    assert client.get(path).status_code == 405
    assert client.post(path, json={}).status_code == 403
    answer = client.post(path, data="{}", headers=OWN)
    assert (answer.status_code, answer.json) == (
        400,
        {"error": "there is no subscription - send subscription.toJSON()"},
    )
    assert client.post(path, data="x" * 9000, headers=OWN).status_code == 413
    assert client.post(path, data="{}", headers={**OWN, "Content-Type": "text/plain"}).status_code == 415


def test_pages_choose_from_the_topics_that_there_are(project: Path) -> None:
    furnish(project)
    module = shop(project)
    client = module.app.test_client()
    one = subscription()

    def post(*topics: str) -> tuple[int, object]:
        body = {"subscription": one, "topics": topics}
        answer = client.post("/api/push/subscriptions", json=body, headers=OWN)
        return answer.status_code, answer.get_json(silent=True)

    assert post("tides") == (204, None)
    assert module.pwagen.store.topics(one["endpoint"]) == {"tides"}
    assert post("storms") == (400, {"error": 'there is no topic "storms" - there are tides, news'})
    module.pwagen.store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an application's database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shop.db'}"
    url: str = request.getfixturevalue("postgresql_database")
    return url.replace("postgresql:", "postgresql+psycopg:")


def test_subscriptions_are_rows_in_the_applications_database(project: Path, database: str) -> None:
    furnish(project)
    app = Flask("shop", root_path=str(project), instance_path=str(project / "instance"))
    app.config["SQLALCHEMY_DATABASE_URI"] = database
    db = SQLAlchemy(app)
    orders = db.Table("orders", db.Column("number", db.Integer))
    pwagen = FlaskPwagen(app, user=lambda: "ada", store=db)
    assert not (project / "instance/subscriptions.db").exists()

    @app.post("/order/")
    def order() -> str:
        db.session.execute(orders.insert().values(number=7))
        store = pwagen.store
        assert store
        rows = store.within(db.session.connection()).all(user="ada")
        return str(len(list(rows)))

    with app.app_context():
        db.create_all()
    client = app.test_client()
    answer = client.post("/api/push/subscriptions", json={"subscription": subscription()}, headers=OWN)
    assert answer.status_code == 204
    assert client.post("/order/").text == "1"
    with app.app_context():
        users = db.session.execute(text("SELECT user_key FROM pwagen_subscriptions")).scalars()
        assert list(users) == ["ada"]
        db.session.remove()
        db.engine.dispose()


def test_without_a_config_it_is_said_how_to_get_one(tmp_path: Path) -> None:
    app = Flask("shop", root_path=str(tmp_path))
    with pytest.raises(
        ConfigError, match=r"there is no pwagen.yaml - `pwagen init` writes one; or set app.config"
    ):
        FlaskPwagen(app)


@pytest.mark.slow
def test_the_config_may_be_flasks(tmp_path: Path) -> None:
    app = Flask("shop", root_path=str(tmp_path), instance_path=str(tmp_path / "instance"))
    app.config["PWAGEN"] = {"app": {"name": "Shop"}}
    FlaskPwagen(app)
    answer = app.test_client().get("/manifest.json").json
    assert answer
    assert answer["name"] == "Shop"
    app.config["PWAGEN"] = {"app": {"nmae": "Shop"}}
    words = r'^app.config\["PWAGEN"\]\["app"\]\["nmae"\]: app.nmae: unknown key - did you mean "name"'
    with pytest.raises(ConfigError, match=words):
        FlaskPwagen(app)


def flask_app(folder: Path) -> Flask:
    return Flask("shop", root_path=str(folder), instance_path=str(folder / "instance"))


def test_each_application_of_a_factory_has_its_own(project: Path) -> None:
    furnish(project)
    pwagen = FlaskPwagen(user=lambda: "ada")
    apps = [flask_app(project), flask_app(project)]
    for number, app in enumerate(apps):
        app.instance_path = str(project / f"instance-{number}")
        pwagen.init_app(app)
    for app in apps:
        client = app.test_client()
        assert client.get("/sw.js").status_code == 200
        client.post("/api/push/subscriptions", json={"subscription": subscription()}, headers=OWN)
    for app in apps:
        with app.app_context():
            store = pwagen.store
            assert store
            assert store.count() == 1
            store.close()


def mistakes(app: Flask, elsewhere: Path) -> dict[str, tuple[str, Callable[[], object]]]:
    """Return what newcomers do, with what they are told."""
    message = Message(title="High tide")
    own_page = Flask("own", root_path=app.root_path)
    own_page.add_url_rule("/sw.js", view_func=lambda: "mine", endpoint="mine")
    text_config = Flask("text", root_path=str(elsewhere))
    text_config.config["PWAGEN"] = "pwagen.yaml"
    read_only = Flask("read", root_path=app.root_path, instance_path=str(elsewhere / "file/instance"))
    (elsewhere / "file").touch()
    other = Flask("other", root_path=app.root_path)
    other.register_blueprint(Blueprint("pwagen", "other"))
    return {
        "twice": ("the application has FlaskPwagen already", lambda: FlaskPwagen(app)),
        "without init_app": (
            r"there is no application yet - write pwagen.init_app\(app\) where it is made",
            lambda: FlaskPwagen(contact="mailto:push@pwagen.dev").send(message),
        ),
        "no application": (
            r"write FlaskPwagen\(app\), with the Flask object",
            lambda: FlaskPwagen(cast(Flask, "app")),
        ),
        "a user that is no function": (
            r"write user=lambda: session.get\(.*\), a function, and not 'ada'",
            lambda: FlaskPwagen(user=cast(Any, "ada")),
        ),
        "a worker of one's own": (
            "the view mine answers /sw.js already - remove it",
            lambda: FlaskPwagen(own_page),
        ),
        "a blueprint of that name": (
            "a blueprint of the application is named pwagen already - name it otherwise",
            lambda: FlaskPwagen(other),
        ),
        "a config that is text": (
            r'app.config\["PWAGEN"\]: is not a mapping - write the tree of pwagen.yaml, .*"app": .*"name": ',
            lambda: FlaskPwagen(text_config),
        ),
        "a folder that cannot be written": (
            "cannot make the instance folder .*file/instance.* - pass store=",
            lambda: FlaskPwagen(read_only),
        ),
    }


def test_mistakes_are_named_with_what_to_write(project: Path, tmp_path: Path) -> None:
    furnish(project)
    app = flask_app(project)
    pwagen = FlaskPwagen(app, contact="mailto:push@pwagen.dev", private_key="nowhere.pem")
    with pytest.raises(PwagenError, match=r"nowhere.pem.* - set PWAGEN_VAPID_PRIVATE_KEY"):
        pwagen.send(Message(title="High tide"))
    for name, (words, work) in mistakes(app, tmp_path).items():
        with pytest.raises((PwagenError, TypeError), match=words):
            pytest.fail(f"{name}: {work()!r}")
    assert pwagen.store
    pwagen.store.close()


def test_sending_says_what_is_missing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(project)
    monkeypatch.delenv("PWAGEN_VAPID_SUBJECT", raising=False)
    app = Flask("shop", root_path=str(project), instance_path=str(project / "instance"))
    pwagen = FlaskPwagen(app)
    with pytest.raises(PwagenError, match=r"contact=mailto:you@your.domain, or set PWAGEN_VAPID_SUBJECT"):
        pwagen.send(Message(title="High tide"), user="ada")


@pytest.mark.slow
def test_sending_without_push_says_what_to_write(tmp_path: Path) -> None:
    app = Flask("shop", root_path=str(tmp_path), instance_path=str(tmp_path / "instance"))
    app.config["PWAGEN"] = {"app": {"name": "Shop"}}
    pwagen = FlaskPwagen(app, contact="mailto:push@pwagen.dev")
    with pytest.raises(
        PwagenError, match=r'app.config\["PWAGEN"\]: nobody can subscribe here, .* write push:'
    ):
        pwagen.send(Message(title="High tide"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("head", "is_named"),
    [
        ("<title>Shop</title>", True),
        ("{{ pwagen_head }}", True),
        ("{# {{ pwagen_head() }} #}", True),
        ("{{ pwagen_head(nonce='n') }}", False),
    ],
)
def test_a_template_without_the_tags_is_named_while_debugging(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, head: str, is_named: bool
) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "base.html").write_text(f"<html>\n<head>{head}</head>")
    (templates / "page.html").write_text('{% extends "base.html" %}')
    (templates / "anchor.png").write_bytes(b"\x89PNG")
    app = flask_app(tmp_path)
    app.config["PWAGEN"] = {"app": {"name": "Shop"}}
    FlaskPwagen(app)
    app.test_client().get("/")
    assert "into the <head>" not in caplog.text, "not while serving"
    app.debug = True
    app.test_client().get("/")
    app.test_client().get("/")
    place = f"{templates / 'base.html'}:2: no template has the app's tags"
    assert caplog.text.count(place) == is_named
    assert caplog.text.count("write {{ pwagen_head() }} into the <head>") == is_named


@pytest.mark.slow
def test_static_files_that_no_site_stores_are_not_stored(tmp_path: Path) -> None:
    for name in ("shop.css", "shop.css.map", "private/plan.css"):
        (tmp_path / "static" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "static" / name).write_text("h1 {}")
    app = Flask("shop", root_path=str(tmp_path), instance_path=str(tmp_path / "instance"))
    offline = {"precache_add": ["static/**"], "never": ["static/private/**"]}
    app.config["PWAGEN"] = {"app": {"name": "Shop"}, "offline": offline}
    FlaskPwagen(app)
    worker = app.test_client().get("/sw.js").text
    assert '["static/shop.css"' in worker
    assert '["static/shop.css.map"' not in worker
    assert '["static/private/plan.css"' not in worker


def test_a_private_key_among_the_static_files_is_refused(tmp_path: Path) -> None:
    pair = generate_key_pair()
    (tmp_path / "static").mkdir()
    (tmp_path / "static/deploy.txt").write_text(f"KEY={pair.private_key}")
    app = flask_app(tmp_path)
    push = {"vapid_public_key": pair.public_key}
    app.config["PWAGEN"] = {"app": {"name": "Shop"}, "offline": {"precache_add": ["static/**"]}, "push": push}
    with pytest.raises(ConfigError, match=r"deploy\.txt: holds the private half .* - move it out"):
        FlaskPwagen(app)


def test_a_function_that_adds_the_tags_to_every_answer_is_believed(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    furnish(project)
    (project / "templates/page.html").write_text("<html><head></head></html>")
    app = flask_app(project)
    app.debug = True
    app.add_url_rule("/", view_func=lambda: "<head></head>", endpoint="home")
    pwagen = FlaskPwagen(app)

    @app.after_request
    def add_tags(response: Response) -> Response:
        response.set_data(response.get_data(as_text=True).replace("</head>", f"{pwagen.head()}</head>"))
        return response

    assert "register.js" in app.test_client().get("/").text
    assert caplog.messages == []
    assert pwagen.store
    pwagen.store.close()
