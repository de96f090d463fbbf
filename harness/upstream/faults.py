"""What can go wrong between a server and its provider, as one line of text.

A fault is written `KIND[; key=value]…`:

    429; retry-after=2
    503
    truncated
"""

from __future__ import annotations

import difflib
from email.utils import parsedate_to_datetime
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

StatusKind = Literal[
    "400", "401", "403", "404", "410", "413", "422", "429", "500", "502", "503", "504", "529"
]
"""The provider answers with this status and its own body for it."""

BodyKind = Literal["error-in-200", "not-json", "empty", "truncated", "stream-error", "surrogate"]
"""The status is 200 and the body is not what was asked for."""

ConnectionKind = Literal["timeout", "refused"]
"""No answer comes, or no connection is made."""

FaultKind = StatusKind | BodyKind | ConnectionKind

STATUS_KINDS: tuple[str, ...] = get_args(StatusKind)
KINDS: tuple[str, ...] = STATUS_KINDS + get_args(BodyKind) + get_args(ConnectionKind)
OPTIONS = ("retry-after", "retry-after-ms")


class Fault(BaseModel):
    """One fault; `str(fault)` gives the text that `parse_fault` reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    retry_after: str | None = None
    """Value of the `retry-after` header: whole seconds or an HTTP date."""
    retry_after_ms: int | None = Field(default=None, ge=0)
    """Value of the `retry-after-ms` header."""

    @property
    def status(self) -> int | None:
        """The HTTP status of a status fault, None for the other kinds."""
        return int(self.kind) if self.kind in STATUS_KINDS else None

    @field_validator("retry_after")
    @classmethod
    def _is_seconds_or_date(cls, value: str | None) -> str | None:
        if value is None or (value.isascii() and value.isdigit()):
            return value
        try:
            parsedate_to_datetime(value)
        except ValueError as error:
            raise ValueError(
                f"retry-after is whole seconds or an HTTP date, not {value!r}"
            ) from error
        return value

    @model_validator(mode="after")
    def _options_need_a_status(self) -> Fault:
        has_options = self.retry_after is not None or self.retry_after_ms is not None
        if has_options and self.status is None:
            raise ValueError(f"{self.kind} takes no options; retry-after goes with a status")
        return self

    def __str__(self) -> str:
        parts: list[str] = [self.kind]
        if self.retry_after is not None:
            parts.append(f"retry-after={self.retry_after}")
        if self.retry_after_ms is not None:
            parts.append(f"retry-after-ms={self.retry_after_ms}")
        return "; ".join(parts)


def parse_fault(text: str) -> Fault:
    """Return the fault that `text` names.

    Raises:
        ValueError: an unknown kind or option, or a value that does not fit; the message names
            the nearest one that exists.
    """
    kind, *rest = (part.strip() for part in text.split(";"))
    _require_known(kind, KINDS, "fault")
    fields: dict[str, str] = {}
    for part in rest:
        key, equals, value = (piece.strip() for piece in part.partition("="))
        _require_known(key, OPTIONS, "fault option")
        if not equals or not value:
            raise ValueError(f"the fault option {key} needs a value: {key}=…")
        if key in fields:
            raise ValueError(f"the fault option {key} is given twice")
        fields[key] = value
    return Fault.model_validate(
        {"kind": kind} | {key.replace("-", "_"): value for key, value in fields.items()}
    )


def _require_known(name: str, known: tuple[str, ...], what: str) -> None:
    if name in known:
        return
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
    raise ValueError(f"unknown {what} {name!r}; {hint}")
