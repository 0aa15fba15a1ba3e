"""What is wrong with a VAPID key, its file, or what it is used with."""

from __future__ import annotations

from pathlib import Path

from pwagen.errors import PwagenError
from pwagen.keyring.key_files import file_findings
from pwagen.keyring.key_location import find_key_source
from pwagen.keys.key_format import KeyFormat, identify
from pwagen.keys.key_pair import KeyPairError, load_key_pair
from pwagen.push.crypto.contact import ContactError, checked_contact


def check_key(
    source: str, *, public_key: str | None = None, subject: str | None = None, config: Path | None = None
) -> tuple[KeyFormat, list[str]]:
    """Return the format of the key at `source` and everything that is wrong, a sentence each.

    `public_key` and the `vapid_public_key` of the file `config` are compared with it, `subject` is
    checked by itself. Raises KeyFileError when there is no key to read.
    """
    key_source = find_key_source(source)
    key = key_source.format
    findings = []
    derived: str | None = key.public_key
    try:
        derived = load_key_pair(key_source.content).public_key
    except KeyPairError as error:
        # A public key alone is fine to check, unless it has a defect.
        if key.private or key.defect or derived is None:
            findings.append(str(error))
    if key_source.file and (key.private or key.kind == "unknown"):
        findings += file_findings(key_source.file)
    if derived and public_key:
        findings += _compared(derived, public_key, "the public key beside it")
    if derived and config:
        findings += _compared_with_config(derived, config)
    if subject is not None:
        try:
            checked_contact(subject)
        except ContactError as error:
            findings.append(str(error))
    return key, findings


def _compared(public_key: str, other: str, name: str) -> list[str]:
    other_key = identify(other)
    if other_key.public_key is None:
        return [f"{name} is {other_key.label}" + (f", but {other_key.defect}" if other_key.defect else "")]
    if other_key.public_key != public_key:
        return [f"{name} belongs to another private key: its pushes would be refused with 401 or 403"]
    if other_key.kind != "base64url":
        return [f"{name} is {other_key.label} - browsers need {other_key.public_key}"]
    return []


def _compared_with_config(public_key: str, config: Path) -> list[str]:
    from pwagen.config import load_with_warnings

    try:
        push = load_with_warnings(config)[0].push
    except PwagenError as error:
        return str(error).splitlines()
    if push is None:
        return [f"{config} has no push section - add push: {{vapid_public_key: {public_key}}}"]
    return _compared(public_key, push.vapid_public_key, f"push.vapid_public_key in {config}")
