"""Files written beside the ones that they replace: a reader sees the old file or the new one."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE

_TEMPORARY = re.compile(r"\.pwagen-[0-9a-f]{16}\.tmp")
_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_CHMOD_TAKES_NUMBERS = os.chmod in os.supports_fd


def is_temporary(name: str) -> bool:
    """Tell whether a file's name is one that `write_temporary` gives."""
    return _TEMPORARY.fullmatch(name) is not None


def write_temporary(target: str, content: bytes, *, mode: int | None = None, sync: bool = False) -> str:
    """Write ``content`` into a new file that can take the place of ``target``; return its path.

    Args:
        target: the path of a file, which need not exist.
        content: the bytes of the new file.
        mode: its permissions whatever the umask; None for 0666 less the umask, since a published file must
            be readable by the web server.
        sync: whether the bytes are to survive a power failure before this returns.

    Raises:
        OSError: it cannot be written; its ``filename`` is the target.
    """
    # A short name that is never used twice, also where process numbers repeat.
    temporary = os.path.join(os.path.dirname(target), f".pwagen-{secrets.token_hex(8)}.tmp")  # noqa: PTH118, PTH120
    try:
        descriptor = os.open(temporary, _NEW, 0o666 if mode is None else mode)
        try:
            try:
                while content:
                    content = content[os.write(descriptor, content) :]
                if mode is not None:
                    # The umask has reduced it. By its descriptor, the file need not be looked up again.
                    os.chmod(descriptor if _CHMOD_TAKES_NUMBERS else temporary, mode)  # noqa: PTH101
                if sync:
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, target) from None
    return temporary


def replace_file(target: Path, content: bytes, *, mode: int | None = None, sync: bool = True) -> None:
    """Put ``content`` in place of ``target``; arguments and errors are those of `write_temporary`."""
    temporary = write_temporary(str(target), content, mode=mode, sync=sync)
    try:
        os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Put new contents in place of files that exist, of all or of none; their permissions stay.

    Raises:
        OSError: one can't be read or written.
    """
    before = {target: (target.read_bytes(), S_IMODE(target.stat().st_mode)) for target in contents}
    temporary: dict[Path, str] = {}
    replaced: list[Path] = []
    try:
        for target, content in contents.items():
            temporary[target] = write_temporary(str(target), content, mode=before[target][1], sync=True)
        for target, name in temporary.items():
            os.replace(name, target)  # noqa: PTH105
            replaced.append(target)
    except BaseException:
        for name in temporary.values():
            Path(name).unlink(missing_ok=True)
        for target in replaced:
            content, mode = before[target]
            replace_file(target, content, mode=mode)
        raise


def put_new_file(target: Path, content: bytes) -> bool:
    """Make a file in one step, unless there is anything of that name; return whether it was made.

    Raises:
        OSError: it cannot be written; its ``filename`` is the target.
    """
    temporary = write_temporary(str(target), content, sync=True)
    try:
        return take_name(temporary, target)
    finally:
        Path(temporary).unlink(missing_ok=True)


def take_name(temporary: str, target: Path) -> bool:
    """Give a complete file another name as well, unless there is anything of that name; return whether."""
    try:
        # Unlike a rename, a hard link never takes the place of another file.
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        try:
            os.close(os.open(target, _NEW, 0o666))
        except FileExistsError:
            return False
        try:
            os.replace(temporary, target)  # noqa: PTH105
        except BaseException:
            target.unlink()
            raise
    return True


def store_cache(file: Path, content: bytes) -> None:
    """Replace a file of a cache; where it cannot be written, only the next build takes longer."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, content, mode=0o644, sync=False)
