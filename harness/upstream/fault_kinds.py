"""The faults there are, what each does, and the options that it takes."""

from __future__ import annotations

from typing import NamedTuple

STATUSES = range(400, 600)
"""A number in this range is a fault: the provider answers with that status."""
USUAL_STATUSES = (400, 401, 403, 404, 410, 413, 422, 429, 500, 502, 503, 504, 529)
"""Those that providers speak of in their documents, for whoever mistypes one."""

STATUS_OPTIONS = ("retry-after", "retry-after-ms", "body", "delay")
WAITS = ("delay", "frame-delay")


class Kind(NamedTuple):
    """What a fault does to the answer that would have come."""

    meaning: str
    options: tuple[str, ...] = WAITS


KINDS = {
    "slow": Kind("the right answer, late: 1 s before the headers unless told otherwise"),
    "error-in-200": Kind("the provider's error under status 200"),
    "stream-error": Kind(
        "the provider's error event after half the frames, all under status 200",
        (*WAITS, "then"),
    ),
    "surrogate": Kind("half of a surrogate pair stands in the text, as its JSON escape"),
    "other-json": Kind(
        "a JSON object that is no answer, under status 200, or another `document`",
        (*WAITS, "document"),
    ),
    "no-choices": Kind("an answer without any choice, under status 200"),
    "not-json": Kind("the HTML page of a proxy under status 200"),
    "empty": Kind("status 200 and no body"),
    "truncated": Kind(
        "half of the body or of the frames, the last one cut, and the connection closes; "
        "`at=frame` leaves it whole, `at=inside` lets the others come after it, `at=choice` cuts "
        "after the end of a first choice",
        (*WAITS, "ending", "at"),
    ),
    "truncated-character": Kind(
        "the same, cut between the bytes of one UTF-8 character", (*WAITS, "ending")
    ),
    "duplicate-keys": Kind("each member of the JSON object comes again, as null"),
    "invalid-utf8": Kind("a byte that no UTF-8 text has, inside a string"),
    "nan": Kind("NaN in the place of a number"),
    "huge": Kind("64 MiB of white space or comment before the answer", (*WAITS, "size")),
    "wrong-content-type": Kind(
        "a stream labelled JSON, anything else labelled a stream", (*WAITS, "content-type")
    ),
    "wrong-content-length": Kind(
        "a content-length of 10 more than come; `by` may be negative", ("delay", "by")
    ),
    "gzip-garbage": Kind("labelled gzip, and not gzip"),
    "redirect-loop": Kind("307 to the same place, every time", ("delay",)),
    "drip": Kind(
        "the right answer, one byte (`step`) each 0.1 s (`every`), after blanks for `lasting` s",
        ("delay", "step", "every", "lasting"),
    ),
    "timeout": Kind("no answer at all", ()),
    "stalled": Kind("half of the body or of the frames, and then nothing more"),
    "refused": Kind("no connection; what listens already resets it instead", ()),
    "reset": Kind("the connection is reset before the headers", ("delay",)),
    "reset-mid-body": Kind("the connection is reset after half of the body"),
}
"""Faults that are not a status, by name."""


def options_of(kind: str) -> tuple[str, ...]:
    """Return the options that `kind`, a name of `KINDS` or a status, takes."""
    return KINDS[kind].options if kind in KINDS else STATUS_OPTIONS


def is_status(kind: str) -> bool:
    """Whether `kind` is a status that an answer can fail with."""
    return len(kind) == 3 and kind.isascii() and kind.isdigit() and int(kind) in STATUSES
