"""The scorers that a scenario can name under `score:`; one key names the scorer."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from harness.records.json_value import JsonValue
from harness.scenario.described import Described
from harness.scenario.expectation import NonEmpty, Place, Pointer, Regex, SomeText

Share = Annotated[float, Field(ge=0, le=1, strict=False)]
Amount = Annotated[float, Field(gt=0, strict=False, allow_inf_nan=False)]
AtLeastZero = Annotated[float, Field(ge=0, strict=False, allow_inf_nan=False)]


class Scorer(Described):
    """A measure of a call; below its threshold the step fails."""

    weight: float = Field(default=1.0, gt=0, strict=False, allow_inf_nan=False)
    threshold: Share | None = None


class ValueScorer(Scorer):
    """A measure of the JSON that a tool answered with, whole or at a pointer."""

    pointer: Pointer = ""
    place: Place = Field(default="document", alias="in")


class TextScorer(Scorer):
    """A measure of the text that a caller sees, or of the value at a pointer as text."""

    pointer: Pointer | None = None
    place: Place = Field(default="document", alias="in")


class Exact(ValueScorer):
    """1 when the value is this, else 0; `ignore` leaves places out."""

    exact: JsonValue
    ignore: list[Pointer] = Field(default_factory=list)


class Contains(TextScorer):
    """The share of these texts that are in the text."""

    contains: SomeText
    ignore_case: bool = False


class Matches(TextScorer):
    """1 when the text matches this regular expression anywhere, else 0."""

    matches: Regex


class Subset(ValueScorer):
    """The share of this value's leaves that the answer has as well."""

    subset: JsonValue
    ignore: list[Pointer] = Field(default_factory=list)


class Tree(ValueScorer):
    """1 less deepdiff's distance to this value."""

    tree: JsonValue
    ignore: list[Pointer] = Field(default_factory=list)


class Number(ValueScorer):
    """1 within the tolerance of this number, 0 from twice the tolerance on, even in between."""

    number: float = Field(strict=False, allow_inf_nan=False)
    tolerance: AtLeastZero = 0.0
    """In the number's unit."""
    relative: AtLeastZero = 0.0
    """As a share of the number; the larger of both counts."""


class Conforms(ValueScorer):
    """1 when the value is valid against this JSON Schema, else 0."""

    json_schema: Annotated[dict[str, Any], Field(min_length=1)]


class ExpectedCall(Described):
    """One tool call of the model; arguments that are not named do not matter."""

    name: NonEmpty
    arguments: dict[str, JsonValue] = Field(default_factory=dict)


class ToolCalls(Scorer):
    """How the model's tool calls match these.

    `exact`: 1 for these, in this order and no others, else 0; `in_order`: the share of these that
    come in this order; `any_order`: the share that comes at all; `f1`: the harmonic mean of that
    share and the share of the model's calls that are wanted.
    """

    tool_calls: list[ExpectedCall]
    mode: Literal["exact", "in_order", "any_order", "f1"] = "f1"


class Similar(TextScorer):
    """How alike the text is to this one: 1 less the normalised edit distance (insert, delete)."""

    similar: NonEmpty
    ignore_order: bool = False
    """Compare the words in alphabetical order."""


class Refusal(TextScorer):
    """1 when the model refuses and this is true, or answers and this is false; else 0."""

    refusal: bool


class Latency(Scorer):
    """1 up to this many seconds, 0 from `worst` on, even in between."""

    latency: Amount
    worst: Amount | None = None
    """Twice the seconds unless told."""

    @model_validator(mode="after")
    def _grows(self) -> Latency:
        if self.worst is not None and self.worst <= self.latency:
            raise ValueError("worst is more than latency")
        return self


class Tokens(Scorer):
    """1 up to this many tokens by the provider's count, beyond it the limit's share of them."""

    tokens: int = Field(gt=0)
    of: Literal["total", "input", "output"] = "total"


class Cost(Scorer):
    """1 up to this price, beyond it the limit's share of the price; prices a million tokens."""

    cost: Amount
    input_price: AtLeastZero
    output_price: AtLeastZero


SCORERS: dict[str, type[Scorer]] = {
    "exact": Exact,
    "contains": Contains,
    "matches": Matches,
    "subset": Subset,
    "tree": Tree,
    "number": Number,
    "json_schema": Conforms,
    "tool_calls": ToolCalls,
    "similar": Similar,
    "refusal": Refusal,
    "latency": Latency,
    "tokens": Tokens,
    "cost": Cost,
}
"""The key that names a scorer → its class."""


def _kind(value: Any) -> str | None:
    """Return the naming key of a scorer; for a misspelt one, the nearest that exists."""
    if not isinstance(value, dict):
        return next((key for key, kind in SCORERS.items() if isinstance(value, kind)), None)
    for key in SCORERS:
        if key in value:
            return key
    near = [difflib.get_close_matches(str(key), SCORERS, n=1, cutoff=0.6) for key in value]
    return next((match[0] for match in near if match), None)


AnyScorer = Annotated[
    Annotated[Exact, Tag("exact")]
    | Annotated[Contains, Tag("contains")]
    | Annotated[Matches, Tag("matches")]
    | Annotated[Subset, Tag("subset")]
    | Annotated[Tree, Tag("tree")]
    | Annotated[Number, Tag("number")]
    | Annotated[Conforms, Tag("json_schema")]
    | Annotated[ToolCalls, Tag("tool_calls")]
    | Annotated[Similar, Tag("similar")]
    | Annotated[Refusal, Tag("refusal")]
    | Annotated[Latency, Tag("latency")]
    | Annotated[Tokens, Tag("tokens")]
    | Annotated[Cost, Tag("cost")],
    Discriminator(
        _kind,
        custom_error_type="unknown_scorer",
        custom_error_message=f"no scorer is named here (one key names it: {', '.join(SCORERS)})",
    ),
]
"""Any scorer."""
