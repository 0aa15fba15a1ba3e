"""The commands of docs/scaling.md for the database run, on a real one."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from pwagen.push import Store
from tests.docs.test_docs import blocks, environment
from tests.folders import ROOT

pytestmark = pytest.mark.slow
STORE = "postgresql://push@db/harbour"


def test_the_commands_for_the_database_run(tmp_path: Path, postgresql_database: str) -> None:
    commands = [
        block.text
        for block in blocks(ROOT / "docs/scaling.md")
        if block.skip and Path(__file__).name in block.skip
    ]
    assert len(commands) == 2
    if not shutil.which("psql"):
        pytest.skip("psql is not installed")
    with closing(Store(postgresql_database)) as store:
        for command in commands:
            script = command.replace(STORE, shlex.quote(postgresql_database))
            subprocess.run(
                ["sh", "-eu", "-c", script],
                env=os.environ | environment(tmp_path),
                check=True,
                timeout=60,
            )
        with store.transaction() as connection:
            options = "SELECT reloptions FROM pg_class WHERE relname = 'pwagen_claims'"
            [set_options] = connection.exec_driver_sql(options).scalars()
    assert set_options == ["autovacuum_vacuum_scale_factor=0", "autovacuum_vacuum_threshold=500000"]
