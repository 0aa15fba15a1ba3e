"""Celery workers of the tests' own, with pwagen's tasks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pwagen.push.celery import add_tasks
from tests.push.push_sink import SENDER, SUBJECT, PushSink

CONCURRENCY = 10
MESSAGE = {"title": "High water", "navigate": "https://harbour.news/"}
APP = """
    import json, os, ssl, sys
    from celery import Celery
    from celery.signals import task_postrun, worker_process_init
    from pwagen.keys.key_pair import load_key_pair
    from pwagen.push import EndpointPolicy
    from pwagen.push.celery import add_tasks

    app = Celery("harbour", broker=os.environ["BROKER"])
    if os.environ["BROKER"].startswith("redis:"):
        # Workers look for what a dead one had at every tenth interval of 10 s, if nothing else is set.
        app.conf.broker_transport_options = {"visibility_timeout": 5, "unacked_restore_interval": 1}
        app.conf.broker_transport_options |= {"unacked_restore_throttle": 1}
    app.conf.broker_connection_retry_on_startup = True
    app.conf.worker_prefetch_multiplier = 1
    push = add_tasks(
        app,
        store=os.environ["STORE"],
        key_pairs=load_key_pair(open("vapid-private.pem", "rb").read()),
        contact=os.environ["CONTACT"],
        retry_seconds=1,
        lease_seconds=4,
        concurrency=10,
        policy=EndpointPolicy(loopback=True),
        **{"chunk_size": 50} | json.loads(os.environ["OPTIONS"]),
        ssl_context=ssl.create_default_context(cafile=os.environ["CERTIFICATE"]),
    )
    message = {"title": "High water", "navigate": "https://harbour.news/"}
    app.conf.beat_schedule = {
        "tides": {"task": "pwagen.scheduled", "schedule": 2, "args": ("tides", message)},
        "prune": {"task": "pwagen.prune", "schedule": 2, "args": (10,)},
    }
    shared = set()

    @worker_process_init.connect
    def note_what_is_shared(**_):
        shared.update(sys.modules)

    @task_postrun.connect
    def note_what_a_task_has_imported(**_):
        with open("imported", "w") as file:
            file.write(" ".join(sys.modules.keys() - shared))
"""


class Workers:
    """Celery workers, and calls of their tasks."""

    def __init__(self, sink: PushSink, broker: str, store: str, **options: Any) -> None:
        """`options` are of `add_tasks`, beside those in the app."""
        Path("harbour_tasks.py").write_text(textwrap.dedent(APP))
        self._environment = os.environ | {
            "BROKER": broker,
            "STORE": store,
            "OPTIONS": json.dumps(options),
            "CONTACT": SUBJECT,
            "CERTIFICATE": str(sink.certificate.path),
        }
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *more: str, processes: int = 2) -> None:
        """Start one with so many processes; `more` are options of it."""
        name = f"worker{len(self._running)}"
        self._run(
            "worker", "-c", str(processes), "--without-gossip", "--without-mingle", "-n", f"{name}@%h", *more
        )

    def kill(self) -> None:
        """Kill all workers with their processes, as a machine that loses its power does."""
        for process in self._running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def beat(self) -> None:
        """Start the beat."""
        self._run("beat", "--schedule", "beat-schedule", "--pidfile", "")

    def call(self, task: str, *arguments: Any) -> None:
        """Queue a task, as an application does that isn't a worker."""
        from celery import Celery

        with Celery("harbour", broker=self._environment["BROKER"]) as app:
            # A connection that is kept would be broken where the broker has restarted.
            app.conf.broker_pool_limit = None
            push = add_tasks(app, store=self._environment["STORE"], key_pairs=SENDER, contact=SUBJECT)
            getattr(push, task).delay(*arguments)

    def send(self, name: str) -> None:
        """Queue a broadcast by the command line."""
        message = ["--title", MESSAGE["title"], "--navigate", MESSAGE["navigate"]]
        command = [sys.executable, "-m", "pwagen", "send", "--celery", "harbour_tasks", "--broadcast", name]
        subprocess.run([*command, *message], env=self._environment, check=True, stdout=subprocess.DEVNULL)

    def _run(self, *command: str) -> None:
        with Path(f"worker{len(self._running)}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "celery", "-A", "harbour_tasks", *command, "-l", "warning"],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=self._environment,
                    start_new_session=True,
                )
            )


def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, [log.read_text()[-2000:] for log in Path().glob("worker*.log")]
        time.sleep(0.1)
