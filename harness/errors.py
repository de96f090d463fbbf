"""What goes wrong with the harness itself; defects of a server are findings, not exceptions.

HarnessError                        .exit_code
  UsageError                        2  bad flag, name or configuration
    InvalidConfiguration            2  file and line
    InvalidScenario                 2  file, line, column, pointer
  CassetteError                     3
    InvalidCassette                 3  path, line
  TargetError                       4  the server under test cannot be reached
    TargetStartError                4  command, exit code, last stderr lines
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class HarnessError(Exception):
    """Something that stops the harness; `str()` is meant for the user, without traceback."""

    exit_code = 2


class UsageError(HarnessError):
    """A flag, a name or the configuration is wrong."""


class InvalidConfiguration(UsageError):
    """A setting of the project is wrong; `place` is its file and line as users name them."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")


class InvalidScenario(UsageError):
    """A scenario file breaks its schema. Lines and columns count from 1."""

    def __init__(
        self, path: Path, message: str, *, line: int = 1, column: int = 1, pointer: str = ""
    ) -> None:
        self.path, self.line, self.column, self.pointer = path, line, column, pointer
        place = f" at {pointer}" if pointer else ""
        super().__init__(f"{path}:{line}:{column}: {message}{place}")


class CassetteError(HarnessError):
    """A cassette is missing, unreadable or cannot be written."""

    exit_code = 3


class InvalidCassette(CassetteError):
    """The file is there but is no cassette; it is left as it is."""

    def __init__(self, path: Path, message: str, *, line: int | None = None) -> None:
        self.path, self.line = path, line
        where = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{where}: {message}")


class TargetError(HarnessError):
    """The server under test cannot be reached."""

    exit_code = 4


class TargetStartError(TargetError):
    """The server's process did not start, or ended before it answered."""

    def __init__(
        self, command: str, reason: str, *, returncode: int | None = None, stderr: str = ""
    ) -> None:
        self.command, self.returncode, self.stderr = command, returncode, stderr
        lines = [f"cannot start the target: {reason}", f"  command: {command}"]
        if returncode is not None:
            lines.append(f"  exit code: {returncode}")
        if stderr.strip():
            lines += ["  last lines of its stderr:"]
            lines += [f"    {line}" for line in stderr.rstrip().splitlines()[-8:]]
        super().__init__("\n".join(lines))


class TornCassetteWarning(UserWarning):
    """A cassette ends in the middle of an interaction, as a killed process leaves it."""


def did_you_mean(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return `; did you mean 'x'?` for the nearest known word, or an empty string.

    `cutoff` is how alike it must be, 0 to 1; of very many known words some are alike by chance.
    """
    nearest = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""
