"""What a store of subscriptions raises, whichever database it is in."""

from __future__ import annotations

from pwagen.errors import PwagenError


class StoreError(PwagenError):
    """A store that cannot be used."""


class EndpointTakenError(PwagenError):
    """A subscription whose endpoint is stored with another secret."""
