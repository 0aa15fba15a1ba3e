"""Where push messages may be sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from pwagen.errors import PwagenError
from pwagen.push.transport.vendors import PUSH_SERVICES as PUSH_SERVICES

_DEFAULT_PORTS = {"https": 443, "http": 80}
# No white space, control characters or backslashes, which URL parsers read differently.
_ENDPOINT = re.compile(
    r"(https?://[^\x00-\x20\\/?#]+)([/?][^\x00-\x20\\#]*)?(?:#[^\x00-\x20\\]*)?", re.IGNORECASE
)
_HOST_NAME = r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*"
_NAT64 = IPv6Network("64:ff9b::/96")
_RELAYS = IPv4Network("192.88.99.0/24")  # of 6to4, RFC 7526


class EndpointError(PwagenError):
    """A subscription's endpoint that is refused."""


@dataclass(frozen=True)
class Service:
    """What comes before the path of an endpoint.

    `host` is in lower case, without a final dot; `origin` is serialised as in RFC 6454 section 6.2.
    """

    scheme: str
    host: str
    port: int
    credentials: bool
    origin: str


def split(endpoint: str) -> tuple[Service, str]:
    """Return the push service of an endpoint, and the target of requests to it (RFC 9112 section 3.2.1).

    Raises EndpointError if it is not an http or https URL.
    """
    match = _ENDPOINT.fullmatch(endpoint)
    # Browsers write it in ASCII; there are two standards for other letters in a host.
    if not (match and endpoint.isascii()):
        raise EndpointError(f"{endpoint!r} is not the URL of a push service")
    target = match[2] or "/"
    return _service(match[1]), target if target[0] == "/" else f"/{target}"


def origin(endpoint: str) -> str:
    """Return the origin of an endpoint; raises EndpointError if it is not an http or https URL."""
    return split(endpoint)[0].origin


@lru_cache(maxsize=1024)  # very many endpoints are at very few services
def _service(before_path: str) -> Service:
    try:
        parts = urlsplit(before_path)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or port == 0:
        raise EndpointError(f"{before_path!r} is not the URL of a push service")
    default = _DEFAULT_PORTS[parts.scheme]
    bracketed = f"[{host}]" if ":" in host else host
    suffix = "" if port in (None, default) else f":{port}"
    return Service(
        parts.scheme,
        host.rstrip("."),
        port or default,
        "@" in parts.netloc,
        f"{parts.scheme}://{bracketed}{suffix}",
    )


def is_public(address: str) -> bool:
    """Return whether an IP address is public, and so is any IPv4 address embedded in it."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour or ip.teredo or ip in _NAT64:
            return False  # they embed an IPv4 address that a gateway would connect to
        if ip.is_site_local:  # RFC 3879: still routed where it was ever used
            return False
    elif ip in _RELAYS:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def is_loopback(address: str) -> bool:
    """Return whether an IP address is this machine."""
    return ip_address(address.partition("%")[0]).is_loopback


@dataclass(frozen=True)
class EndpointPolicy:
    """Which endpoints may be sent to: they come from browsers, so anybody can make them up.

    `services` are host names, `*.` at the front for their subdomains; None allows every public host.
    `loopback` is for tests: it additionally allows this machine, and http to it. Raises EndpointError for
    an invalid host name.
    """

    services: tuple[str, ...] | None = PUSH_SERVICES
    loopback: bool = False

    def __post_init__(self) -> None:
        """Write the host names as they are in endpoints."""
        if self.services is not None:
            object.__setattr__(self, "services", tuple(map(_host_name, self.services)))

    def check(self, endpoint: str) -> None:
        """Raise EndpointError for an endpoint that is refused without looking up its address."""
        self.allowed(endpoint)

    def allowed(self, endpoint: str) -> tuple[Service, str]:
        """Return what `split` does; raises EndpointError like `check`."""
        service, target = split(endpoint)
        reason = _refusal(self, service)
        if reason:
            raise EndpointError(reason)
        return service, target

    def is_loopback(self, service: Service) -> bool:
        """Return whether a service is this machine by its name, and allowed: no proxy is asked for it."""
        return self.loopback and _names_loopback(service.host)

    def check_address(self, address: str) -> None:
        """Raise EndpointError for an IP address that is neither public nor explicitly allowed."""
        if not (is_public(address) or (self.loopback and is_loopback(address))):
            raise EndpointError(_not_public(address))


@lru_cache(maxsize=1024)
def _refusal(policy: EndpointPolicy, service: Service) -> str:
    if service.credentials:
        return "the endpoint has a user name or a password in it"
    if policy.loopback and _names_loopback(service.host):
        return ""
    if service.scheme != "https":
        return f"the endpoint is {service.scheme}, push services are https"
    if _is_address(service.host) and not is_public(service.host):
        return _not_public(service.host)
    if policy.services is not None and not any(
        _matches(service.host, pattern) for pattern in policy.services
    ):
        return f"{service.host} is not one of the push services that are allowed"
    return ""


def _not_public(address: str) -> str:
    return f"{address} is not an address of the public internet"


def _host_name(service: str) -> str:
    name = service.lower().rstrip(".")
    if re.fullmatch(_HOST_NAME, name) or _is_address(name):
        return name
    try:
        host = urlsplit(service).hostname or ""
    except ValueError:
        host = ""
    instead = host if re.fullmatch(_HOST_NAME, host) else "push.harbour.news"
    raise EndpointError(
        f"{service!r} is not a host name - write one as it is in endpoints, such as {instead}"
    )


def _matches(host: str, service: str) -> bool:
    if service.startswith("*."):
        return host.endswith(service[1:])
    return host == service


def _names_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and is_loopback(host))


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
