"""The error of a test whose cassette could not answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.errors import CassetteError

if TYPE_CHECKING:
    from harness.records.call import Miss


class CassetteMiss(CassetteError):
    """Requests that a cassette has no answer for, while it may not record.

    Raised to the caller of httpx at once, and once more when the cassette is left, since the code
    under test may have swallowed it. It is no exception of httpx, so nothing retries it.
    """

    def __init__(self, misses: Sequence[Miss], command: str) -> None:
        # Only a miss needs what explains one.
        from harness.cassette.miss_message import describe_miss

        self.misses = tuple(misses)
        self.command = command
        message = describe_miss(misses[0], command) if misses else command
        if len(misses) > 1:
            message += f"\n  (+{len(misses) - 1} more requests without an answer)"
        super().__init__(message)
