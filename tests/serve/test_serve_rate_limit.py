"""Token buckets, with a clock that the test moves."""

from __future__ import annotations

from pwagen.serve import rate_limit
from pwagen.serve.rate_limit import RateLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_one_a_second() -> None:
    clock = Clock()
    limit = RateLimit(per_minute=60, burst=3, clock=clock)
    assert [limit.take("192.0.2.1") for _ in range(4)] == [0, 0, 0, 1]
    clock.now = 0.75
    assert limit.take("192.0.2.1") == 0.25
    clock.now = 1.0
    assert limit.take("192.0.2.1") == 0
    assert limit.take("192.0.2.1") == 1


def test_tokens_do_not_pile_up() -> None:
    clock = Clock()
    limit = RateLimit(per_minute=60, burst=2, clock=clock)
    assert limit.take("192.0.2.1") == 0
    clock.now = 3600
    assert [limit.take("192.0.2.1") > 0 for _ in range(3)] == [False, False, True]


def test_each_client_has_its_own() -> None:
    limit = RateLimit(burst=1, clock=Clock())
    assert limit.take("192.0.2.1") == 0
    assert limit.take("192.0.2.2") == 0
    assert limit.take("") == 0
    assert limit.take("192.0.2.1") > 0


def test_the_addresses_of_an_ipv6_subscriber_are_one_client() -> None:
    limit = RateLimit(burst=1, clock=Clock())
    assert limit.take("2001:db8:1:2::1") == 0
    assert limit.take("2001:db8:1:2:ffff::9") > 0
    assert limit.take("2001:db8:1:3::1") == 0


def test_very_many_clients_take_no_more_memory(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(rate_limit, "_MOST_CLIENTS", 10)
    limit = RateLimit(burst=1, clock=Clock())
    for number in range(50):
        limit.take(f"192.0.2.{number}")
    assert len(limit._buckets) == 10
    assert limit.take("192.0.2.49") > 0
