"""Which host is answered: DNS rebinding, tunnels, and the wall between the site and the console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pwagen.errors import PwagenError
from pwagen.serve.host_names import Hosts, host_of
from tests.serve.serving import Client, Served, make_project, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = make_project(tmp_path_factory.mktemp("project") / "harbour")
    with serving(folder, others=("harbour.example.dev",)) as served:
        yield served


def ask(served: Served, host: str | None, path: str, method: str = "GET") -> tuple[int, str]:
    client = Client(served.site.port)
    answer = client.ask(method, path, headers={"Host": host})
    return answer.status, answer.headers.get("location", "")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost",
        "localhost:1",
        "localhost:{port}.evil.example",
        "localhost.evil.example:{port}",
        "sub.harbour.example.dev",
        "192.168.1.10:{port}",
        "0.0.0.0:{port}",
        "127.0.0.1",
        "127.0.0.2:{port}",
        "[::1]",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/_pwagen/", "/_pwagen/news", "/api/push/subscriptions", "/sw.js"])
def test_other_hosts_get_nothing(served: Served, host: str, path: str) -> None:
    assert ask(served, host.format(port=served.site.port), path)[0] == 421


def test_the_site_and_the_console_are_two_origins(served: Served) -> None:
    port = served.site.port
    site, console = f"localhost:{port}", f"127.0.0.1:{port}"
    assert ask(served, site, "/") == (200, "")
    assert ask(served, site.upper(), "/") == (200, "")
    assert ask(served, console, "/_pwagen/") == (200, "")
    assert ask(served, f"[::1]:{port}", "/_pwagen/") == (200, "")
    assert ask(served, console, "/news/?a=b") == (307, f"http://{site}/news/?a=b")
    assert ask(served, site, "/_pwagen/") == (307, f"http://{console}/_pwagen/")
    assert ask(served, site, "/_pwagen") == (307, f"http://{console}/_pwagen")
    assert ask(served, console, "//evil.example/x")[1].startswith(f"http://{site}/")


def test_a_tunnel_shows_the_site_alone(served: Served) -> None:
    host = "harbour.example.dev"
    assert ask(served, host, "/")[0] == 200
    assert ask(served, host, "/_pwagen/worker-events.js")[0] == 200
    for path in ("/_pwagen/", "/_pwagen", "/_pwagen/news", "/_pwagen/schema.json", "/_pwagen/console.js"):
        assert ask(served, host, path)[0] == 404
    assert ask(served, host, "/_pwagen/messages", "POST")[0] == 404


def test_the_default_port_is_not_in_a_url() -> None:
    hosts = Hosts(80)
    assert (hosts.site_url, hosts.console_url) == ("http://localhost/", "http://127.0.0.1/_pwagen/")
    assert hosts.is_site("localhost")
    assert hosts.is_console("[::1]")


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("App.Example.dev", "app.example.dev"),
        ("https://abc.example.dev/", "abc.example.dev"),
        ("https://abc.example.dev:443/news", "abc.example.dev"),
        ("http://abc.example.dev:8443", "abc.example.dev:8443"),
        ("abc.example.dev:8443", "abc.example.dev:8443"),
        ("[2001:db8::1]:8000", "[2001:db8::1]:8000"),
    ],
)
def test_a_name_or_the_url_that_a_tunnel_prints(name: str, host: str) -> None:
    assert host_of(name) == host


@pytest.mark.parametrize("name", ["", "https://", "https://[abc", "me@abc.example.dev", "abc:port"])
def test_what_is_no_host(name: str) -> None:
    with pytest.raises(PwagenError, match="not a host name"):
        host_of(name)
