"""A PostgreSQL server of the tests' own, reached through a socket file alone."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_NUMBERS = itertools.count(1)


def _program(name: str) -> str | None:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name)


def restart(url: str) -> None:
    """Restart a server of `postgresql` as after a crash: its connections break."""
    data = Path(url.partition("host=")[2], "data")
    command = [
        _program("pg_ctl") or "pg_ctl",
        "-D",
        str(data),
        "-m",
        "immediate",
        "-w",
        "-l",
        "log",
        "restart",
    ]
    # It belongs to the user that it runs as.
    owner = data.stat().st_uid
    user = None if owner == os.geteuid() else owner
    subprocess.run(
        command, check=True, capture_output=True, cwd=data, user=user, group=user and data.stat().st_gid
    )


@contextmanager
def postgresql(*settings: str, folder: Path = Path("/tmp")) -> Iterator[str | None]:
    """Yield the URL of a fresh server, None where PostgreSQL is not installed.

    `settings` are NAME=VALUE; `folder` is short, for there is a socket in it.
    """
    initdb, control = _program("initdb"), _program("pg_ctl")
    if not initdb or not control:
        yield None
        return
    # PostgreSQL doesn't run as root, which containers like to be.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pwagen-pg-", dir=folder) as name:
        if user:
            shutil.chown(name, user)
        data = f"{name}/data"
        log = f"{name}/log"

        def run(*command: str) -> None:
            groups: tuple[str, ...] | None = () if user else None
            subprocess.run(
                command, check=True, capture_output=True, cwd=name, user=user, group=user, extra_groups=groups
            )

        run(initdb, "-D", data, "-U", "pwagen", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        all_settings = ("listen_addresses=''", f"unix_socket_directories={name}", "fsync=off", *settings)
        options = " ".join(f"-c {setting}" for setting in all_settings)
        run(control, "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield f"postgresql://pwagen@/postgres?host={name}"
        finally:
            run(control, "-D", data, "-m", "immediate", "stop")


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """Yield the URL of a database of the server at an URL, dropped in the end with who is still connected.

    It takes a twentieth of the time of a server of its own.
    """
    import psycopg

    name = f"pwagen{next(_NUMBERS)}"
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        # Without a log of each page it takes half as long; before version 15 there was nothing else.
        strategy = "STRATEGY FILE_COPY" if connection.info.server_version >= 15_00_00 else ""
        connection.execute(f"CREATE DATABASE {name} {strategy}")
    yield server.replace("/postgres?", f"/{name}?")
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
