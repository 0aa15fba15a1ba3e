"""The Django app, in a shop with a log-in, hashed static files and an admin."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.folders import ROOT
from tests.integrations.conftest import HERE, Run
from tests.integrations.shop import PRIVATE_PATHS, free_port, furnish, running, visit_as_a_customer

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.push_service import PushService

pytestmark = pytest.mark.slow

ASK = """
from django.test import Client
client = Client()
for path in {paths!r}:
    response = client.get(path)
    print(response.status_code, dict(response.headers), response.content.decode(errors="replace"))
"""


@pytest.fixture
def shop(project: Path) -> Path:
    """Return the project with its config and key pair."""
    furnish(project)
    return project


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with its tables and static files, once for all: they are the most of many tests."""
    folder = tmp_path_factory.mktemp("prepared") / "project"
    shutil.copytree(HERE / "django", folder, ignore=shutil.ignore_patterns("__pycache__"))
    furnish(folder)
    commands = json.dumps([["migrate"], ["collectstatic", "--noinput"]])
    command = [sys.executable, "manage_each.py", commands]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=100)
    assert [status for status, _ in json.loads(done.stdout)] == [0, 0], done.stdout
    return folder


@pytest.fixture
def migrated_shop(shop: Path, prepared: Path) -> Path:
    """Return the project with its tables in SQLite, and its static files collected."""
    shutil.copy(prepared / "db.sqlite3", shop)
    shutil.copytree(prepared / "collected", shop / "collected")
    return shop


def manage(shop: Path, run: Run, *arguments: str, fails: bool = False) -> str:
    """Run manage.py; its output."""
    return run("manage", *arguments, fails=fails)


def manage_each(run: Run, *commands: str) -> list[tuple[int, str]]:
    """Run commands of manage.py in one process; the status and the output of each."""
    answers = json.loads(run("manage_each", json.dumps([shlex.split(command) for command in commands])))
    return [(status, output) for status, output in answers]


def ask(shop: Path, run: Run, *paths: str) -> str:
    """Return the answers to a GET of each path."""
    return manage(shop, run, "shell", "--no-imports", "-c", ASK.format(paths=paths))


