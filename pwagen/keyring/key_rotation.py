"""Changing to a new key while subscriptions made with the old one still have to be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pwagen.keyring.key_files import read_key_pair, write_private
from pwagen.keys.key_pair import KeyPair, generate_key_pair


@dataclass(frozen=True)
class Rotation:
    """A planned change-over: the new pair, both files, and until when the old one is needed.

    `is_new` is False for one that was planned before, on the same day.
    """

    old_file: Path
    new_file: Path
    new: KeyPair
    keep_old_until: date
    is_new: bool = True

    @property
    def steps(self) -> list[str]:
        """What the owner does, in order; browsers do the rest."""
        return [
            f'In pwagen.yaml set push.vapid_public_key to "{self.new.public_key}".',
            "Build and publish. On its next visit each browser notices the new key, subscribes again and "
            "reports the old and the new subscription to your endpoint.",
            f"Send with both keys: pwagen send --key {self.new_file} --previous-key {self.old_file} …, "
            "so that devices that have not visited since are still reached.",
            f"Keep {self.old_file} until {self.keep_old_until.isoformat()}, or until a broadcast reports "
            "no delivery with the previous key; then delete it.",
        ]


def rotate(old_file: Path, today: date, *, keep_days: int = 90) -> Rotation:
    """Write a new key beside `old_file`, which stays as it is, and return the plan.

    A second call on the same day returns the plan again.
    """
    new_file = old_file.with_name(f"{old_file.stem}-{today.isoformat()}{old_file.suffix or '.pem'}")
    until = today + timedelta(days=keep_days)
    if new_file.exists():
        return Rotation(old_file, new_file, read_key_pair(str(new_file)), until, is_new=False)
    new = generate_key_pair()
    write_private(new_file, new.private_pem)
    return Rotation(old_file, new_file, new, until)
