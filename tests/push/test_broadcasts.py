"""A broadcast can always be finished: what failed is tried again under the same name."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import closing

import pytest
import typer
from aiohttp import web
from typer.testing import CliRunner, Result

from pwagen.cli.broadcasts import broadcasts
from pwagen.push import Broadcast, Message, Sender, Status, Store, generate_key_pair, send_to_store
from tests.cli.test_cli_send import run, sink
from tests.push.push_sink import PushSink

__all__ = ["sink"]

pytestmark = pytest.mark.slow
NAMES = ["a", "b", "c"]
NOON = ("--store", "store.db", "--broadcast", "noon")
listing = typer.Typer()
listing.command()(broadcasts)


@pytest.fixture
def people(sink: PushSink) -> None:
    with closing(Store("store.db")) as store:
        for name in NAMES:
            store.save(sink.subscription(name))


def listed(*more: str) -> Result:
    return CliRunner().invoke(listing, ["--store", "store.db", *more])


def finish(sink: PushSink) -> None:
    result = run(sink, *NOON, "--json")
    assert result.exit_code == 0, result.output
    sums = json.loads(result.stdout.splitlines()[-1])
    assert (sums["delivered"], sums["left"]) == (len(NAMES), 0)
    assert listed().exit_code == 0


def test_after_a_wrong_key_the_same_name_reaches_everybody(sink: PushSink, people: None) -> None:
    right, sink.keys = sink.keys, {generate_key_pair().public_key}
    assert run(sink, *NOON).exit_code == 1
    assert json.loads(listed("--json").stdout)["failed"] == {"key-rejected": 3}
    sink.keys = right
    finish(sink)


def test_after_certificates_that_were_not_trusted(sink: PushSink, people: None) -> None:
    stale = ["--loopback", "--subject", "mailto:push@harbour.news", "--title", "High water"]
    from tests.cli.test_cli_send import app

    result = CliRunner().invoke(app, [*NOON, *stale])
    assert result.exit_code == 1
    assert "3 misconfigured" in result.stdout
    finish(sink)


def test_after_a_push_service_that_was_not_allowed(sink: PushSink, people: None) -> None:
    from tests.cli.test_cli_send import app

    forgot = ["--ca-file", str(sink.certificate.path), "--subject", "mailto:push@harbour.news"]
    assert CliRunner().invoke(app, [*NOON, *forgot, "--title", "High water"]).exit_code == 1
    finish(sink)


def test_delivered_gone_and_too_large_are_final(sink: PushSink, people: None) -> None:
    sink.answers["a"] = lambda _: web.Response(status=410)
    sink.answers["b"] = lambda _: web.Response(status=413)
    assert run(sink, *NOON).exit_code == 1  # too large for one of them: that needs attention
    sums = json.loads(listed("--json").stdout)
    assert (sums["delivered"], sums["gone"], sums["too-large"], sums["left"]) == (1, 1, 1, 0)
    again = run(sink, *NOON, "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout.splitlines()[-1])["skipped"] == 3
    assert Counter(sink.names()) == dict.fromkeys(NAMES, 1)


def test_the_list_says_how_far_each_is_and_why(sink: PushSink, people: None) -> None:
    sink.answers["a"] = lambda _: web.Response(status=503)
    run(sink, *NOON, "--attempts", "1")
    result = listed()
    assert result.exit_code == 1
    header, line = result.stdout.splitlines()
    assert header.split("  ")[0] == "broadcast"
    assert line.startswith("noon")
    assert line.split()[2:] == ["2", "0", "0", "1", "1", "retry"]


def test_who_subscribes_later_does_not_open_a_finished_broadcast_again(sink: PushSink, people: None) -> None:
    finish(sink)
    with closing(Store("store.db")) as store:
        store.save(sink.subscription("later"), now=2**40)
    assert listed().exit_code == 0


def test_somebody_left_to_another_process_is_exit_1(sink: PushSink, people: None) -> None:
    with closing(Store("store.db")) as store:
        Broadcast(store, "noon").claim(1)
    result = run(sink, *NOON)
    assert result.exit_code == 1
    assert "2 delivered" in result.stdout
    assert "1 left" in result.stderr


def test_one_run_tries_what_fails_once_however_short_the_lease(sink: PushSink, people: None) -> None:
    sink.default = lambda _: web.Response(status=400)
    sink.delay = 0.2

    async def main() -> None:
        with closing(Store("store.db")) as store:
            broadcast = Broadcast(store, "noon", lease_seconds=0)
            async with Sender(concurrency=1, **sink.options) as sender:
                sending = send_to_store(sender, store, broadcast, Message(title="High water"))
                assert {outcome.status async for outcome in sending} == {Status.MISCONFIGURED}

    asyncio.run(asyncio.wait_for(main(), 30))
    assert Counter(sink.names()) == dict.fromkeys(NAMES, 1)


def test_a_broadcast_is_cancelled_from_the_command_line(sink: PushSink, people: None) -> None:
    """By its name alone, whoever sends it; nobody is left of it, and nobody can go on with it."""
    sink.keys = {generate_key_pair().public_key}
    assert run(sink, *NOON).exit_code == 1
    result = listed("--cancel", "noon")
    assert (result.exit_code, result.stdout) == (0, "noon is cancelled: 3 were not reached\n")
    result = listed()
    assert (result.exit_code, result.stdout.splitlines()[1].split()[-3:]) == (
        0,
        ["3", "key-rejected,", "cancelled"],
    )
    assert json.loads(listed("--json").stdout)["cancelled"] is True
    sent = len(sink.received)
    result = run(sink, *NOON)
    assert str(result.exception) == "the broadcast noon was cancelled - choose another name"
    assert len(sink.received) == sent


def test_a_broadcast_that_is_not_there_is_not_cancelled(sink: PushSink, people: None) -> None:
    result = listed("--cancel", "evening")
    assert str(result.exception) == "there is no broadcast evening in this store"
    assert listed().stdout == "there is no broadcast in this store\n"
