"""Brokers of the tests' own, on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class Broker:
    """A server that can be started again with what it kept."""

    def __init__(self, scheme: str, folder: Path) -> None:
        self._folder = folder
        self._port = _free_port()
        self.url = f"{scheme}://127.0.0.1:{self._port}//"
        self._processes: list[subprocess.Popen[bytes]] = []

    def commands(self) -> list[list[str]]:
        """Return the command of each child process."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """Return what the child processes have in their environment beside the tests' own."""
        return {}

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        environment = os.environ | self.environment()
        with (self._folder / "log").open("ab") as log:
            self._processes = [
                subprocess.Popen(
                    command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
                )
                for command in self.commands()
            ]
        end = time.monotonic() + 60
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return
            assert time.monotonic() < end, (self._folder / "log").read_text()[-2000:]
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, and return when it has ended."""
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


class Redis(Broker):
    """Redis, which writes down each change."""

    def __init__(self, folder: Path) -> None:
        super().__init__("redis", folder)
        self.url = self.url.removesuffix("//") + "/0"

    def commands(self) -> list[list[str]]:
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self._port)]
        return [[*command, "--dir", str(self._folder), "--appendonly", "yes", "--daemonize", "no"]]

    def forget(self) -> None:
        """Forget everything; it is stopped."""
        shutil.rmtree(self._folder)
        self._folder.mkdir()


class RabbitMQ(Broker):
    """RabbitMQ with a folder, a cookie and an Erlang port mapper of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__("amqp", folder)
        self._mapper_port = _free_port()
        self._node_port = _free_port()

    def commands(self) -> list[list[str]]:
        mapper = ["epmd", "-address", "127.0.0.1", "-port", str(self._mapper_port)]
        return [mapper, [str(_RABBITMQ)]]

    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self._folder),
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"pwagen{self._port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder / "logs"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq"),
            # One core is enough, and none is kept busy by waiting: https://www.erlang.org/doc/man/erl
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "plugins"),
        }


@contextmanager
def running(name: str, folder: Path) -> Iterator[Broker | None]:
    """Yield a fresh "Redis" or "RabbitMQ", None where it is not installed."""
    if not (_RABBITMQ.exists() if name == "RabbitMQ" else shutil.which("redis-server")):
        yield None
        return
    server = RabbitMQ(folder) if name == "RabbitMQ" else Redis(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
        return port
