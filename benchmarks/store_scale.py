"""What the store's queries take, from ten thousand subscriptions to ten million, on one PostgreSQL.

    python benchmarks/store_scale.py [--rows 10000 100000 1000000 10000000] [--rounds 60]
                                     [--folder FOLDER] [--write]

Ranges, not sends: subscriptions that the database makes up are cut, claimed, acknowledged, paged and removed
by the store's own methods, on a server of its own that is as durable as any. Each size has a claim for each
row: a broadcast that is cut as a whole and not sent yet. Prints the median and the 99th percentile of each
query, its plan at the largest size, and what a row takes on the disk. With --write the tables go into
docs/benchmarks.md. Ten million rows take 15 GB in FOLDER, and half an hour.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import text
from tables import markdown_table, text_table, write_table

from pwagen.push import Broadcast, Outcome, Status, Store, Subscription, generate_key_pair
from pwagen.push.storage.broadcast import Range
from pwagen.push.storage.broadcast_progress import broadcast_progress
from pwagen.push.storage.chunks import Chunk
from pwagen.push.storage.dead_subscriptions import prunable
from tests.push.databases import postgresql
from tests.push.many_rows import add_claims, add_subscriptions, analyze
from tests.push.query_plans import watched

RANGE, BATCH, FEW = 1000, 200, 20
DAY = 86400
KEY = generate_key_pair().public_key_bytes
# Much of ten million rows does not fit, as on a small server.
SETTINGS = ("shared_buffers=1GB", "max_wal_size=4GB", "fsync=on")
RELATIONS = """
    SELECT relname, pg_relation_size(oid) FROM pg_class
    WHERE relname ~ 'pwagen_(subscriptions|topics|claims|gone)' AND relkind IN ('r', 'i') ORDER BY 2 DESC
"""


class Clock:
    """The milliseconds that each query took, by its name."""

    def __init__(self) -> None:
        self.taken: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.taken[name].append((time.perf_counter() - started) * 1000)

    def cell(self, name: str) -> str:
        """Return the median and the 99th percentile."""
        taken = sorted(self.taken[name])
        return f"{statistics.median(taken):,.1f} ({taken[int(len(taken) * 0.99)]:,.1f})"


class Walk:
    """Everything that sending asks of a store with so many `rows`, at places chosen at random."""

    def __init__(self, store: Store, rows: int, clock: Clock) -> None:
        self._store = store
        self._rows = rows
        self.clock = clock
        self._random = random.Random(rows)
        self._number = 0
        self._cut: list[tuple[str, int]] = []

    def prepare(self, ranges: int) -> None:
        """Cut as many broadcasts as a whole as it takes to have so many ranges."""
        for number in range(-(-2 * ranges * RANGE // self._rows)):
            name = f"all {self._rows} {number}"
            Broadcast(self._store, name).begin(b"x")
            with self._store.transaction() as connection:
                add_claims(connection, name, 1, self._rows)
            self._cut += [(name, first) for first in range(1, self._rows - RANGE, RANGE)]
        analyze(self._store)
        self._random.shuffle(self._cut)

    def step(self) -> None:
        """Do each thing once, a batch at a time."""
        self._number += 1
        self.cut_a_range()
        self.send_a_range()
        self.send_without_ranges()
        self.page()
        self.save_and_remove()

    def _broadcast_somewhere(self, kind: str, topic: str | None = None) -> Broadcast:
        broadcast = Broadcast(self._store, f"{kind} {self._rows} {self._number}", topic=topic)
        broadcast.begin(b"x")
        with self._store.transaction() as connection:
            values = {"name": broadcast.name, "id": self._random.randrange(self._rows // 2)}
            connection.execute(text("UPDATE pwagen_broadcasts SET last_id = :id WHERE name = :name"), values)
        return broadcast

    def cut_a_range(self) -> None:
        for topic, what in ((None, "cut"), ("tides", "cut, half have the topic")):
            broadcast = self._broadcast_somewhere(what, topic)
            with self.clock(f"{what}: {RANGE:,} subscriptions"):
                broadcast.cut(RANGE)
        name, _ = self._cut[-1]
        broadcast = Broadcast(self._store, name)
        with self.clock(f"hand out again: {RANGE:,}"):
            broadcast.open_page(0, RANGE)

    def send_a_range(self) -> None:
        name, first = self._cut.pop()
        ids = Range(first, first + RANGE - 1)
        chunk = Chunk(self._store, name, ids)
        for _ in range(RANGE // BATCH):
            with self.clock(f"claim: {BATCH} of a range"):
                batch = chunk.claim(BATCH)
            endings = [
                (Outcome(stored.subscription.endpoint, Status.DELIVERED, vapid_public_key="B" * 87), stored)
                for stored in batch
            ]
            with self.clock(f"acknowledge: {BATCH} of a range"):
                chunk.record(endings)
        with self.clock("renew the lease of a range"):
            chunk.renew()
        with self.clock("leave a range, count what is left of it"):
            chunk.leave()
            chunk.open_claims(ids)

    def send_without_ranges(self) -> None:
        broadcast = self._broadcast_somewhere("plain")
        with self.clock(f"claim: {BATCH}, without ranges"):
            broadcast.claim(BATCH)

    def page(self) -> None:
        for topic in ("tides", "harbour-7"):
            share = "half" if topic == "tides" else "one in 1,000"
            with (
                self.clock(f"page by topic, {share}: {RANGE:,}"),
                self._store.transaction() as connection,
            ):
                after = self._random.randrange(self._rows // 2)
                self._store.page(connection, after, RANGE, user=None, topic=topic)
        after = self._random.randrange(self._rows - RANGE)
        with (
            self.clock(f"page of all (list, export, count by vendor): {RANGE:,}"),
            self._store.transaction() as connection,
        ):
            page = self._store.page(connection, after, RANGE, user=None, topic=None)
        self._page = page
        with self.clock("a user's devices"):
            list(self._store.all(user=f"user-{self._random.randrange(self._rows // 2)}"))

    def save_and_remove(self) -> None:
        endpoint = f"https://fcm.googleapis.com/fcm/send/{self._rows}-{self._number}"
        with self.clock("save a subscription"):
            self._store.save(Subscription(endpoint, KEY, bytes(16)), user="ann", topics=["tides"])
        with self.clock("look one up"):
            assert self._store.get(endpoint)
        with self.clock("remove one"):
            assert self._store.remove(endpoint)
        dead = [Outcome(stored.subscription.endpoint, Status.GONE) for stored in self._page[:FEW]]
        for day, what in ((0, "mark as gone"), (2, "remove what is gone, counting its service")):
            with self.clock(f"{what}: {FEW}"):
                self._store.record(dead, now=2_000_000_000 + day * DAY)

    def read_all(self) -> None:
        """Do what reads all rows by its nature, with two broadcasts: one cut as a whole, one to begin."""
        with self._store.transaction() as connection:
            for table, name in (("claims", "broadcast"), ("broadcasts", "name")):
                others = f"DELETE FROM pwagen_{table} WHERE {name} ~ '^(cut|plain)'"
                connection.execute(text(others))
        with self.clock("count the rest of a broadcast"):
            Broadcast(self._store, "whole").pending()
        with self.clock("pwagen broadcasts"):
            broadcast_progress(self._store)
        with self.clock("count by topic"):
            self._store.count_topics()
        with self.clock("find what to prune"), self._store.transaction() as connection:
            prunable(connection, 10, gone=False)


def plans(walk: Walk, store: Store) -> list[Sequence[str]]:
    """Return the lines of a table: each statement's beginning, and its plan."""
    with watched(store) as executed:
        walk.step()
    shapes = {}
    for plan in executed:
        if "pwagen_" in plan.statement:
            shapes[" ".join(plan.statement.split())[:70], plan.shape] = str(plan.rows)
    return [
        ("statement", "plan", "rows read"),
        *((statement, shape, rows) for (statement, shape), rows in shapes.items()),
    ]


