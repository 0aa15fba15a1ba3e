"""The dev server follows what is edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.serve import server_state as desk
from pwagen.serve.signing import Signing
from tests.serve.serving import CONFIG, PAGE, make_project, serving, until
from tests.serve.test_serve_subscriptions import subscription

# Each starts and stops a server of its own.
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "POLL_SECONDS", 0.02)


def test_an_edited_page_is_served_and_told_to_the_worker(tmp_path: Path) -> None:
    with serving(make_project(tmp_path / "harbour")) as served, served.console.news() as news:
        until(news, "state")
        worker = served.site.ask("GET", "/sw.js").body
        (served.folder / "public" / "index.html").write_text(PAGE.replace("News", "Fresh news"))
        assert until(news, "build")["build"]["problem"] == ""
        assert b"Fresh news" in served.site.ask("GET", "/").body
        assert served.site.ask("GET", "/sw.js").body != worker
        assert served.reports == ["built again"]


def test_a_broken_config_is_reported_and_the_last_build_stays(tmp_path: Path) -> None:
    with serving(make_project(tmp_path / "harbour")) as served, served.console.news() as news:
        until(news, "state")
        config = served.folder / "pwagen.yaml"
        good = config.read_text()
        config.write_text(good.replace("name:", "naem:"))
        told = until(news, "build")
        assert "did you mean" in told["build"]["problem"]
        assert told["app"]["name"] == "Harbour"
        assert served.site.ask("GET", "/manifest.json").json()["name"] == "Harbour"
        config.write_text(good.replace("Harbour", "Port"))
        told = until(news, "build")
        assert (told["build"]["problem"], told["app"]["name"]) == ("", "Port")
        assert served.site.ask("GET", "/manifest.json").json()["name"] == "Port"


def test_the_endpoint_and_the_site_may_move(tmp_path: Path) -> None:
    with serving(make_project(tmp_path / "harbour")) as served, served.console.news() as news:
        until(news, "state")
        config = served.folder / "pwagen.yaml"
        (served.folder / "public").rename(served.folder / "htdocs")
        moved = config.read_text().replace("site: public", "site: htdocs")
        config.write_text(moved.replace("vapid_public_key", "endpoint: new/place, vapid_public_key"))
        while until(news, "build")["build"]["problem"]:
            pass
        assert served.site.ask("GET", "/").status == 200
        body = {"subscription": subscription("one")}
        assert served.site.ask("POST", "/new/place", body).status == 204
        assert served.site.ask("POST", "/api/push/subscriptions", body).status == 405


def test_a_key_that_appears_lets_it_send(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "harbour")
    key = folder / "vapid-private.pem"
    content = key.read_bytes()
    key.unlink()
    signing = Signing(subject="mailto:push@harbour.news")
    with serving(folder, signing) as served, served.console.news() as news:
        assert not until(news, "state")["app"]["canSend"]
        key.write_bytes(content)
        assert until(news, "build")["app"]["canSend"]


def test_a_subscription_is_told_at_once(tmp_path: Path) -> None:
    with serving(make_project(tmp_path / "harbour")) as served, served.console.news() as news:
        until(news, "state")
        agent = {"User-Agent": "Mozilla/5.0 (Android)"}
        body = {"subscription": subscription("one")}
        assert served.site.ask("POST", "/api/push/subscriptions", body, agent).status == 204
        assert until(news, "change")["kind"] == "subscribed"
        (shown,) = until(news, "subscriptions")
        assert (shown["service"], shown["userAgent"]) == ("Google", "Mozilla/5.0 (Android)")
        served.site.ask("DELETE", "/api/push/subscriptions", {"endpoint": body["subscription"]["endpoint"]})
        assert until(news, "subscriptions") == []


def test_a_site_outside_of_the_project_is_watched_too(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "harbour", config=CONFIG.replace("site: public", "site: ../built/dist"))
    outside = tmp_path / "built" / "dist"
    outside.mkdir(parents=True)
    (outside / "index.html").write_text(PAGE)
    with serving(folder) as served, served.console.news() as news:
        until(news, "state")
        (outside / "index.html").write_text(PAGE.replace("News", "Fresh news"))
        until(news, "build")
        assert b"Fresh news" in served.site.ask("GET", "/").body
