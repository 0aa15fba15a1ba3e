"""The server that sites under test are served from."""

from __future__ import annotations

import gc
import socket
import threading
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pwagen.testing.site_server.site_server import RequestMissingError, SiteServer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "deep").mkdir(parents=True)
    (site / "index.html").write_text("home")
    (site / "deep/index.html").write_text("deep")
    (site / "app.webmanifest").write_text("{}")
    (site / "a b.js").write_text("1")
    (site / "private.txt").touch(mode=0)
    (tmp_path / "secret.txt").write_text("secret")
    return site


@pytest.fixture
def server(folder: Path) -> Iterator[SiteServer]:
    with SiteServer(folder, "a/b") as server:
        yield server


def get(
    server: SiteServer, path: str, method: str = "GET", body: bytes | None = None
) -> tuple[int, str, str]:
    """Return status, media type and text."""
    request = urllib.request.Request(server.origin + path, body, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers["Content-Type"] or "", response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, "", ""


def test_files_under_their_mount_point(server: SiteServer) -> None:
    assert server.url == f"http://localhost:{server.port}/a/b/"
    assert get(server, "/a/b/") == (200, "text/html; charset=utf-8", "home")
    assert get(server, "/a/b/deep/") == (200, "text/html; charset=utf-8", "deep")
    assert get(server, "/a/b/a%20b.js")[:2] == (200, "text/javascript; charset=utf-8")
    assert get(server, "/a/b/app.webmanifest")[1] == "application/manifest+json"
    assert [get(server, path)[0] for path in ("/", "/a/b/none", "/a/b/none/")] == [404, 404, 404]
    assert [seen.path for seen in server.requests[-3:]] == ["/", "none", "none/"]


def test_addresses_are_read_as_static_hosts_read_them(server: SiteServer, folder: Path) -> None:
    (folder / "about.html").write_text("about")
    (folder / "about").mkdir()
    (folder / "v1.2.html").write_text("version")
    server.answers.content["new/index.html"] = "new"
    assert get(server, "/a/b/about?x=1") == (200, "text/html; charset=utf-8", "about")
    assert get(server, "/a/b/v1.2")[2] == "version"
    assert get(server, "/a/b/deep?x=%C3%BC%20")[2] == "deep"
    assert server.requests[-1].query == "x=ü "
    assert get(server, "/a/b/deep")[2] == "deep"
    assert get(server, "/a/b/new")[2] == "new"
    assert [(seen.path, seen.status) for seen in server.requests[-4:]] == [
        ("deep", 307),
        ("deep/", 200),
        ("new", 307),
        ("new/", 200),
    ]
    assert get(server, "/a/b/about/")[0] == 404


def test_the_sites_own_page_for_what_is_missing(server: SiteServer, folder: Path) -> None:
    (folder / "404.html").write_text("lost")
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(server.url + "none/of/it")
    with answer.value as error:
        assert (error.code, error.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert error.read() == b"lost"


@pytest.mark.parametrize(
    ("headers", "status", "part", "place"),
    [
        ({"Range": "bytes=1-2"}, 206, b"om", "bytes 1-2/4"),
        ({"Range": "bytes=2-"}, 206, b"me", "bytes 2-3/4"),
        ({"Range": "bytes=-1"}, 206, b"e", "bytes 3-3/4"),
        ({"Range": "bytes=0-99"}, 206, b"home", "bytes 0-3/4"),
        ({"Range": "bytes=4-"}, 416, b"", "bytes */4"),
        ({"Range": "bytes=0-1,3-3"}, 200, b"home", None),
        ({"Range": "pages=1-2"}, 200, b"home", None),
        ({"Range": "bytes=1-2", "If-Range": '"a"'}, 206, b"om", "bytes 1-2/4"),
        ({"Range": "bytes=1-2", "If-Range": '"b"'}, 200, b"home", None),
    ],
)
def test_ranges(
    server: SiteServer, headers: dict[str, str], status: int, part: bytes, place: str | None
) -> None:
    server.answers.path_headers[""] = {"ETag": '"a"'}
    try:
        answer = urllib.request.urlopen(urllib.request.Request(server.url, headers=headers))
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        assert (answer.status, answer.read(), answer.headers["Content-Range"]) == (status, part, place)


@pytest.mark.parametrize(
    ("mount", "path"), [("/a b/", "/a%20b/"), ("ü/(x)", "/%C3%BC/(x)/"), ("%41", "/%41/")]
)
def test_a_mount_point_is_what_browsers_make_of_it(folder: Path, mount: str, path: str) -> None:
    with SiteServer(folder, mount) as server:
        assert server.url == server.origin + path
        assert get(server, path) == (200, "text/html; charset=utf-8", "home")


@pytest.mark.parametrize(
    "path", ["../secret.txt", "..%2fsecret.txt", "deep/../../secret.txt", "%2e%2e/secret.txt"]
)
def test_nothing_outside_the_folder_is_served(server: SiteServer, path: str) -> None:
    status, _, text = get(server, "/a/b/" + path)
    assert (status, "secret" in text) == (404, False)


def test_a_link_out_of_the_folder_is_not_followed(server: SiteServer, folder: Path) -> None:
    begins_alike = folder.with_name("site-old")
    begins_alike.mkdir()
    (begins_alike / "secret.txt").write_text("secret")
    (folder / "out").symlink_to(folder.parent / "secret.txt")
    (folder / "sibling").symlink_to(begins_alike / "secret.txt")
    paths = ("out", "sibling", "%2e%2e/site-old/secret.txt")
    assert [get(server, f"/a/b/{path}")[0] for path in paths] == [404, 404, 404]


@pytest.mark.parametrize("name", ["%00", "a%00b/", "x" * 256, "%F0%9F%9A%A2" * 64, "circle", "secret/"])
def test_impossible_file_names_are_404(server: SiteServer, folder: Path, name: str) -> None:
    (folder / "circle").symlink_to("circle")
    assert get(server, f"/a/b/{name}")[0] == 404


def test_an_unreadable_file_is_404(server: SiteServer, not_root: None) -> None:
    assert get(server, "/a/b/private.txt")[0] == 404


@pytest.mark.slow
def test_answers_can_be_changed(server: SiteServer) -> None:
    answers = server.answers
    answers.content["new.html"] = "new"
    answers.content["index.html"] = "replaced"
    answers.status["deep/"] = 503
    answers.delay_seconds["new.html"] = 0.1
    begin = time.monotonic()
    assert get(server, "/a/b/new.html")[2] == "new"
    assert time.monotonic() - begin >= 0.1
    assert get(server, "/a/b/")[2] == "replaced"
    assert get(server, "/a/b/deep/")[0] == 503

    answers.headers["Content-Security-Policy"] = "default-src 'self'"
    answers.path_headers["new.html"] = {"Cache-Control": "max-age=9"}
    with urllib.request.urlopen(server.url + "new.html") as response:
        assert response.headers["Content-Security-Policy"] == "default-src 'self'"
        assert response.headers["Cache-Control"] == "max-age=9"


def test_a_subscription_endpoint_keeps_what_it_got(server: SiteServer) -> None:
    server.answers.accepts.add("api/subscriptions")
    for method in ("POST", "PUT", "DELETE"):
        assert get(server, "/a/b/api/subscriptions?x=1", method, b'{"a": 1}')[0] == 204
    assert get(server, "/a/b/", "POST", b"{}")[0] == 405
    seen = server.wait_for_request("api/subscriptions", "PUT")
    assert (seen.json(), seen.query, seen.status) == ({"a": 1}, "x=1", 204)
    assert len(server.requests_for("api/subscriptions")) == 3
    with pytest.raises(
        RequestMissingError, match=r"no PATCH request for 'x' in 0.01 s; the last: POST api/sub"
    ):
        server.wait_for_request("x", "PATCH", timeout=0.01)


def test_a_form_may_be_shown_again_and_a_page_lead_to_the_log_in(server: SiteServer) -> None:
    server.answers.accepts_all = True
    server.answers.renders.add("deep/")
    server.answers.redirects[""] = "deep/"
    assert get(server, "/a/b/deep/", "POST", b"x=1") == (200, "text/html; charset=utf-8", "deep")
    assert get(server, "/a/b/", "POST", b"x=1")[0] == 204
    assert get(server, "/a/b/") == (200, "text/html; charset=utf-8", "deep")
    assert [(seen.method, seen.path, seen.status) for seen in server.requests] == [
        ("POST", "deep/", 200),
        ("POST", "", 204),
        ("GET", "", 303),
        ("GET", "deep/", 200),
    ]


@pytest.mark.slow
def test_a_client_that_reads_no_more_does_not_outlive_the_server(tmp_path: Path) -> None:
    (tmp_path / "sound.wav").write_bytes(bytes(20_000_000))
    with SiteServer(tmp_path) as server, socket.create_connection(("localhost", server.port)) as client:
        client.sendall(b"GET /sound.wav HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.recv(1)
        server.close()
    assert left_open() == []


@pytest.mark.slow
def test_clients_that_connect_while_it_closes_leave_nothing_open(tmp_path: Path) -> None:
    closed = threading.Event()

    def connect(port: int) -> None:
        while not closed.is_set():
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=0.1).close()

    for _ in range(10):
        closed.clear()
        server = SiteServer(tmp_path)
        clients = [threading.Thread(target=connect, args=(server.port,)) for _ in range(4)]
        for client in clients:
            client.start()
        time.sleep(0.02)
        try:
            server.close()
        finally:
            closed.set()
            for client in clients:
                client.join()
    assert left_open() == []


def left_open() -> list[str]:
    """Return what Python says of sockets that nobody closed."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        gc.collect()
    return [str(one.message) for one in told]