def disk(store: Store, rows: int) -> list[Sequence[str]]:
    """Return the lines of a table: the size of each table and index."""
    with store.transaction() as connection:
        sizes = connection.execute(text(RELATIONS)).all()
        counts = {
            table: connection.scalar(text(f"SELECT count(*) FROM {table}"))
            for table in ("pwagen_subscriptions", "pwagen_topics", "pwagen_claims", "pwagen_gone")
        }
    lines: list[Sequence[str]] = [(f"{rows:,} subscriptions", "MB", "bytes for each subscription")]
    for name, size in sizes:
        count = f" ({counts[name]:,} rows)" if name in counts else ""
        lines.append((f"`{name}`{count}", f"{size / 1e6:,.0f}", f"{size / rows:,.0f}"))
    total = sum(size for _, size in sizes)
    return [*lines, ("all", f"{total / 1e6:,.0f}", f"{total / rows:,.0f}")]


def table(clocks: dict[int, Clock], names: Sequence[str], what: str) -> list[Sequence[str]]:
    """Return the lines of a table with a column for each number of rows."""
    lines: list[Sequence[str]] = [(what, *(f"{rows:,}" for rows in clocks))]
    return [*lines, *((name, *(clock.cell(name) for clock in clocks.values())) for name in names)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path("/tmp"), help="where the database is")
    parser.add_argument("--markdown", action="store_true", help="print tables for Markdown")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    options = parser.parse_args()
    flat, whole, there = dict[int, Clock](), dict[int, Clock](), 0
    with postgresql(*SETTINGS, folder=options.folder) as url:
        if url is None:
            raise SystemExit("PostgreSQL is not installed - apt install postgresql")
        with closing(Store(url)) as store:
            Broadcast(store, "whole").begin(b"x")
            for rows in sorted(options.rows):
                started = time.perf_counter()
                with store.transaction() as connection:
                    connection.execute(text("TRUNCATE pwagen_claims, pwagen_gone, pwagen_topics"))
                    connection.execute(text("TRUNCATE pwagen_subscriptions RESTART IDENTITY CASCADE"))
                add_subscriptions(store, 1, rows)
                flat[rows], whole[rows] = Clock(), Clock()
                walk = Walk(store, rows, flat[rows])
                walk.prepare(options.rounds + 1)
                there = rows
                print(f"{rows:,} rows made in {time.perf_counter() - started:.0f} s", flush=True)
                for _ in range(options.rounds):
                    walk.step()
                walk.clock = whole[rows]
                for _ in range(3):
                    walk.read_all()
            sizes = disk(store, there)
            walk.clock = Clock()
            executed = plans(walk, store)
    tables = {
        "store": table(flat, list(flat[there].taken), "milliseconds, median (99th percentile)"),
        "store-whole": table(whole, list(whole[there].taken), "milliseconds, what reads all rows"),
        "store-disk": sizes,
    }
    for name, lines in tables.items():
        if options.write:
            write_table(name, lines)
        print((markdown_table if options.markdown else text_table)(lines), end="\n\n")
    print(text_table(executed))


if __name__ == "__main__":
    main()
