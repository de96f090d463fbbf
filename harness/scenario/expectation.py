"""What a scenario can expect of a call, as written in YAML: one key names the expectation."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from harness.records.call import Plane
from harness.records.json_value import JsonValue
from harness.scenario.described import Described


def _is_regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def _is_pointer(pointer: str) -> str:
    if pointer and not pointer.startswith("/"):
        raise ValueError('a JSON pointer is "" or begins with "/"')
    return pointer


Regex = Annotated[str, Field(min_length=1), AfterValidator(_is_regex)]
"""A Python regular expression, searched for anywhere in the text."""
Pointer = Annotated[str, AfterValidator(_is_pointer)]
"""A JSON pointer, RFC 6901; `""` is the whole document."""
NonEmpty = Annotated[str, Field(min_length=1)]
SomeText = NonEmpty | Annotated[list[NonEmpty], Field(min_length=1)]
"""A text or several; an empty one is in every text and would check nothing."""
Place = Literal["document", "structured", "meta", "error_data"]
"""`document`: the JSON that the tool answered with as text (else its structured content);
`structured`: the structured content; `meta`: the result's `_meta`; `error_data`: the data of a
JSON-RPC error."""


class Expectation(Described):
    """One expectation; its weight is its share of the scenario's score."""

    weight: float = Field(default=1.0, gt=0, strict=False, allow_inf_nan=False)


class PlaneExpected(Expectation):
    """The outcome is on this plane, or on one of these."""

    plane: Plane | list[Plane]


class CodeExpected(Expectation):
    """The JSON-RPC error has this code."""

    code: int


class TextContains(Expectation):
    """The text that the caller sees contains this, or each of these."""

    text_contains: SomeText


class TextLacks(Expectation):
    """The text that the caller sees contains this, or any of these, nowhere."""

    text_lacks: SomeText


class TextMatches(Expectation):
    """The text that the caller sees matches this regular expression."""

    text_matches: Regex


class AtPointer(Expectation):
    """What stands at a JSON pointer; exactly one of equals, contains, matches, exists.

    `contains`: a text within a text, an item of a list, a key of an object.
    """

    pointer: Pointer
    place: Place = Field(default="document", alias="in")
    equals: JsonValue = None
    contains: JsonValue = None
    matches: Regex | None = None
    exists: bool | None = None

    @model_validator(mode="after")
    def _has_one_condition(self) -> AtPointer:
        if len(self.conditions) != 1:
            raise ValueError("exactly one of equals, contains, matches and exists is needed")
        return self

    @property
    def conditions(self) -> set[str]:
        """The conditions that were written."""
        return self.model_fields_set & {"equals", "contains", "matches", "exists"}


class HasSubset(Expectation):
    """The document holds all of this; objects may have more keys, `ignore` leaves places out."""

    subset: JsonValue
    place: Place = Field(default="document", alias="in")
    ignore: list[Pointer] = Field(default_factory=list)

    @model_validator(mode="after")
    def _expects_something(self) -> HasSubset:
        if self.subset in ({}, []):
            raise ValueError("an empty subset is in every document and checks nothing")
        return self


class ConformsToSchema(Expectation):
    """The document is valid against this JSON Schema (2020-12 unless it says otherwise)."""

    json_schema: Annotated[dict[str, Any], Field(min_length=1)]
    place: Place = Field(default="document", alias="in")


class RequestShape(Described):
    """What an upstream request looks like; only what is written is compared.

    `json` must equal the body, `json_subset` must be in it; `headers` are compared by their values
    after redaction, names in any case, null means absent.
    """

    index: int = Field(default=0, ge=0)
    """Which of the call's upstream requests, in order of start, from 0."""
    method: str | None = None
    url: str | None = None
    path: str | None = None
    body: JsonValue = Field(default=None, alias="json")
    json_subset: JsonValue = None
    headers: dict[str, str | None] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _expects_something(self) -> RequestShape:
        if not self.model_fields_set - {"index"}:
            raise ValueError("method, url, path, json, json_subset or headers is needed")
        return self


class UpstreamRequest(Expectation):
    """A request that the call sent upstream has this shape."""

    upstream_request: RequestShape


class UpstreamCalls(Expectation):
    """The call sent exactly this many requests upstream."""

    upstream_calls: int = Field(ge=0)


class ProgressShape(Described):
    """How many progress notifications came, and what their messages give when joined."""

    count: int | None = Field(default=None, ge=0)
    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=0)
    joined: str | None = None
    joined_at: Pointer | None = None
    """The joined messages equal the text at this pointer of the document."""

    @model_validator(mode="after")
    def _expects_something(self) -> ProgressShape:
        if all(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("count, min, max, joined or joined_at is needed")
        return self


class ProgressSent(Expectation):
    """The progress notifications of the call: a count, or a shape; they never go back."""

    progress: Annotated[int, Field(ge=0)] | ProgressShape


class NoSecrets(Expectation):
    """No credential of the target, and nothing that looks like a key, is in any output."""

    no_secrets: Literal[True]


KINDS: dict[str, type[Expectation]] = {
    "plane": PlaneExpected,
    "code": CodeExpected,
    "text_contains": TextContains,
    "text_lacks": TextLacks,
    "text_matches": TextMatches,
    "pointer": AtPointer,
    "subset": HasSubset,
    "json_schema": ConformsToSchema,
    "upstream_request": UpstreamRequest,
    "upstream_calls": UpstreamCalls,
    "progress": ProgressSent,
    "no_secrets": NoSecrets,
}
"""The key that names an expectation → its class."""


def _kind(value: Any) -> str | None:
    """Return the naming key of an expectation; for a misspelt one, the nearest that exists."""
    if not isinstance(value, dict):
        named = [key for key, kind in KINDS.items() if isinstance(value, kind)]
        return named[0] if named else None
    for key in KINDS:
        if key in value:
            return key
    near = [difflib.get_close_matches(str(key), KINDS, n=1, cutoff=0.6) for key in value]
    return next((match[0] for match in near if match), None)


AnyExpectation = Annotated[
    Annotated[PlaneExpected, Tag("plane")]
    | Annotated[CodeExpected, Tag("code")]
    | Annotated[TextContains, Tag("text_contains")]
    | Annotated[TextLacks, Tag("text_lacks")]
    | Annotated[TextMatches, Tag("text_matches")]
    | Annotated[AtPointer, Tag("pointer")]
    | Annotated[HasSubset, Tag("subset")]
    | Annotated[ConformsToSchema, Tag("json_schema")]
    | Annotated[UpstreamRequest, Tag("upstream_request")]
    | Annotated[UpstreamCalls, Tag("upstream_calls")]
    | Annotated[ProgressSent, Tag("progress")]
    | Annotated[NoSecrets, Tag("no_secrets")],
    Discriminator(
        _kind,
        custom_error_type="unknown_expectation",
        custom_error_message=f"no expectation is named here (one key names it: {', '.join(KINDS)})",
    ),
]
"""Any expectation."""
