"""When subscriptions are removed: never because of a vendor's bad hour."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text
from typer import Typer
from typer.testing import CliRunner, Result

from pwagen.cli.broadcasts import broadcasts
from pwagen.cli.subscriptions import app
from pwagen.push import Broadcast, Outcome, Status, Store, Subscription
from pwagen.push.storage.dead_subscriptions import prunable, remove
from tests.push.many_rows import save_all
from tests.push.push_sink import AUTH, RECEIVER
from tests.push.test_store_sending import location

__all__ = ["location"]

pytestmark = pytest.mark.slow
DAY = 86400
START = 1_700_000_000
broadcasts_app = Typer()
broadcasts_app.command()(broadcasts)


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
    endpoints = fill(store, 20)
    store.record(gone(endpoints), now=START)
    broadcast = Broadcast(store, "noon")
    while batch := broadcast.claim(4):
        broadcast.record([(gone([stored.subscription.endpoint])[0], stored) for stored in batch])
    assert store.count() == 10
    assert broadcast.removals.kept == {"https://fcm.googleapis.com": 10}
    assert broadcast.left() == 0


def test_the_brake_is_of_all_processes_of_a_broadcast(store: Store, location: str) -> None:
    """Each range under Celery is one such; so is each worker of `send --broadcast`."""
    endpoints = fill(store, 40)
    store.record(gone(endpoints), now=START)
    Broadcast(store, "noon").begin(b"x")
    kept = Counter[str]()
    for _ in range(10):
        with closing(Store(location)) as own:
            part = Broadcast(own, "noon")
            batch = part.claim(4)
            part.record([(gone([stored.subscription.endpoint])[0], stored) for stored in batch])
            kept += part.removals.kept
    assert store.count() == 20
    assert kept == {"https://fcm.googleapis.com": 20}
    assert Broadcast(store, "noon").left() == 0
    result = CliRunner().invoke(broadcasts_app, ["--store", location])
    assert "20 that https://fcm.googleapis.com reports as gone were kept" in result.stdout


def test_the_brake_counts_ranges_that_end_at_the_same_time(store: Store, location: str) -> None:
    fill(store, 60), fill(store, 60, "web.push.apple.com")
    store.record(gone([stored.subscription.endpoint for stored in store.all()]), now=START)
    Broadcast(store, "noon").begin(b"x")

    def part(_: int) -> None:
        with closing(Store(location)) as own:
            broadcast = Broadcast(own, "noon")
            batch = broadcast.claim(20)
            broadcast.record([(gone([one.subscription.endpoint])[0], one) for one in reversed(batch)])

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(part, range(6)))
    assert Counter(stored.subscription.endpoint.split("/")[2] for stored in store.all()) == {
        "fcm.googleapis.com": 30,
        "web.push.apple.com": 30,
    }


def test_the_brake_is_of_a_day_for_what_is_recorded_one_by_one(store: Store) -> None:
    """A view or a task that sends to one user records a single outcome each time."""
    endpoints = fill(store, 40)
    store.record(gone(endpoints), now=START)
    for number, endpoint in enumerate(endpoints):
        store.record(gone([endpoint]), now=START + DAY + number)
    assert store.count() == 20
    for number, stored in enumerate(store.all()):
        store.record(gone([stored.subscription.endpoint]), now=START + 3 * DAY + number)
    assert store.count() == 10


def test_many_broadcasts_on_one_day_do_not_halve_a_service_each(store: Store) -> None:
    store.record(gone(fill(store, 40)), now=START)
    for name in "abcdef":
        broadcast = Broadcast(store, name)
        while batch := broadcast.claim(40):
            broadcast.record([(gone([stored.subscription.endpoint])[0], stored) for stored in batch])
    assert store.count() == 20


def test_broadcasts_whose_outcomes_meet_do_not_wait_in_a_circle(store: Store, location: str) -> None:
    fill(store, 120)
    store.record(gone([one.subscription.endpoint for one in store.all()][:60]), now=START)
    together = Barrier(4)

    def part(number: int) -> None:
        with closing(Store(location)) as own:
            broadcast = Broadcast(own, str(number))
            batch = sorted(broadcast.claim(120), key=lambda one: (one.id * 37 * (number + 1)) % 121)
            statuses = [Status.GONE, Status.RETRY, Status.DELIVERED]
            together.wait()
            for start in range(0, 120, 20):
                broadcast.record(
                    (Outcome(one.subscription.endpoint, statuses[(one.id + number) % 3], "x"), one)
                    for one in batch[start : start + 20]
                )

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(part, range(4)))


@pytest.mark.parametrize("location", ["postgresql"], indirect=True)
def test_pruning_meets_a_broadcast_s_outcomes(store: Store, location: str) -> None:
    store.record([Outcome(subscription("other").endpoint, Status.DELIVERED)], now=START)
    for _ in range(6):
        # The order of their endpoints is the opposite of that of their ids.
        save_all(store, [subscription(number) for number in range(300, 100, -1)], now=START)
        endpoints = [one.subscription.endpoint for one in store.all()]
        for _ in range(2):
            store.record(failed(endpoints), now=START)
        together = Barrier(2)

        def recording(endpoints: list[str] = endpoints, together: Barrier = together) -> None:
            with closing(Store(location)) as own:
                together.wait()
                own.record(failed(endpoints), now=START)

        def pruning(together: Barrier = together) -> None:
            with closing(Store(location)) as own, own.transaction() as connection:
                ids, _ = prunable(connection, 2, gone=True)
                together.wait()
                remove(connection, ids)

        with ThreadPoolExecutor(2) as threads:
            for work in [threads.submit(recording), threads.submit(pruning)]:
                work.result()
        assert store.count() == 0


@pytest.mark.parametrize("location", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", ["a broadcast", "outcomes", "prune"])
def test_what_another_transaction_stops_is_done_again(store: Store, location: str, what: str) -> None:
    """The application has transactions of its own, with the rows in any order."""
    first, last = fill(store, 2)
    if what == "prune":
        store.record(gone([first, last]))
    broadcast = Broadcast(store, "noon")
    batch = broadcast.claim(2)

    def stopped() -> None:
        if what == "a broadcast":
            broadcast.record(zip(failed([first, last]), batch, strict=True))
        elif what == "outcomes":
            store.record(failed([first, last]))
        else:
            assert run(location, "prune", "--gone").stdout == "2 removed\n"

    touch = text("UPDATE pwagen_subscriptions SET user_key = 'ann' WHERE endpoint = :endpoint")
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(1) as threads, closing(Store(location)) as other:
        with other.transaction() as connection:
            connection.execute(text("SET LOCAL deadlock_timeout = '60s'"))  # the other one gives way
            connection.execute(touch, {"endpoint": last})
            work = threads.submit(stopped)
            while not connection.scalar(waiting):
                time.sleep(0.01)
            connection.execute(touch, {"endpoint": first})
        work.result()
    assert [stored.failures for stored in store.all()] == ([] if what == "prune" else [1, 1])


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


def test_an_import_reads_what_other_programs_write(store: Store, location: str, tmp_path: Path) -> None:
    """A mark at the front, as editors and PowerShell write it, and a list with line breaks."""
    listed = [subscription(name).to_json() for name in "ab"]
    lines = "".join(json.dumps(one) + "\n" for one in listed)
    table = f"endpoint,p256dh,auth,user\n{with_user('a')}{with_user('b')}"
    for number, (content, form) in enumerate(
        (
            ("\ufeff" + lines, []),
            ("\ufeff" + table, ["--csv"]),
            (json.dumps(listed), []),
            (json.dumps(listed, indent=2), []),
        )
    ):
        file = tmp_path / f"file{number}"
        file.write_text(content, encoding="utf-8")
        for source in (str(file), "-"):
            result = run(location, "import", source, *form, source=content)
            assert (result.exit_code, result.stdout) == (0, "2 saved\n"), result.output
    assert store.count() == 2
    result = run(location, "import", "-", source="")
    assert (result.exit_code, result.stdout) == (0, "0 saved\n")


@pytest.mark.parametrize("header", ["endpoint;p256dh;auth", "a,b", "endpoint,p256dh"])
def test_csv_without_its_columns_is_named_once(location: str, header: str) -> None:
    result = run(location, "import", "-", "--csv", source=f"{header}\n1\n2\n")
    assert (result.exit_code, result.stdout) == (1, "0 saved, 1 left out\n")
    assert result.stderr == (
        "-:1: the first line does not name the columns endpoint, p256dh and auth, with commas between them\n"
    )


def test_what_cannot_be_imported_leaves_no_new_store(tmp_path: Path) -> None:
    result = run(str(tmp_path / "new.db"), "import", str(tmp_path / "nothing.jsonl"))
    assert result.exit_code != 0
    assert not (tmp_path / "new.db").exists()


def with_user(name: str, user: str = "", topics: str | None = None) -> str:
    """Return a row of CSV, with a cell for the topics if given."""
    keys = subscription(name).to_json()["keys"]
    cells = [subscription(name).endpoint, keys["p256dh"], keys["auth"], user]
    line = io.StringIO()
    csv.writer(line).writerow(cells if topics is None else [*cells, topics])
    return line.getvalue()


def test_topics_that_an_import_does_not_state_are_kept(store: Store, location: str) -> None:
    columns = "endpoint,p256dh,auth,user"
    for source in (
        f"{columns}\n{with_user('a')}",
        f"{columns},topics\n{with_user('a', topics='')}",
        f"{columns},topics\n{with_user('a')}",
    ):
        store.save(subscription("a"), topics=["tides"])
        result = run(location, "import", "-", "--csv", source=source)
        assert (result.exit_code, result.stdout) == (0, "1 saved\n"), result.output
        assert store.topics(subscription("a").endpoint) == {"tides"}, source
    source = f"{columns},topics\n{with_user('a', topics='[]')}"
    assert run(location, "import", "-", "--csv", source=source).exit_code == 0
    assert store.topics(subscription("a").endpoint) == set()


def test_csv_topics_that_are_no_json_list_are_refused_with_their_line(store: Store, location: str) -> None:
    store.save(subscription("b"), topics=["tides"])
    header = "endpoint,p256dh,auth,user,topics\n"
    rows = [with_user("a", 'ada\r\n"lovelace"', '["tides"]'), "\r\n", with_user("b", topics="tides,news")]
    rows += [with_user("b", topics='"tides"'), with_user("c", topics="[]")]
    result = run(location, "import", "-", "--csv", source=header + "".join(rows))
    assert (result.exit_code, result.stdout) == (1, "2 saved, 2 left out\n")
    assert result.stderr.splitlines() == [
        f'-:{line}: the topics are not a JSON list of texts, such as ["news", "tides"]' for line in (5, 6)
    ]
    assert store.topics(subscription("b").endpoint) == {"tides"}


def test_a_field_that_csv_cannot_hold_is_named_with_its_line(location: str) -> None:
    header = "endpoint,p256dh,auth,user\n"
    source = header + with_user("a") + with_user("b", "x" * 131_073) + with_user("c")
    result = run(location, "import", "-", "--csv", source=source)
    assert (result.exit_code, result.stdout) == (1, "2 saved, 1 left out\n"), result.output
    assert result.stderr == (
        "-:3: it is not CSV: field larger than field limit (131072) - look for a quote that is left open\n"
    )
    result = run(location, "import", "-", "--csv", source="x" * 131_073 + "\n" + with_user("a"))
    assert (result.exit_code, result.stdout) == (1, "0 saved, 1 left out\n")
    assert result.stderr.startswith("-:1: it is not CSV")


def test_an_export_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    location, file = str(tmp_path / "store.db"), tmp_path / "out.csv"
    store = Store(location)
    store.save(subscription("a"), user="Zoë ⚓")
    store.close()
    command = [sys.executable, "-m", "pwagen", "subscriptions", "export", "--csv", "-o", str(file)]
    ascii_alone = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [*command, "--store", location], env=os.environ | ascii_alone, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Zoë ⚓" in file.read_text(encoding="utf-8")


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
