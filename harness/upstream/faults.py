"""What can go wrong between a server and its provider, as one line of text.

A fault is written `KIND[; key=value]…`: a status or a name of `fault_kinds.KINDS`, then how it is
and when it applies (`fault_condition.Condition`), in any order:

    429; retry-after=2
    503; body=html; nth=2
    truncated; ending=reset; rate=0.3
    slow; delay=1.5; frame-delay=0.2; path=/v1/chat/*

The options of one fault add up, so a late 503 is `503; delay=2`. Of several faults the first that
applies is the one that happens (`fault_plan.FaultPlan`).
"""

from __future__ import annotations

import difflib
import json
from email.utils import parsedate_to_datetime
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from harness.upstream.fault_condition import Condition
from harness.upstream.fault_kinds import KINDS, STATUSES, USUAL_STATUSES, is_status, options_of

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
MediaType = Annotated[
    str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+/[ -:<-~]*[!-:<-~]$")
]
"""Up to the first semicolon, which begins the next option."""


class Fault(BaseModel):
    """One fault; `str(fault)` gives the text that `parse_fault` reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    retry_after: str | None = None
    """Value of the `retry-after` header: whole seconds or an HTTP date."""
    retry_after_ms: int | None = Field(default=None, ge=0)
    """Value of the `retry-after-ms` header."""
    body: Literal["html", "text", "empty", "echo", "echo-text"] | None = None
    """In place of the provider's own body for the status: a proxy's page, its line of plain text,
    nothing, the same body with the request's credential in its message, or a line with that."""
    document: str | None = None
    """The JSON that is no answer, without a semicolon."""
    delay: Seconds | None = None
    """Seconds before the headers."""
    frame_delay: Seconds | None = None
    """Seconds between two frames of an event stream."""
    ending: Literal["closed", "complete", "reset"] | None = None
    """What follows half a body: the connection closes, HTTP says that was all, or a reset."""
    at: Literal["frame", "inside", "choice"] | None = None
    """Where a stream is cut: after half of its frames, each of them whole, or only inside the frame
    in the middle, after which the others come, or after the frame that ends the first choice."""
    then: Literal["done"] | None = None
    """What follows an error event: `[DONE]`, as after a good answer."""
    size: int | None = Field(default=None, ge=1, le=2**32)
    """Bytes in front of a huge body, at least."""
    content_type: MediaType | None = None
    """The label of the body, whatever it is."""
    by: int | None = None
    """How much more bytes the content-length names than there are."""
    step: int | None = Field(default=None, ge=1)
    """Bytes at a time."""
    every: Seconds | None = None
    """Seconds before each of them."""
    lasting: Annotated[float, Field(ge=0, le=3600)] | None = None
    """Seconds for which blanks come first, which change nothing."""
    when: Condition = Condition()

    @property
    def status(self) -> int | None:
        """The HTTP status of a status fault, None for the other kinds."""
        return int(self.kind) if is_status(self.kind) else None

    @property
    def is_silent(self) -> bool:
        """Whether a client has to give up by itself: no end comes."""
        return self.kind in ("timeout", "stalled")

    @property
    def unconditional(self) -> Fault:
        """The same fault for every request."""
        return self.model_copy(update={"when": Condition()})

    @field_validator("kind")
    @classmethod
    def _is_known(cls, kind: str) -> str:
        if not is_status(kind):
            every = f"{STATUSES[0]} to {STATUSES[-1]}, {', '.join(KINDS)}"
            _require_known(kind, (*KINDS, *map(str, USUAL_STATUSES)), "fault", every)
        return kind

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

    @field_validator("document")
    @classmethod
    def _is_json(cls, value: str | None) -> str | None:
        try:
            json.loads("null" if value is None else value)
        except ValueError as error:
            raise ValueError(f"document is JSON, not {value!r}") from error
        return value

    @field_validator("by")
    @classmethod
    def _is_wrong(cls, value: int | None) -> int | None:
        if value == 0:
            raise ValueError("by is how far the content-length is off, so it is not 0")
        return value

    @model_validator(mode="after")
    def _options_fit_the_kind(self) -> Fault:
        taken = options_of(self.kind)
        strange = [name for name in _HOW if self._value(name) is not None and name not in taken]
        if strange:
            others = (
                f"it takes {', '.join(taken)}" if taken else "it takes no options but conditions"
            )
            raise ValueError(f"{self.kind} takes no option {strange[0]}; {others}")
        return self

    def _value(self, option: str) -> object:
        field = option.replace("-", "_")
        return getattr(self.when if option in _WHEN else self, field)

    def __str__(self) -> str:
        given = ((name, self._value(name)) for name in OPTIONS)
        return "; ".join([self.kind, *(f"{n}={_text(v)}" for n, v in given if v is not None)])


_HOW = tuple(name.replace("_", "-") for name in Fault.model_fields if name not in ("kind", "when"))
_WHEN = tuple(Condition.model_fields)
OPTIONS = (*_HOW, *_WHEN)
"""Every option, in the order in which it is written."""


def parse_fault(text: str) -> Fault:
    """Return the fault that `text` names.

    Raises:
        ValueError: an unknown kind or option, or a value that does not fit; the message is one
            line and names the nearest one that exists.
    """
    kind, *rest = (part.strip() for part in text.split(";"))
    how: dict[str, str] = {}
    when: dict[str, str] = {}
    for part in rest:
        key, value = _option(part)
        fields = when if key in _WHEN else how
        if key in fields:
            raise ValueError(f"the fault option {key} is given twice")
        fields[key] = value
    try:
        fields = {key.replace("-", "_"): value for key, value in how.items()}
        return Fault.model_validate({"kind": kind, **fields, "when": when})
    except ValidationError as error:
        raise ValueError(_first_problem(error)) from None


def _option(part: str) -> tuple[str, str]:
    key, equals, value = (piece.strip() for piece in part.partition("="))
    _require_known(key, OPTIONS, "fault option", ", ".join(OPTIONS))
    if not equals or not value:
        raise ValueError(f"the fault option {key} needs a value: {key}=…")
    return key, value


def _first_problem(error: ValidationError) -> str:
    """Say what the first thing wrong is, in one line; our own sentences stand by themselves."""
    found = error.errors(include_url=False)[0]
    message = found["msg"]
    if found["type"] == "value_error":
        return message.removeprefix("Value error, ")
    option = str(found["loc"][-1]).replace("_", "-")
    return f"the fault option {option}={found['input']} does not fit: {message}"


def _require_known(name: str, known: tuple[str, ...], what: str, all_known: str) -> None:
    if name in known:
        return
    cutoff = 0.7 if name.isdigit() else 0.6  # of statuses, any two are alike
    close = difflib.get_close_matches(name, known, n=1, cutoff=cutoff)
    hint = f"did you mean {close[0]}?" if close else f"known: {all_known}"
    raise ValueError(f"unknown {what} {name!r}; {hint}")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
