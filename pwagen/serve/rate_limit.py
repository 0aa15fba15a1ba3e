"""How many requests one client may make."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address
from time import monotonic

_MOST_CLIENTS = 10_000


class RateLimit:
    """A token bucket for each client address: `burst` requests at once, `per_minute` in the long run.

    For one process and one event loop; behind a proxy, the server must pass the clients' addresses on
    (uvicorn's --proxy-headers), or all of them share a bucket.
    """

    def __init__(
        self, per_minute: float = 60, burst: int = 30, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._per_second = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        # address -> (tokens, when they were counted); the client seen last is at the end
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> float:
        """Return 0 and count the request, or the seconds until the client's next one is allowed."""
        client, now = _client(address), self._clock()
        tokens, counted = self._buckets.pop(client, (self._burst, now))
        tokens = min(self._burst, tokens + (now - counted) * self._per_second)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._per_second
        self._buckets[client] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return wait


def _client(address: str) -> str:
    """Return who an address is: an IPv6 subscriber has a whole /64."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return str(ip) if ip.version == 4 else ip.exploded[:19]
