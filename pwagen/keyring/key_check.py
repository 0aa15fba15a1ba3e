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
    given = find_key_source(source)
    form = given.format
    findings = []
    own: str | None = form.public_key
    try:
        own = load_key_pair(given.content).public_key
    except KeyPairError as error:
        # A public key alone is fine to check, unless it has a defect.
        if form.private or form.defect or own is None:
            findings.append(str(error))
    if given.file and (form.private or form.kind == "unknown"):
        findings += file_findings(given.file)
    if own and public_key:
        findings += _compared(own, public_key, "the given public key")
    if own and config:
        findings += _compared_with_config(own, config)
    if subject is not None:
        try:
            checked_contact(subject)
        except ContactError as error:
            findings.append(str(error))
    return form, findings


def _compared(own: str, other: str, name: str) -> list[str]:
    found = identify(other)
    if found.public_key is None:
        return [f"{name} is {found.label}" + (f", but {found.defect}" if found.defect else "")]
    if found.public_key != own:
        return [f"{name} belongs to another private key: its pushes would be refused with 401 or 403"]
    if found.kind != "base64url":
        return [f"{name} is {found.label} - browsers want {found.public_key}"]
    return []


def _compared_with_config(own: str, config: Path) -> list[str]:
    from pwagen.config import load_with_warnings

    try:
        push = load_with_warnings(config)[0].push
    except PwagenError as error:
        return str(error).splitlines()
    if push is None:
        return [f"{config} has no push section - add push: {{vapid_public_key: {own}}}"]
    return _compared(own, push.vapid_public_key, f"push.vapid_public_key in {config}")
