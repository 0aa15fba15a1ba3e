"""`pwagen send --celery`: the broadcast is in the broker's queue, or the error says why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pwagen.push.messages.message_json import parse_message
from tests.push.brokers import Broker
from tests.push.test_celery import broker

pytest.importorskip("celery", reason="Celery is not installed")

__all__ = ["broker"]

pytestmark = pytest.mark.slow
APP = """
import os
from celery import Celery
from pwagen.keys.key_pair import generate_key_pair
from pwagen.push.celery import add_tasks

bare = Celery("bare", broker=os.environ["BROKER"])
app = Celery("harbour", broker=os.environ["BROKER"])
add_tasks(app, store="postgresql://x@db/x", key_pairs=generate_key_pair(), contact="mailto:push@harbour.news")
text = "no app"
"""
WAITING = """
from harbour_tasks import app
with app.connection_for_read() as connection:
    message = connection.SimpleQueue("celery").get(timeout=10)
    import json
    print(json.dumps([message.headers["task"], *message.payload[0]]))
"""


def send(*options: str, broker: str = "redis://:s3cret@127.0.0.1:1/0") -> subprocess.CompletedProcess[str]:
    process = sending(*options, broker=broker)
    output, errors = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def sending(*options: str, broker: str) -> subprocess.Popen[str]:
    Path("harbour_tasks.py").write_text(APP)
    command = [sys.executable, "-m", "pwagen", "send", "--title", "High water", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=os.environ | {"BROKER": broker}, stdout=pipe, stderr=pipe, text=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_broadcast_waits_in_the_queue(broker: Broker) -> None:
    options = ["--broadcast", "noon", "--audience", "tides", "--ttl", "2h", "--topic", "t"]
    result = send("--celery", "harbour_tasks", *options, broker=broker.url)
    assert (result.returncode, result.stdout) == (0, "queued: broadcast noon\n"), result.stderr
    assert "pwagen broadcasts" in result.stderr
    command = [sys.executable, "-c", WAITING]
    environment = os.environ | {"BROKER": broker.url}
    task, name, message, *filters = json.loads(subprocess.check_output(command, env=environment))
    assert (task, name, filters) == ("pwagen.broadcast", "noon", [None, "tides"])
    parsed = parse_message(message)
    assert (parsed.title, parsed.ttl_seconds, parsed.topic) == ("High water", 7200, "t")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--celery", "nowhere:app"], "there is no module nowhere here"),
        (["--celery", "harbour_tasks:other"], "no such Celery app"),
        (["--celery", "harbour_tasks:text"], "that is not a Celery app"),
        (["--celery", "harbour_tasks:bare"], "the app has no task pwagen.broadcast"),
        (["--celery", "harbour_tasks:app", "--store", "x.db"], "--store does not go with --celery"),
        (["--celery", "harbour_tasks:app", "--dry-run"], "--dry-run does not go with --celery"),
    ],
)
def test_an_app_that_cannot_send(options: list[str], problem: str) -> None:
    result = send(*options)
    assert result.returncode != 0
    assert problem in result.stderr
    assert "Traceback" not in result.stderr


def test_a_broker_that_is_not_there() -> None:
    start = time.monotonic()
    brokers = {scheme: f"{scheme}://user:s3cret@127.0.0.1:1/" for scheme in ("redis", "amqp")}
    processes = {
        scheme: sending("--celery", "harbour_tasks", broker=broker) for scheme, broker in brokers.items()
    }
    for scheme, process in processes.items():
        output, errors = process.communicate(timeout=60)
        assert process.returncode != 0
        assert f"the broker {scheme}://user:**@127.0.0.1:1/" in errors
        assert "s3cret" not in errors + output
        assert "Traceback" not in errors
    assert time.monotonic() - start < 30
