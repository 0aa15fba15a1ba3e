"""Findings that are known: a file names them, and only new ones count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pwagen.audit.finding import Finding
from pwagen.disk.atomic import replace_file
from pwagen.errors import PwagenError

_Key = tuple[str, str, str]


def write_baseline(file: Path, findings: Sequence[Finding]) -> None:
    """Write a file with these findings, without their lines, which change with every edit.

    Raises:
        OSError: it cannot be written.
    """
    keys = sorted(map(_key, findings))
    rows = [{"rule": rule, "path": path, "message": message} for rule, path, message in keys]
    replace_file(file, (json.dumps({"findings": rows}, indent=1, ensure_ascii=False) + "\n").encode())


def without_known(findings: Sequence[Finding], file: Path) -> list[Finding]:
    """Return the findings that the file doesn't have; what it has once hides one.

    Raises:
        PwagenError: the file is missing, or isn't a baseline.
    """
    known = _read(file)
    new = []
    for finding in findings:
        if known[_key(finding)] > 0:
            known[_key(finding)] -= 1
        else:
            new.append(finding)
    return new


def _key(finding: Finding) -> _Key:
    return finding.rule, finding.where.path, finding.message


def _read(file: Path) -> Counter[_Key]:
    try:
        rows = json.loads(file.read_bytes())["findings"]
        return Counter((str(row["rule"]), str(row["path"]), str(row["message"])) for row in rows)
    except FileNotFoundError:
        raise PwagenError(
            f"{file}: there is no such file - pwagen check --write-baseline writes it"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise PwagenError(f"{file}: this is not a list of known findings - write it again") from None
