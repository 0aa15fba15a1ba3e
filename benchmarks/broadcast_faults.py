"""A broadcast through kills, a locked store and a full disk: who got it how often.

    python benchmarks/broadcast_faults.py [--subscriptions 20000] [--folder FOLDER]

FOLDER is on a file system that may be filled up, such as a small tmpfs; without one the disk stays as it is.
Every run is `pwagen send --broadcast` as a user starts it. Prints what ended each run, and the sums.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from push_peers.own import filled_store
from push_peers.sink import Sink

from pwagen.keys.base64url import encode
from pwagen.keys.key_pair import generate_key_pair
from pwagen.testing.push_service.certificate import make_certificate

Fault = Callable[[subprocess.Popen[str]], None]
"""What happens to a run that is under way."""

received: Counter[bytes] = Counter()


class CountingSink(Sink):
    """Counts the targets of its requests, and takes a little while to answer."""

    delay = 0.01

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"POST "):
            received[data.split(b" ", 2)[1]] += 1
        super().data_received(data)


def start_sink(folder: Path) -> str:
    """Return the origin of a push service in a thread of this process."""
    context = make_certificate(folder, ("localhost",)).context
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    listening = loop.create_server(CountingSink, "127.0.0.1", 0, ssl=context)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result()
    return f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


class Ordeal:
    """Runs of one broadcast, each with a fault of its own."""

    def __init__(self, work: Path, store: Path) -> None:
        self._store = store
        self._command = [sys.executable, "-m", "pwagen", "send", "--store", str(store), "--broadcast", "noon"]
        self._command += [
            "--title",
            "High water",
            "--navigate",
            "https://harbour.news/",
            "--loopback",
            "--json",
        ]
        self._command += [
            "--ca-file",
            str(work / "push-service.pem"),
            "--subject",
            "mailto:push@harbour.news",
        ]
        self._command += ["--key", str(work / "vapid.pem")]

    def run(self, name: str, *options: str, fault: Fault | None = None) -> int:
        """Run once, with `fault` called with the process as soon as it sends."""
        before = received.total()
        process = subprocess.Popen(
            [*self._command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if fault:
            while received.total() < before + 700 and process.poll() is None:
                time.sleep(0.02)
            fault(process)
        diagnostics = process.communicate()[1]
        last = (diagnostics.strip().splitlines() or [""])[-1]
        print(
            f"{name}: exit {process.returncode}, {received.total() - before:,} requests; {last[:110]}",
            flush=True,
        )
        return process.returncode

    def lock(self, seconds: float, then: Fault | None = None) -> Fault:
        """Return what locks the store for so long, and does something else afterwards."""

        def lock(process: subprocess.Popen[str]) -> None:
            with closing(sqlite3.connect(self._store, timeout=30, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                other.execute("ROLLBACK")
            if then:
                then(process)

        return lock

    def fill_disk(self, process: subprocess.Popen[str]) -> None:
        """Fill the disk until the process ends, or for ten seconds."""
        filler = self._store.with_name("filler")
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(65536))
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        filler.unlink()


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()


def interrupt(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--subscriptions", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, help="where the store is; its file system is filled up")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pwagen-faults-") as name:
        work = Path(name)
        pair, receiver = generate_key_pair(), generate_key_pair()
        (work / "vapid.pem").write_bytes(pair.private_pem)
        order = {"origin": start_sink(work), "p256dh": receiver.public_key, "auth": encode(bytes(16))}
        location = (options.folder or work) / "store.db"
        filled_store(location, order, options.subscriptions).close()
        ordeal = Ordeal(work, location)
        for number in range(3):
            ordeal.run(f"kill -9, number {number + 1}", "--take-over", fault=kill)
        ordeal.run("SIGINT", "--take-over", fault=interrupt)
        ordeal.run("the store locked for 5 s", fault=ordeal.lock(5, then=kill))
        ordeal.run("the store locked for 40 s", "--take-over", fault=ordeal.lock(40))
        if options.folder:
            ordeal.run("the disk full", "--take-over", fault=ordeal.fill_disk)
        code = ordeal.run("to the end", "--take-over")
        doubles = Counter(received.values())
        print(f"{options.subscriptions:,} subscriptions, {len(received):,} reached, exit {code}; ", end="")
        print(", ".join(f"{count:,} got it {times} x" for times, count in sorted(doubles.items())))
        subprocess.run([sys.executable, "-m", "pwagen", "broadcasts", "--store", str(location)], check=False)


if __name__ == "__main__":
    main()
