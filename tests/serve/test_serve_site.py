"""The dev server's site: what is served, with which headers, and what never is."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pwagen.errors import PwagenError
from pwagen.push.transport.endpoints import EndpointPolicy
from pwagen.serve.dev_build import build_in_memory
from tests.serve.serving import CONFIG, PAGE, Served, make_project, serving
from tests.serve.test_serve_subscriptions import subscription

# Each starts and stops a server of its own.
pytestmark = pytest.mark.slow

VIDEO = bytes(range(256)) * 100


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = make_project(tmp_path_factory.mktemp("project") / "harbour")
    public = folder / "public"
    (public / "about.html").write_text(PAGE)
    (public / "news").mkdir()
    (public / "news" / "index.html").write_text(PAGE)
    (public / "news" / "other.txt").write_text("other")
    (public / "404.html").write_text("<!DOCTYPE html><title>Lost</title>")
    (public / "film.webm").write_bytes(VIDEO)
    (public / "app.mjs").write_text("export {};")
    (public / ".env").write_text("SECRET=1")
    (public / ".git").mkdir()
    (public / ".git" / "config").write_text("[core]")
    (public / ".well-known").mkdir()
    (public / ".well-known" / "assetlinks.json").write_text("[]")
    (public / "outside.txt").symlink_to(folder / "pwagen.yaml")
    (public / "elsewhere").symlink_to(folder)
    with serving(folder) as served:
        yield served


def test_a_page_gets_the_tags_in_memory_alone(served: Served) -> None:
    answer = served.site.ask("GET", "/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert b'<script src="register.js" defer></script>' in answer.body
    assert b'<script src="../register.js" defer></script>' in served.site.ask("GET", "/news/").body
    assert (served.folder / "public" / "index.html").read_text() == PAGE
    assert not (served.folder / "dist").exists()
    assert not (served.folder / "public" / "sw.js").exists()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/register.js", "text/javascript; charset=utf-8"),
        ("/manifest.json", "application/manifest+json"),
    ],
)
def test_the_headers_of_the_apps_files(served: Served, path: str, media_type: str) -> None:
    answer = served.site.ask("GET", path)
    assert answer.status == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_worker_for_a_wider_scope_says_so(tmp_path: Path) -> None:
    config = CONFIG.replace("{name: Harbour}", "{name: Harbour, scope: /, start_url: /}")
    with serving(make_project(tmp_path / "harbour", config=config)) as served:
        assert served.site.ask("GET", "/sw.js").headers["service-worker-allowed"] == "/"
        assert "service-worker-allowed" not in served.site.ask("GET", "/register.js").headers


@pytest.mark.parametrize("path", ["/", "/sw.js", "/film.webm", "/news/"])
def test_nothing_is_sent_twice(served: Served, path: str) -> None:
    first = served.site.ask("GET", path)
    again = served.site.ask("GET", path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert served.site.ask("GET", path, headers={"If-None-Match": '"other"'}).status == 200


@pytest.mark.parametrize("path", ["/", "/film.webm"])
def test_head(served: Served, path: str) -> None:
    answer, whole = served.site.ask("HEAD", path), served.site.ask("GET", path)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == str(len(whole.body))


def test_a_range_of_a_film(served: Served) -> None:
    answer = served.site.ask("GET", "/film.webm", headers={"Range": "bytes=100-199"})
    assert (answer.status, answer.body) == (206, VIDEO[100:200])
    assert answer.headers["content-range"] == f"bytes 100-199/{len(VIDEO)}"


def test_addresses_as_hosts_read_them(served: Served) -> None:
    assert served.site.ask("GET", "/about").body == served.site.ask("GET", "/about.html").body
    assert served.site.ask("GET", "/about").headers["content-type"] == "text/html; charset=utf-8"
    moved = served.site.ask("GET", "/news")
    assert moved.status == 307
    assert moved.headers["location"].endswith("/news/")
    assert served.site.ask("GET", "/app.mjs").headers["content-type"].startswith("text/javascript")
    assert served.site.ask("GET", "/.well-known/assetlinks.json").body == b"[]"


def test_a_page_that_is_not_there(served: Served) -> None:
    answer = served.site.ask("GET", "/nothing")
    assert answer.status == 404
    assert b"Lost" in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/../pwagen.yaml",
        "/..%2fpwagen.yaml",
        "/%2e%2e/pwagen.yaml",
        "/%2e%2e%2fvapid-private.pem",
        "/news/../../pwagen.yaml",
        "/news/%2e%2e/%2e%2e/pwagen.yaml",
        "/..%5cpwagen.yaml",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/outside.txt",
        "/elsewhere/vapid-private.pem",
        "/elsewhere/",
        "/.env",
        "/.git/config",
        "/news/../.env",
        "/index.html%00.txt",
        "/%ff",
        "/" + "x" * 5000,
        "/head.html",
        "/register.d.ts",
    ],
)
def test_nothing_else_is_published(served: Served, path: str) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: {served.site.host}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.site.port), timeout=20) as connection:
        connection.sendall(head.encode())
        with connection.makefile("rb") as answer:
            text = answer.read()
    assert text.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")), text[:200]
    for secret in (b"vapid_public_key", b"PRIVATE KEY", b"SECRET", b"[core]", b"root:"):
        assert secret not in text


def test_other_methods(served: Served) -> None:
    assert served.site.ask("POST", "/", {}).status == 405
    assert served.site.ask("DELETE", "/film.webm", {}).status == 405


def test_subscriptions_come_to_the_endpoint_of_the_config(tmp_path: Path) -> None:
    config = CONFIG.replace("KEY}", "KEY, endpoint: push/here}")
    with serving(make_project(tmp_path / "harbour", config=config)) as served:
        assert served.site.ask("POST", "/push/here", {"subscription": subscription("one")}).status == 204
        assert served.desk.store.count() == 1


@pytest.mark.parametrize("endpoint", ["", ", endpoint: 'https://api.harbour.news/push'"])
def test_without_an_endpoint_here_there_is_one(tmp_path: Path, endpoint: str) -> None:
    config = CONFIG.replace("KEY}", f"KEY{endpoint}}}")
    with serving(make_project(tmp_path / "harbour", config=config)) as served:
        script = served.site.ask("GET", "/register.js").body
        assert b'endpoint:"api/push/subscriptions"' in script
        answer = served.site.ask("POST", "/api/push/subscriptions", {"subscription": subscription("one")})
        assert (answer.status, served.desk.store.count()) == (204, 1)
        assert EndpointPolicy() == served.desk.signing.policy


def test_the_users_hooks_stay_what_they_are(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "harbour", config=CONFIG + "worker: {hooks: my-hooks.js}\n")
    (folder / "my-hooks.js").write_text("first();\nsecond();\n")
    hooks = build_in_memory(folder).files["my-hooks.js"]().decode()
    reporting, _, own = hooks.partition("; ")
    assert reporting == 'importScripts("/_pwagen/worker-events.js")'
    assert own == "first();\nsecond();\n"


def test_a_project_without_a_site_has_a_page_to_try_it(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "harbour", config=CONFIG.replace("site: public\n", ""))
    with serving(folder) as served:
        page = served.site.ask("GET", "/")
        assert page.status == 200
        assert b'data-pwagen="push"' in page.body
        assert b'src="register.js"' in page.body
        assert served.site.ask("GET", "/sw.js").status == 200
        assert served.site.ask("GET", "/pwagen.yaml").status == 404


def test_what_would_stop_a_build_is_a_note_here(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "harbour")
    own = '<link rel="manifest" href="own.json">\n<script>navigator.serviceWorker.register("x.js")</script>\n'
    (folder / "public" / "index.html").write_text(PAGE.replace("</head>", f"{own}</head>"))
    build = build_in_memory(folder)
    assert any("index.html" in note and "manifest" in note for note in build.notes)
    assert b'rel="manifest" href="manifest.json"' in build.files["index.html"]()


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_what_is_kept_is_the_users_alone(served: Served) -> None:
    assert (served.folder / ".pwagen" / "subscriptions.db").stat().st_mode & 0o077 == 0


def test_a_site_with_a_private_key_in_it_is_not_served(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "harbour")
    key = (folder / "vapid-private.pem").read_bytes()
    (folder / "public" / "key.pem").write_bytes(key)
    with pytest.raises(PwagenError, match="private key"):
        build_in_memory(folder)
