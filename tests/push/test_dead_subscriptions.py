"""When subscriptions are removed: never because of a vendor's bad hour."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pwagen.cli.subscriptions import app
from pwagen.push import Outcome, Status, Store, Subscription
from tests.push.push_sink import AUTH, RECEIVER
from tests.push.test_store_sending import location

__all__ = ["location"]

pytestmark = pytest.mark.slow
DAY = 86400
START = 1_700_000_000


@pytest.fixture
def store(location: str) -> Iterator[Store]:
    store = Store(location)
    yield store
    store.close()


def subscription(name: object, host: str = "fcm.googleapis.com") -> Subscription:
    return Subscription(f"https://{host}/push/{name}", RECEIVER.public_key_bytes, AUTH)


def fill(store: Store, count: int, host: str = "fcm.googleapis.com") -> list[str]:
    for number in range(count):
        store.save(subscription(number, host), now=START)
    return [subscription(number, host).endpoint for number in range(count)]


def gone(endpoints: list[str]) -> list[Outcome]:
    return [Outcome(endpoint, Status.GONE, "the subscription is over", 410) for endpoint in endpoints]


def test_the_first_answer_marks_and_one_a_day_later_removes(store: Store) -> None:
    endpoints = fill(store, 3)
    for hours, left in ((0, 3), (1, 3), (23, 3), (24, 2)):
        store.record(gone(endpoints[:1]), now=START + hours * 3600)
        assert store.count() == left, hours


def test_who_is_delivered_to_or_comes_again_begins_anew(store: Store) -> None:
    endpoints = fill(store, 2)
    store.record(gone(endpoints), now=START)
    store.record([Outcome(endpoints[0], Status.DELIVERED)], now=START + 100)
    store.save(subscription(1), now=START + 100)
    store.record(gone(endpoints), now=START + 2 * DAY)
    assert store.count() == 2


def test_a_subscription_that_takes_the_place_of_a_gone_one_is_not_marked(store: Store, location: str) -> None:
    (old,) = fill(store, 1)
    store.record(gone([old]), now=START)
    store.replace(old, subscription("new"), now=START + 100)
    assert run(location, "prune", "--gone").stdout == "0 removed\n"
    store.record(gone([subscription("new").endpoint]), now=START + 2 * DAY)
    assert [stored.subscription for stored in store.all()] == [subscription("new")]


def test_a_run_keeps_half_of_a_service_s_rows_and_says_so(store: Store) -> None:
    fcm, apple = fill(store, 20), fill(store, 20, "web.push.apple.com")
    store.record(gone(fcm + apple[:3]), now=START)
    removals = store.record(gone(fcm + apple[:3]), now=START + DAY)
    assert dict(removals.kept) == {"https://fcm.googleapis.com": 10}
    assert store.count() == 10 + 17


def test_the_brake_is_of_a_whole_broadcast(store: Store) -> None:
    from pwagen.push import Broadcast

    endpoints = fill(store, 20)
    store.record(gone(endpoints), now=START)
    broadcast = Broadcast(store, "noon")
    while batch := broadcast.claim(4):
        broadcast.record([(gone([stored.subscription.endpoint])[0], stored) for stored in batch])
    assert store.count() == 10
    assert broadcast.removals.kept == {"https://fcm.googleapis.com": 10}
    assert broadcast.left() == 0


def run(location: str, *command: str, source: str | None = None) -> Result:
    return CliRunner().invoke(app, [command[0], *command[1:], "--store", location], input=source)


def failed(endpoints: list[str]) -> list[Outcome]:
    return [Outcome(endpoint, Status.RETRY, "out of order", 503) for endpoint in endpoints]


def test_prune_spares_those_of_a_service_that_took_nobody(store: Store, location: str) -> None:
    fcm, apple = fill(store, 4), fill(store, 4, "web.push.apple.com")
    store.record([Outcome(apple[3], Status.DELIVERED)], now=START - 90 * DAY)
    for round in range(5):
        store.record(failed(apple + fcm[:2]), now=START + round * DAY)
        store.record([Outcome(fcm[3], Status.DELIVERED)], now=START + round * DAY)
    result = run(location, "prune", "--failures", "5", "--dry-run")
    assert result.stdout.splitlines()[0] == "2 would be removed"
    result = run(location, "prune", "--failures", "5")
    assert result.stdout.splitlines()[0] == "2 removed"
    assert "4 at https://web.push.apple.com kept" in result.stdout
    assert store.count() == 6
    assert run(location, "prune", "--failures", "5").stdout.splitlines()[0] == "0 removed"


def test_prune_of_what_was_kept_by_the_brake(store: Store, location: str) -> None:
    store.record(gone(fill(store, 12)), now=START)
    assert run(location, "prune", "--gone").stdout == "12 removed\n"


def test_out_and_in_again_as_json_lines_and_csv(store: Store, location: str, tmp_path: Path) -> None:
    store.save(subscription("a"), user='ada, "x"', topics=["tides", "news"])
    store.save(subscription("b"))
    for form in ([], ["--csv"]):
        file = tmp_path / f"out{len(form)}"
        assert run(location, "export", "-o", str(file), *form).exit_code == 0
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        copy = str(tmp_path / f"copy{len(form)}.db")
        result = CliRunner().invoke(app, ["import", str(file), "--store", copy, *form])
        assert (result.exit_code, result.stdout) == (0, "2 saved\n"), result.output
        other = Store(copy)
        assert [stored.subscription for stored in other.all()] == [subscription("a"), subscription("b")]
        assert [stored.user for stored in other.all()] == ['ada, "x"', None]
        assert other.topics(subscription("a").endpoint) == {"tides", "news"}
        other.close()
    assert len(list(csv.reader((tmp_path / "out1").read_text().splitlines()))) == 3


def test_an_import_names_the_lines_that_are_none(location: str) -> None:
    lines = [json.dumps(subscription("a").to_json()), "{", '{"endpoint": 1}', "", "7"]
    result = run(location, "import", "-", source="\n".join(lines))
    assert (result.exit_code, result.stdout) == (1, "1 saved, 3 left out\n")
    assert [line.partition(" ")[0] for line in result.stderr.splitlines()] == ["-:2:", "-:3:", "-:5:"]


def test_counts_and_list(store: Store, location: str) -> None:
    fill(store, 3)
    store.save(subscription("x", "web.push.apple.com"), topics=["tides"])
    sums = json.loads(run(location, "count", "--json").stdout)
    assert sums["total"] == 4
    assert sums["vendors"] == {"Google": 3, "Apple": 1}
    assert sums["audiences"] == {"tides": 1}
    assert sums["lastSeen"] == {"longer": 3, "1 day": 1}
    assert "audience tides" in run(location, "count").stdout
    store.record(failed([subscription(0).endpoint]))
    assert len(run(location, "list").stdout.splitlines()) == 4
    (line,) = run(location, "list", "--failing").stdout.splitlines()
    assert "1 failures: out of order" in line
    assert subscription(0).endpoint not in line
