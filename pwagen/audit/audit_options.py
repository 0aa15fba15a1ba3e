"""What one audit is to do: the options of the command over the settings of the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pwagen.audit.settings import AuditSettings
from pwagen.audit.settings_file import stored_settings

FailOn = Literal["error", "warning", "note", "never"]


@dataclass(frozen=True)
class AuditOptions:
    """``fail_on`` is how bad a finding has to be; ``baseline`` is a file with known findings, if any."""

    settings: AuditSettings
    fail_on: FailOn
    baseline: Path | None


def audit_options(
    target: str,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    fail_on: FailOn | None = None,
    baseline: Path | None = None,
) -> AuditOptions:
    """Return what holds for a target: what is given here, else its settings; both lists of ``ignore``.

    Raises:
        ConfigError: the settings have mistakes.
    """
    path = Path(target)
    folder = Path() if "://" in target else path if path.is_dir() else path.parent
    stored = stored_settings(folder)
    check = stored.check
    if baseline is None and check.baseline:
        baseline = stored.folder / check.baseline
    return AuditOptions(
        AuditSettings(select or check.select, (*check.ignore, *ignore), check.severity),
        fail_on or check.fail_on,
        baseline,
    )
