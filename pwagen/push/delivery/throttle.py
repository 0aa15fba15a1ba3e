"""Pauses for push services that refuse messages, and the probes that end them.

A 429 is about one push resource (RFC 8030 section 8.4); Apple and WNS say the same of their own limits
(`X-WNS-Status: channelthrottled`, https://learn.microsoft.com/windows/apps/develop/notifications/push-notifications/wns-overview).
So one refusal defers one message. Only what several different subscriptions meet in a row is taken for the
state of the service. Pure: every moment is an argument, in seconds of a monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

EVIDENCE = 5  # different subscriptions that are refused in a row, without a delivery between them
_MOST_SERVICES = 1000  # a list with more that all refuse must be forged


@dataclass
class _Refusals:
    """What a service has refused since it last took a message, and the resulting pause."""

    since: float
    retry_after: dict[str, float] = field(default_factory=dict)  # seconds by endpoint, 0 where it named none
    first_pause: float = 0.0
    last_pause: float = 0.0
    seconds: float = 0.0  # the length of the last pause, 0 before the first one
    until: float = 0.0
    probed_until: float = 0.0  # when the probe under way must have ended


class Throttle:
    """Pauses services that refuse everybody, and lets one request at a time through to probe them.

    A pause is as long as the shortest Retry-After of the evidence, else it doubles from `base_seconds`; a
    probe goes out every `longest_seconds` at the latest. Any message that is taken ends the pause.
    """

    def __init__(
        self,
        base_seconds: float,
        longest_seconds: float,
        probe_seconds: float,
        longest_hold_seconds: float | None = None,
    ) -> None:
        """`probe_seconds` is how long a probe may take before another one is sent.

        `longest_hold_seconds` is how much time one run has for a service, None for `longest_seconds`.
        """
        self._base = base_seconds
        self._longest = longest_seconds
        self._probe = probe_seconds
        self._hold = longest_seconds if longest_hold_seconds is None else longest_hold_seconds
        self._services: dict[str, _Refusals] = {}

    def pause(self, service: str, now: float) -> float:
        """Return for how many seconds nothing may be sent to the origin `service`, 0 or less for none."""
        paused = self._paused(service)
        return paused.until - now if paused else 0.0

    def enter(self, service: str, now: float) -> float:
        """Return what `pause` does; a request that may go to a paused service becomes its probe."""
        paused = self._paused(service)
        if paused is None or now < paused.until:
            return self.pause(service, now)
        paused.until = paused.probed_until = now + self._probe
        return 0.0

    def is_hopeless(self, service: str, now: float) -> bool:
        """Return whether a paused service asks for more time than one run has."""
        paused = self._paused(service)
        if paused is None or now < paused.probed_until:
            return False
        asked = min(paused.retry_after.values())
        return asked > self._hold or now - paused.first_pause > self._hold

    def pauses(self, now: float) -> dict[str, float]:
        """Return for how many seconds each service that refuses everybody is left alone."""
        return {
            service: max(0.0, refusals.until - now)
            for service, refusals in self._services.items()
            if refusals.seconds
        }

    def taken(self, service: str) -> bool:
        """Note that the service took a message; return whether that ended a pause."""
        refusals = self._services.pop(service, None)
        return refusals is not None and refusals.seconds > 0

    def answered(self, service: str, sent_at: float, now: float) -> None:
        """Note an answer that is about its subscription alone: another probe may go at once."""
        paused = self._paused(service)
        if paused and sent_at > paused.last_pause:
            paused.until = paused.probed_until = now

    def refused(self, service: str, endpoint: str, retry_after: float, sent_at: float, now: float) -> None:
        """Note that a request of the moment `sent_at` was not taken.

        `retry_after` are the seconds for which the service wants to be left alone, 0 where it named none or
        meant the subscription alone.
        """
        refusals = self._services.get(service)
        if refusals is None or not (refusals.seconds or now - refusals.since <= self._longest):
            refusals = self._begin(service, now)
        if len(refusals.retry_after) < EVIDENCE or endpoint in refusals.retry_after:
            refusals.retry_after[endpoint] = retry_after
        if len(refusals.retry_after) < EVIDENCE:
            return
        if refusals.seconds and sent_at <= refusals.last_pause:
            return  # it was under way when the pause began, so it is no new evidence
        shortest = min(refusals.retry_after.values())
        refusals.first_pause = refusals.first_pause if refusals.seconds else now
        refusals.seconds = min(self._longest, max(shortest, refusals.seconds * 2, self._base))
        refusals.last_pause, refusals.until, refusals.probed_until = now, now + refusals.seconds, now

    def _paused(self, service: str) -> _Refusals | None:
        refusals = self._services.get(service)
        return refusals if refusals and refusals.seconds else None

    def _begin(self, service: str, now: float) -> _Refusals:
        if len(self._services) >= _MOST_SERVICES:
            del self._services[next(iter(self._services))]
        self._services[service] = refusals = _Refusals(now)
        return refusals
