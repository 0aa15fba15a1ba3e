"""A store and a sender that stay open over ranges, and that a fork does not share."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pwagen.push import Sender, Store
from pwagen.push.celery.kept_sender import KeptSender
from tests.cli.test_cli_send import sink
from tests.push.push_sink import SENDER, SUBJECT, PushSink
from tests.push.test_store_sending import location

__all__ = ["location", "sink"]

FORKING = """
    import os, ssl, sys
    from pwagen.push import EndpointPolicy, Message, Sender, Store, Subscription, load_key_pair
    from pwagen.push.celery.kept_sender import KeptSender

    trusting = ssl.create_default_context(cafile=os.environ["CERTIFICATE"])
    keys = load_key_pair(open("vapid-private.pem", "rb").read())
    options = {"policy": EndpointPolicy(loopback=True), "ssl_context": trusting}
    kept = KeptSender(
        lambda: Store(os.environ["STORE"]), lambda: Sender(keys, os.environ["CONTACT"], **options)
    )

    def send() -> None:
        for stored in kept.store().all():
            outcome = kept.run(lambda sender: sender.send(stored.subscription, Message(title="x")))
            assert outcome.status.value == "delivered", outcome

    send()
    child = os.fork()
    send()
    if child:
        assert os.waitpid(child, 0)[1] == 0
        send()
    os._exit(0)
"""


@pytest.mark.slow
def test_a_forked_process_has_connections_of_its_own(sink: PushSink, location: str) -> None:
    store = Store(location)
    store.save(sink.subscription("a"))
    store.save(sink.subscription("b"))
    store.close()
    environment = {"STORE": location, "CERTIFICATE": str(sink.certificate.path), "CONTACT": SUBJECT}
    command = [sys.executable, "-c", textwrap.dedent(FORKING)]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert sorted(sink.names()) == ["a"] * 4 + ["b"] * 4
    assert len(sink.connections) == 2


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[KeptSender]:
    kept = KeptSender(lambda: Store(tmp_path / "store.db"), lambda: Sender(SENDER, SUBJECT))
    yield kept
    kept.close()


async def itself(sender: Sender) -> Sender:
    return sender


def test_a_thread_has_one_for_all_its_ranges(kept: KeptSender) -> None:
    assert kept.run(itself) is kept.run(itself)
    assert kept.store() is kept.store()
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(kept.run, itself).result() is not kept.run(itself)
        threads.submit(kept.close).result()


def test_what_a_time_limit_interrupts_does_not_go_on_with_the_next_range(kept: KeptSender) -> None:
    started = list[asyncio.Task[None]]()

    async def interrupted(sender: Sender) -> None:
        started.append(asyncio.create_task(asyncio.sleep(3600)))
        await asyncio.sleep(0)
        raise KeyboardInterrupt

    before = kept.run(itself)
    with pytest.raises(KeyboardInterrupt):
        kept.run(interrupted)
    assert started[0].cancelled()
    assert kept.run(itself) is not before