@pytest.mark.browser
def test_a_customer_of_the_shop_below_a_path(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    migrated_shop: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the root of a server, an application is visited by ``test_the_fixtures_take_the_live_server``."""
    monkeypatch.setenv("SHOP_MOUNT", "/shop")
    port = free_port()
    command = [sys.executable, "mounted.py", str(port)]
    more = {"From an async view": "anotify/", "From a task": "task/", "From a signal": "signal/"}
    with running(command, migrated_shop, port, push_service, "shop/") as url:
        # Without a line of JavaScript: logging out drops the subscription by itself.
        visit_as_a_customer(chromium, push_service, desktop, url, more)


@pytest.mark.browser
def test_the_fixtures_take_the_live_server(shop: Path, run: Run) -> None:
    page = (ROOT / "docs/django.md").read_text(encoding="utf-8")
    for name, code in re.findall(r"^```python\n# (conftest|test_alerts)\.py\n(.*?)^```$", page, re.M | re.S):
        (shop / f"{name}.py").write_text(code, encoding="utf-8")
    (shop / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n")
    (shop / "collected").mkdir()  # WhiteNoise warns of its absence
    assert "1 passed" in run("pytest", "-q", "--pwagen-require-browsers")


def test_hashed_files_and_headers_below_a_path(
    migrated_shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = migrated_shop
    monkeypatch.setenv("SHOP_MOUNT", "/shop")
    with (shop / "pwagen.yaml").open("a", encoding="utf-8") as config:
        config.write("hosting: nginx\n")
    output = ask(shop, run, "/sw.js", "/goods/rope/", *PRIVATE_PATHS)
    answers = re.split(r"^(?=\d{3} \{)", output, flags=re.MULTILINE)[1:]
    worker, page, *private = answers
    assert worker.startswith("200")
    assert "'Cache-Control': 'no-cache'" in worker
    assert "'Content-Type': 'text/javascript; charset=utf-8'" in worker
    assert re.search(r'"static/shop\.[0-9a-f]{12}\.css"', worker)
    assert "static/admin" not in worker
    assert '<script src="/shop/register.js" defer></script>' in page
    settings = shop / "shop/settings.py"
    settings.write_text(settings.read_text() + 'STATIC_URL = "/static/"\n')
    worker = ask(shop, run, "/sw.js")
    assert "static/shop." not in worker, "beside the application, not below it"
    assert [answer[:3] for answer in private] == ["404"] * len(PRIVATE_PATHS)


def test_mistakes_at_each_edit_are_named(
    migrated_shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DEBUG", "1")
    checks = (Path(__file__).parent / "django_mistake_checks.py").read_text(encoding="utf-8")
    assert "all is well" in manage(migrated_shop, run, "shell", "--no-imports", "-c", checks)
    settings = migrated_shop / "shop/settings.py"
    settings.write_text(settings.read_text().replace('"pwagen.integrations.django",', ""))
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=migrated_shop, capture_output=True, text=True, check=False
    )
    # Django raises what a urls.py raises.
    *_, last = done.stderr.strip().splitlines()
    assert last == (
        "django.core.exceptions.ImproperlyConfigured: "
        f'{settings}: INSTALLED_APPS lacks the app - write "pwagen.integrations.django" into it'
    )


def test_a_config_with_a_mistake_is_a_finding_of_the_check(shop: Path, run: Run) -> None:
    (shop / "pwagen.yaml").write_text("app: {nmae: Shop}\n")
    output = manage(shop, run, "check", fails=True)
    assert "(pwagen.E001) " in output
    assert "pwagen.yaml:1:7: app.nmae: unknown key" in output
    assert 'HINT: did you mean "name"?' in output


def test_the_findings_of_the_audit_are_checks(shop: Path, run: Run) -> None:
    config = shop / "pwagen.yaml"
    name = "Everything For Your Garden And Your Kitchen"
    config.write_text(config.read_text().replace("name: Shop", f"name: Shop, short_name: {name}"))
    deploy, by_hand, other = manage_each(
        run, "check --deploy --tag pwagen", "check --fail-level INFO", "makemigrations --check --dry-run"
    )
    assert deploy[0] == 0
    assert "(pwagen.manifest-short-name) manifest.json:" in deploy[1]
    assert "HINT: " in deploy[1]
    assert deploy[1].count("(pwagen.manifest-short-name)") == 1
    assert by_hand[0] != 0
    assert by_hand[1].count("(pwagen.manifest-short-name)") == 1
    # Commands that do something else don't wait for it.
    assert "manifest-short-name" not in other[1]


def test_the_migrations_are_complete_and_the_commands_and_checks_work(migrated_shop: Path, run: Run) -> None:
    expected = {
        "makemigrations --check --dry-run": (0, "No changes detected"),
        "check": (0, "no issues"),
        "check --deploy --tag pwagen": (0, "no issues"),
        "pwagen send 'High tide' --all": (0, "nobody has subscribed."),
        "pwagen send 'High tide' --user bob": (1, "--user bob: there is no such user"),
        "pwagen send 'High tide' --topic tides": (0, "nobody has subscribed to tides."),
        "pwagen send 'High tide'": (1, "--user NAME, --topic NAME or --all"),
        "pwagen build out": (0, "files written, in out."),
    }
    answers = manage_each(run, *expected)
    for (command, (status, words)), answer in zip(expected.items(), answers, strict=True):
        assert answer[0] == status, f"{command}: {answer[1]}"
        assert words in answer[1], command
    assert json.loads((migrated_shop / "out/manifest.json").read_text())["name"] == "Shop"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the shop keep its rows in each database."""
    if request.param == "postgresql":
        monkeypatch.setenv("SHOP_POSTGRESQL", request.getfixturevalue("postgresql_database"))


@pytest.mark.usefixtures("database")
def test_the_store_of_the_orm_is_as_strict_as_pwagens_own(
    migrated_shop: Path, run: Run, push_service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DEBUG", "1")  # the admin's static files are not collected
    # A log-in saves the user, of which the shop tells them.
    for name, value in push_service.sender_environment().items():
        monkeypatch.setenv(name, value)
    checks = (Path(__file__).parent / "orm_store_checks.py").read_text(encoding="utf-8")
    assert "all is well" in manage(migrated_shop, run, "shell", "--no-imports", "-c", checks)


def test_views_signals_and_tasks_send(
    migrated_shop: Path, run: Run, push_service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DEBUG", "1")
    for name, value in push_service.sender_environment().items():
        monkeypatch.setenv(name, value)
    assert "all is well" in manage(migrated_shop, run, "shell", "--no-imports", "-c", "import sending_checks")
