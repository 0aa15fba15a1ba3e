"""How fast push messages are made and sent, beside pywebpush, webpush-rs and web-push (npm), in one run.

    python benchmarks/push.py [--messages 3000] [--rounds 5] [--delay 0] [--subscriptions 100000]
                              [--no-peers] [--markdown] [--faults] [--workers [N …]]

Every contender is a process of its own; rounds take turns, so that whatever else the machine does hits all
alike. Prints the median of the rounds, their spread, how many times as fast pwagen is, and the processor
time for each message, start-up left out, which a busy machine changes least. The peers are
installed into a temporary folder, and what cannot be installed is left out by name.

With --faults it measures pwagen alone, against a service that refuses some of the messages. With --workers it
measures Celery tasks in so many processes, with a Redis and a PostgreSQL of their own; their processor time
is that of all three.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tables import markdown_table, text_table

from pwagen.keys.base64url import encode
from pwagen.push import Message, generate_key_pair

FOLDER = Path(__file__).parent / "push_peers"
MESSAGE = Message(title="High water at noon", body="x" * 150, navigate="https://harbour.news/tides/")
WEB_PUSH, WEBPUSH_RS = "web-push@3.6.7", "webpush-rs==0.1.4"


@dataclass(frozen=True)
class Contender:
    """`script` is run with `mode`; one that is slow sends only a `share` of the messages."""

    name: str
    script: str
    mode: str
    share: float = 1


ENCRYPTION = (
    Contender("pwagen", "own.py", "encrypt"),
    Contender("pywebpush", "pywebpush_peer.py", "encrypt"),
    Contender("pywebpush, key parsed once", "pywebpush_peer.py", "encrypt-parsed"),
    Contender("web-push", "web_push.js", "encrypt", 0.3),
)
SENDING = (
    Contender("pwagen", "own.py", "send-process"),
    Contender("pwagen, one process", "own.py", "send"),
    Contender("pwagen, from a store", "own.py", "send-store"),
    Contender("pywebpush, async", "pywebpush_peer.py", "send-async"),
    Contender("pywebpush, one session", "pywebpush_peer.py", "send-session", 0.3),
    Contender("pywebpush, as documented", "pywebpush_peer.py", "send-plain", 0.1),
    Contender("web-push", "web_push.js", "send", 0.5),
    Contender("webpush-rs, 1 thread", "webpush_rs_peer.py", "1", 0.3),
    Contender("webpush-rs, 20 threads", "webpush_rs_peer.py", "20"),
    Contender("webpush-rs, 100 threads", "webpush_rs_peer.py", "100"),
)
CELERY = "celery_peer.py"  # leaves its start out by itself: there are other processes to be measured
WORKERS = (1, 2, 4)
PEERS = {one.script for one in ENCRYPTION + SENDING} - {"own.py"}
WHY_NOT = {True: "--no-peers", False: "the packages could not be installed"}


@contextmanager
def sink(folder: Path, delay: float) -> Iterator[tuple[str, Path]]:
    """Yield the origin of a push service in a process of its own, and the certificate to trust."""
    process = subprocess.Popen(
        [sys.executable, str(FOLDER / "sink.py"), str(folder), str(delay)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        yield f"https://127.0.0.1:{int(process.stdout.readline())}", folder / "push-service.pem"
    finally:
        process.terminate()
        process.wait()


def install(folder: Path) -> set[str]:
    """Return the scripts whose package could not be installed."""
    installers = {
        "web_push.js": ["npm", "install", "--silent", "--no-audit", WEB_PUSH],
        "webpush_rs_peer.py": [sys.executable, "-m", "pip", "install", "-q", "--target", ".", WEBPUSH_RS],
    }
    missing = set()
    for script, command in installers.items():
        there = shutil.which(command[0])
        if not there or subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode:
            missing.add(script)
    return missing


class Course:
    """Runs contenders against one sink."""

    def __init__(self, folder: Path, origin: str, certificate: Path) -> None:
        sender, receiver = generate_key_pair(), generate_key_pair()
        self._order = {
            "origin": origin,
            "p256dh": receiver.public_key,
            "auth": encode(bytes(range(16))),
            "publicKey": sender.public_key,
            "privateKey": sender.private_key,
            "subject": "mailto:push@harbour.news",
            "payload": MESSAGE.payload().decode(),
            "certificate": str(certificate),
        }
        paths = [str(Path(__file__).parents[1]), str(folder)]
        self._environment = os.environ | {
            "NODE_PATH": str(folder / "node_modules"),
            "NODE_EXTRA_CA_CERTS": str(certificate),
            "SSL_CERT_FILE": str(certificate),
            "REQUESTS_CA_BUNDLE": str(certificate),
            "PYTHONPATH": os.pathsep.join(paths),
        }

    def run(self, contender: Contender, messages: int) -> dict[str, Any]:
        """Return messages per second, seconds of processor time, and our own peak memory."""
        program = "node" if contender.script.endswith(".js") else sys.executable
        before = cpu_seconds()
        done = subprocess.run(
            [program, FOLDER / contender.script, contender.mode, str(messages), json.dumps(self._order)],
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return {"cpu": cpu_seconds() - before, **json.loads(done.stdout)}

    def faults(self, count: int, refused: list[str]) -> dict[str, Any]:
        """Return seconds and sums of sending to `count` subscriptions, of which some are `refused`."""
        order = self._order | {"refused": refused}
        command = [sys.executable, str(FOLDER / "own.py"), "faults", str(count), json.dumps(order)]
        done = subprocess.run(command, env=self._environment, stdout=subprocess.PIPE, text=True, check=True)
        return dict(json.loads(done.stdout))

    def compare(
        self, what: str, contenders: list[Contender], messages: int, rounds: int
    ) -> list[Sequence[str]]:
        """Return the lines of the table: how each one does, and how many times as fast the first one is."""
        start_up = {one.name: self.run(one, 1)["cpu"] if one.script != CELERY else 0 for one in contenders}
        speeds: dict[str, list[float]] = {one.name: [] for one in contenders}
        costs: dict[str, list[float]] = {one.name: [] for one in contenders}
        for _ in range(rounds):
            for one in contenders:
                count = round(messages * one.share)
                result = self.run(one, count)
                speeds[one.name].append(result["perSecond"])
                costs[one.name].append((result["cpu"] - start_up[one.name]) / count * 1e6)
        lines: list[Sequence[str]] = [(what, "messages/s", "least to most", "processor µs each", "pwagen is")]
        ours = speeds[contenders[0].name]
        for name, seen in speeds.items():
            ratio = "" if seen is ours else f"{statistics.median(ours) / statistics.median(seen):.1f} x"
            spread = f"{min(seen):,.0f} to {max(seen):,.0f}"
            measured = f"{statistics.median(seen):,.0f}", spread, f"{statistics.median(costs[name]):,.0f}"
            lines.append((name, *measured, ratio))
        return lines


def faults(course: Course) -> list[Sequence[str]]:
    """Return the lines of a table: what becomes of a broadcast when its service refuses some of it."""
    cases = {
        "1,000, nobody refused": (1000, 0, ""),
        "1,000, one device throttled for an hour": (1000, 1, "429/3600/99"),
        "2,000, nobody refused": (2000, 0, ""),
        "2,000, 503 with Retry-After: 2 for 1 %, once each": (2000, 20, "503/2/1"),
        "2,000, 503 with Retry-After: 3600 for all": (2000, 2000, "503/3600/99"),
    }
    lines: list[Sequence[str]] = [("case", "seconds", "outcomes")]
    for name, (count, refused, how) in cases.items():
        result = course.faults(count, [f"/refuse/{how}/{number}" for number in range(refused)])
        sums = ", ".join(f"{number} {status}" for status, number in result["sums"].items())
        lines.append((name, f"{result['seconds']:.1f}", sums))
    return lines


def workers(processes: Sequence[int]) -> list[Contender]:
    """Return who sends from Celery tasks in so many processes, and from one without any."""
    return [
        Contender("pwagen, one process, from a SQLite store", "own.py", "send-store"),
        *(Contender(f"pwagen's Celery tasks, {n}", CELERY, f"pwagen:{n}") for n in processes),
        Contender("pywebpush in Celery tasks, one session, 2", CELERY, "by-hand-session:2", 0.2),
        *(
            Contender(f"pywebpush in Celery tasks, as documented, {n}", CELERY, f"by-hand:{n}", 0.1)
            for n in processes
        ),
    ]


def cpu_seconds() -> float:
    """Return the processor time of all processes that have ended; the sink has not."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--delay", type=float, default=0, help="milliseconds until the sink answers")
    parser.add_argument("--subscriptions", type=int, default=100_000, help="for the memory; 0 to skip it")
    parser.add_argument("--no-peers", action="store_true", help="measure pwagen alone")
    parser.add_argument("--faults", action="store_true", help="what refusals of a few do to the others")
    parser.add_argument(
        "--workers",
        type=int,
        nargs="*",
        metavar="N",
        help=f"Celery tasks, pwagen's and others, in N processes; {WORKERS} if there is no N",
    )
    parser.add_argument("--markdown", action="store_true", help="print the tables of README.md")
    options = parser.parse_args()
    show = markdown_table if options.markdown else text_table
    with tempfile.TemporaryDirectory(prefix="pwagen-benchmark-") as name:
        folder = Path(name)
        if options.faults:
            with sink(folder, options.delay / 1000) as (origin, certificate):
                print(show(faults(Course(folder, origin, certificate))))
            return
        if options.workers is not None:
            with sink(folder, options.delay / 1000) as (origin, certificate):
                what = "send over TLS, with so many worker processes"
                course = Course(folder, origin, certificate)
                contenders = workers(options.workers or WORKERS)
                print(show(course.compare(what, contenders, options.messages, options.rounds)))
            return
        missing = PEERS if options.no_peers else install(folder)
        with sink(folder, options.delay / 1000) as (origin, certificate):
            course = Course(folder, origin, certificate)
            for what, all_of_them in (
                ("encrypt and sign, one thread", ENCRYPTION),
                (f"send over TLS, answered after {options.delay:g} ms", SENDING),
            ):
                contenders = [one for one in all_of_them if one.script not in missing]
                table = course.compare(what, contenders, options.messages, options.rounds)
                print(show(table), end="\n\n", flush=True)
            if options.subscriptions:
                counts = (options.subscriptions // 10, options.subscriptions)
                few, many = (course.run(SENDING[2], count)["peakMiB"] for count in counts)
                print(f"Peak memory from a store: {few:.0f} MiB for {counts[0]:,} subscriptions, ", end="")
                print(f"{many:.0f} MiB for {counts[1]:,}")
    if missing:
        print(f"Left out: {', '.join(sorted(missing))} ({WHY_NOT[options.no_peers]}).")


if __name__ == "__main__":
    main()
