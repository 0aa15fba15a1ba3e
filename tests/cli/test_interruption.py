"""Ctrl-C and SIGTERM: a run of sending ends politely, and the next one goes on without doubles."""

from __future__ import annotations

import asyncio
import json
import math
import signal
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest
from aiohttp import web

from pwagen.push import Message, Sender, Status, Store
from tests.cli.test_cli_send import PROGRAM, arguments, list_of, run, sink
from tests.push.celery_workers import until
from tests.push.many_rows import save_all
from tests.push.push_sink import PushSink
from tests.push.test_sending import with_sink

__all__ = ["sink"]

pytestmark = pytest.mark.slow
NAMES = [str(number) for number in range(60)]


def interrupted(sink: PushSink, number: int, *target: str) -> tuple[subprocess.Popen[str], str, str]:
    command = [*PROGRAM, *arguments(sink, *target, "--concurrency", "4", "--json")]
    sink.held_from = 30
    diagnostics = Path("diagnostics")
    with diagnostics.open("w") as file:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, text=True)
    assert sink.thirty.wait(60)
    process.send_signal(number)
    until(lambda: "stopping" in diagnostics.read_text())
    sink.held_from = math.inf
    output, _ = process.communicate(timeout=30)
    return process, output, diagnostics.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("kind", ["store", "journal"])
def test_it_stores_what_is_under_way_and_says_how_to_go_on(
    sink: PushSink, kind: str, number: signal.Signals
) -> None:
    with closing(Store("store.db")) as store:
        save_all(store, map(sink.subscription, NAMES))
    store_target = ("--store", "store.db", "--broadcast", "noon")
    target = store_target if kind == "store" else (list_of(sink, *NAMES), "--journal", "noon.journal")
    process, output, diagnostics = interrupted(sink, number, *target)
    sums = json.loads(output.splitlines()[-1])
    assert process.returncode == 1
    assert sums["delivered"] == len(sink.received) < len(NAMES)
    assert sums["left"] == len(NAMES) - sums["delivered"]
    assert f"{sums['left']} left" in diagnostics
    assert ("--broadcast noon" if kind == "store" else "--journal") in diagnostics
    assert "Traceback" not in diagnostics
    assert run(sink, *target).exit_code == 0
    assert Counter(sink.names()) == dict.fromkeys(NAMES, 1)


def test_without_a_journal_it_says_how_one_could_have_gone_on(sink: PushSink) -> None:
    process, output, diagnostics = interrupted(sink, signal.SIGINT, list_of(sink, *NAMES))
    assert process.returncode == 1
    assert json.loads(output.splitlines()[-1])["left"] == len(NAMES) - len(sink.received)
    assert "--journal FILE" in diagnostics


def test_it_does_not_wait_for_deferred_messages_nor_long_for_one_that_hangs(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        sink.answers["later"] = lambda _: web.Response(status=503, headers={"Retry-After": "60"})
        sink.delay = 0.1
        async with Sender(**(sink.options | {"retry": None})) as sender:
            subscriptions = [sink.subscription(name) for name in ("later", "a")]
            sending = sender.send_many(subscriptions, Message(title="High water"))
            assert (await anext(sending)).status is Status.DELIVERED
            sink.delay = 30
            started = monotonic()
            hanging = asyncio.create_task(sender.send(sink.subscription("hanging"), Message(title="x")))
            while len(sink.received) < 3:  # noqa: ASYNC110 - the sink has nothing to wait for
                await asyncio.sleep(0.01)
            sender.stop(0.3)
            assert [outcome async for outcome in sending] == []
            assert (await hanging).status is Status.RETRY
            assert monotonic() - started < 5

    with_sink(tmp_path, test)
