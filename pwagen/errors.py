"""What went wrong, where, and what to write instead. Nothing here prints or exits."""

from __future__ import annotations

from dataclasses import dataclass, field

from pwagen.concealment import without_keys


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in something the user wrote.

    ``line`` and ``column`` count from 1, 0 means "the file as a whole". ``message`` says what is
    wrong, ``fix`` what to write instead; both are sentences without a final full stop.
    """

    path: str
    line: int = 0
    column: int = 0
    message: str = ""
    fix: str = ""

    def __post_init__(self) -> None:
        """Leave out what may be key material."""
        for name in ("path", "message", "fix"):
            object.__setattr__(self, name, without_keys(getattr(self, name)))

    def __str__(self) -> str:
        """Return the greppable form, ``path:line:column: message - fix``."""
        place = self.path
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        where = f"{place}: " if place else ""
        return f"{where}{self.message}" + (f" - {self.fix}" if self.fix else "")


def reason(error: Exception) -> str:
    """Return what to tell users; of a failure of the operating system's, which file and what is wrong."""
    if not isinstance(error, OSError):
        return str(error)
    return without_keys(f"{error.filename or 'pwagen'}: {(error.strerror or str(error)).lower()}")


def system_failure(error: OSError) -> Problem:
    """Return a failure of the operating system's as a problem of the file that it is about, if any."""
    return Problem(str(error.filename or ""), message=(error.strerror or str(error)).lower())


class PwagenError(Exception):
    """A failure that the user can mend: the command line prints it without a traceback, exit code 2."""

    def __str__(self) -> str:
        """Return the message, without anything in it that may be key material."""
        return without_keys(super().__str__())


@dataclass
class ConfigError(PwagenError):
    """Every problem of a config at once, in the order of the file."""

    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        """Return one problem a line."""
        return "\n".join(str(problem) for problem in sorted(self.problems))
