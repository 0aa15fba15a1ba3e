"""Which host a request is for: the site's or the console's. Everything else is refused.

A page elsewhere can give its own name this machine's address (DNS rebinding), and would then be of the
same origin as what answers. The Host header tells.

The console has a host of its own, 127.0.0.1 where the site has localhost, so that it is another origin:
no script and no worker of the site can act in it, clicks on notifications don't lead to its window, and
a tunnel for a phone shows the site alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import URL, Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pwagen.errors import PwagenError

CONSOLE_PATH = "/_pwagen/"


@dataclass(frozen=True)
class Hosts:
    """The values of Host that are answered; `others` are names that the site has beside localhost."""

    port: int
    others: tuple[str, ...] = ()

    @property
    def site(self) -> str:
        """The site's host and port."""
        return self._with_port("localhost")

    @property
    def console(self) -> str:
        """The console's host and port."""
        return self._with_port("127.0.0.1")

    @property
    def site_url(self) -> str:
        """Where the site is."""
        return f"http://{self.site}/"

    @property
    def console_url(self) -> str:
        """Where the console is."""
        return f"http://{self.console}{CONSOLE_PATH}"

    def is_console(self, host: str) -> bool:
        """Tell whether a Host header is the console's."""
        return host in (self.console, self._with_port("[::1]"))

    def is_site(self, host: str) -> bool:
        """Tell whether a Host header is the site's."""
        return host in (self.site, *self.others)

    def _with_port(self, name: str) -> str:
        return name if self.port == 80 else f"{name}:{self.port}"


def host_of(name: str) -> str:
    """Return the Host header of requests to a name, or to the URL that a tunnel prints.

    Raises PwagenError for what is neither.
    """
    try:
        parts = urlsplit(name if "://" in name else f"//{name}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or "@" in parts.netloc:
        raise PwagenError(f"--allow-host {name}: that is not a host name - write one such as app.example.dev")
    host = f"[{host}]" if ":" in host else host
    # Browsers leave a scheme's own port out (RFC 9110 section 4.2.3).
    return host if port in (None, {"https": 443, "http": 80}.get(parts.scheme)) else f"{host}:{port}"


class ByHost:
    """Hands a request to the site or to the console, and one for the wrong one of the two over to the other.

    `shared` are the paths below CONSOLE_PATH that the site has.
    """

    def __init__(self, hosts: Hosts, site: ASGIApp, console: ASGIApp, shared: Iterable[str]) -> None:
        self._hosts = hosts
        self._site = site
        self._console = console
        self._shared = frozenset(shared)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._chosen(scope)(scope, receive, send)

    def _chosen(self, scope: Scope) -> ASGIApp:
        hosts, path = self._hosts, scope["path"]
        host = Headers(scope=scope).get("host", "").lower()
        is_for_console = path.startswith(CONSOLE_PATH) or path == CONSOLE_PATH.rstrip("/")
        if hosts.is_console(host):
            return self._console if is_for_console else _moved(scope, hosts.site)
        if not hosts.is_site(host):
            return _refused(hosts)
        if not is_for_console or path in self._shared:
            return self._site
        # Other host names are those of tunnels, which must not reach the console.
        return _moved(scope, hosts.console) if host == hosts.site else PlainTextResponse("Not Found", 404)


def _moved(scope: Scope, host: str) -> ASGIApp:
    return RedirectResponse(URL(scope=scope).replace(scheme="http", netloc=host))


def _refused(hosts: Hosts) -> ASGIApp:
    # RFC 9110 section 15.5.20: a request for a host that this server does not answer for.
    text = f"This is {hosts.site}. To reach it by another name, start it with --allow-host NAME.\n"
    return PlainTextResponse(text, 421)
