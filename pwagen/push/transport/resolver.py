"""DNS lookups of push services, limited to public addresses."""

from __future__ import annotations

import asyncio
import socket
from time import monotonic
from weakref import WeakValueDictionary

from aiohappyeyeballs import AddrInfoType

from pwagen.push.transport.endpoints import EndpointError, EndpointPolicy

_KEPT_SECONDS = 60
_MOST_KEPT = 1000


class AddressRefusedError(OSError):
    """A host name that resolves to an address that is not allowed."""


class Resolver:
    """Returns only allowed addresses, and looks up each host once a minute.

    A connection is made to exactly these addresses, so a second look-up with another answer (DNS
    rebinding) cannot happen between check and use.
    """

    def __init__(self, policy: EndpointPolicy) -> None:
        """Keep the policy."""
        self._policy = policy
        self._known: dict[tuple[str, int], tuple[float, list[AddrInfoType]]] = {}
        self._locks: WeakValueDictionary[tuple[str, int], asyncio.Lock] = WeakValueDictionary()

    async def addresses(self, host: str, port: int) -> list[AddrInfoType]:
        """Return the result of `getaddrinfo` for `host`.

        Raises AddressRefusedError if any address is not allowed, and OSError if there is none.
        """
        place = host, port
        lock = self._locks.setdefault(place, asyncio.Lock())
        async with lock:
            until, addresses = self._known.get(place, (0.0, []))
            if monotonic() >= until:
                addresses = await self._look_up(host, port)
                if len(self._known) >= _MOST_KEPT:
                    self._known.clear()
                self._known[place] = monotonic() + _KEPT_SECONDS, addresses
            return addresses

    async def _look_up(self, host: str, port: int) -> list[AddrInfoType]:
        loop = asyncio.get_running_loop()
        addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for *_, address in addresses:
            try:
                self._policy.check_address(str(address[0]))
            except EndpointError as error:
                raise AddressRefusedError(f"{host} resolves to a private address: {error}") from None
        return list(addresses)
