"""The journal of a broadcast: what was acknowledged stays so."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pwagen.push.delivery.journal import Journal, JournalError

ENDPOINTS = [f"https://fcm.googleapis.com/fcm/send/{number}" for number in range(5)]


def test_acknowledged_endpoints_are_known_in_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(path, b"message") as journal:
        for endpoint in ENDPOINTS[:3]:
            journal.acknowledge(endpoint)
    with Journal(path, b"message") as journal:
        assert [endpoint in journal for endpoint in ENDPOINTS] == [True, True, True, False, False]
        assert len(journal) == 3
        journal.acknowledge(ENDPOINTS[3])
    with Journal(path, b"message") as journal:
        assert ENDPOINTS[3] in journal
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "fcm" not in path.read_text()


@pytest.mark.slow
def test_a_killed_process_has_forgotten_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    script = (
        "import sys, pathlib; from pwagen.push.delivery.journal import Journal\n"
        "journal = Journal(pathlib.Path(sys.argv[1]), b'message')\n"
        "for number in range(1000): journal.acknowledge(f'https://a/{number}'); print(number, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE)
    assert process.stdout
    printed = [process.stdout.readline() for _ in range(20)]
    os.kill(process.pid, signal.SIGKILL)
    printed += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    said = [int(line) for line in printed if line.endswith(b"\n")]
    with Journal(path, b"message") as journal:
        assert all(f"https://a/{number}" in journal for number in said)
        assert len(journal) - len(said) <= 1


@pytest.mark.parametrize("cut", [1, 5, 22])
def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "journal"
    with Journal(path, b"message") as journal:
        for endpoint in ENDPOINTS[:2]:
            journal.acknowledge(endpoint)
    path.write_bytes(path.read_bytes()[:-cut])
    with Journal(path, b"message") as journal:
        assert ENDPOINTS[0] in journal
        assert (ENDPOINTS[1] in journal) == (cut == 1)  # only its line end is missing
        journal.acknowledge(ENDPOINTS[2])
    with Journal(path, b"message") as journal:
        assert ENDPOINTS[2] in journal


def test_it_belongs_to_one_message_and_one_process(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(path, b"message"), pytest.raises(JournalError, match="another process"):
        Journal(path, b"message")
    with pytest.raises(JournalError, match="the journal of another message"):
        Journal(path, b"another")
    (tmp_path / "notes").write_text("my notes")
    with pytest.raises(JournalError, match="the journal of something else"):
        Journal(tmp_path / "notes", b"message")
    with pytest.raises(JournalError, match="cannot open"):
        Journal(tmp_path / "missing" / "journal", b"message")
    assert (tmp_path / "notes").read_text() == "my notes"


def test_a_power_failure_loses_what_half_a_second_wrote_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[object] = []
    fsync = os.fsync

    def counted(file: int) -> None:
        synced.append(file)
        fsync(file)

    monkeypatch.setattr("os.fsync", counted)
    clock = iter([0.0, 0.4, 0.6, 0.6, 0.9, 1.2, 1.2])
    monkeypatch.setattr("pwagen.push.delivery.journal.monotonic", lambda: next(clock))
    with Journal(tmp_path / "journal", b"message") as journal:
        counts = []
        for endpoint in ENDPOINTS[:4]:
            journal.acknowledge(endpoint)
            counts.append(len(synced))
    assert counts == [0, 1, 1, 2]
