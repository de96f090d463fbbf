"""What two sides of a comparison do not share: definitions, results, and what follows from it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, computed_field

from harness.records.call import Difference
from harness.records.json_value import JsonValue
from harness.records.record import Record

Side = Literal["baseline", "candidate"]
SchemaRelation = Literal["equal", "widening", "breaking", "incomparable", "unknown"]
"""How the sets of accepted values relate. `breaking`: the candidate accepts less, `incomparable`:
it accepts less here and more there, `unknown`: neither proven nor refuted."""
ToolChange = Literal["changed", "added", "removed", "renamed"]
ComparisonVerdict = Literal["equal", "compatible", "unknown", "worse", "breaking"]
"""From good to bad; `compatible`: something differs, and nothing that worked stops working."""
Conclusion = Literal["better", "worse", "no difference shown"]
"""What paired statistics show at a level of 5 %."""


class Witness(Record):
    """A value that one side accepts and the other rejects; two validators agree on both."""

    value: JsonValue
    """Arguments of the tool; for an output schema, a structured result."""
    accepted_by: Side
    reason: str
    """What the other side says against it."""
    pointer: str = ""
    """RFC 6901, into the value: where it says so."""


class SchemaChange(Record):
    """How two schemas relate, with a value for each difference."""

    relation: SchemaRelation
    lost: Witness | None = None
    """Accepted by the baseline alone."""
    gained: Witness | None = None
    """Accepted by the candidate alone."""
    notes: tuple[str, ...] = ()
    """What could not be decided, and what JSON Schema does not decide."""


class DimensionChange(Record):
    """One dimension of the description that scores differently."""

    before: int
    after: int
    gained: tuple[str, ...] = ()
    """What the rules say now and did not say before."""
    lost: tuple[str, ...] = ()


class DescriptionChange(Record):
    """How the scores of a definition's text moved."""

    tdqs_before: float
    tdqs_after: float
    tier_before: str
    tier_after: str
    tokens_before: int
    tokens_after: int
    dimensions: dict[str, DimensionChange] = Field(default_factory=dict)
    """Only those that moved."""


class ResultChange(Record):
    """One step of a scenario that came out differently."""

    scenario: str
    step: int
    """From 1; 0 for the scenario as a whole."""
    kind: Literal["outcome", "output", "upstream", "expectation", "score", "missing", "error"]
    message: str
    differences: tuple[Difference, ...] = ()


class ToolComparison(Record):
    """One tool that is not the same on both sides."""

    name: str
    change: ToolChange = "changed"
    new_name: str | None = None
    """Of a renamed tool."""
    input_change: SchemaChange | None = None
    """None where there is nothing to compare, or the schemas are the same text."""
    output_change: SchemaChange | None = None
    """Of the output schema: here it is `widening` that callers have to mind."""
    description: DescriptionChange | None = None
    text: tuple[Difference, ...] = ()
    """Every place of the definition that differs."""
    results: tuple[ResultChange, ...] = ()
    verdict: ComparisonVerdict = "compatible"
    """What follows for callers of this tool alone."""
    reasons: tuple[str, ...] = ()
    """Why, one line each."""

    @computed_field(alias="schema")  # type: ignore[prop-decorator]
    @property
    def relation(self) -> SchemaRelation | None:
        """How the input schemas relate; None for a tool that only one side has."""
        if self.change in ("added", "removed"):
            return None
        return self.input_change.relation if self.input_change else "equal"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def witness(self) -> JsonValue:
        """The value that shows the difference; one that is no longer accepted comes first."""
        change = self.input_change
        found = (change.lost or change.gained) if change else None
        return found.value if found else None


class PairedStatistics(Record):
    """The same expectations on both sides, pair by pair."""

    pairs: int
    scenarios: int
    baseline_score: float
    """Mean over the scenarios that both sides have."""
    candidate_score: float
    only_baseline_passed: int
    only_candidate_passed: int
    p_value: float
    """McNemar's exact test of the two counts above, two-sided."""
    low: float | None = None
    """Bounds of the 95 % bootstrap interval of the mean difference of scenario scores; None where
    there are fewer than two scenarios."""
    high: float | None = None
    conclusion: Conclusion


class CaseChange(Record):
    """One request for which another tool is chosen, or the same with other arguments."""

    request: str
    expected: tuple[str, ...]
    """Any of these is right; empty when no tool fits."""
    kind: Literal["now right", "now wrong", "other tool", "arguments"]
    """`other tool`: another one, as right or as wrong as before; `arguments`: the right tool on
    both sides, and only one side's call holds what the case asks for."""
    before: str | None
    """The tool, None for no tool at all."""
    after: str | None
    is_forbidden: bool = False
    """The candidate leads to a tool that the case forbids."""
    line: int | None = None


class SelectionComparison(Record):
    """The same requests against the definitions of both sides, pair by pair."""

    selector: str
    origin: str | None = None
    """Where a model's answers came from; None for a selector that asks no model."""
    cases: int
    baseline_accuracy: float
    """The share of requests that lead to a right tool, 0 to 1."""
    candidate_accuracy: float
    baseline_forbidden: int
    """How often a forbidden tool was chosen."""
    candidate_forbidden: int
    only_baseline_right: int
    only_candidate_right: int
    p_value: float
    """McNemar's exact test of the two counts above, two-sided."""
    low: float | None = None
    """Bounds of the 95 % bootstrap interval of the change in accuracy; None for a single case."""
    high: float | None = None
    conclusion: Conclusion
    changes: tuple[CaseChange, ...] = ()
    """Only requests that came out differently."""


class Comparison(Record):
    """All that `toolreel compare BASELINE CANDIDATE` has to say."""

    version: Literal[1] = 1
    baseline: str
    candidate: str
    verdict: ComparisonVerdict
    reasons: tuple[str, ...] = ()
    """Why the verdict is what it is, one line each."""
    tools: tuple[ToolComparison, ...] = ()
    """Only tools that differ: nothing differs when there are none."""
    tools_compared: int = 0
    statistics: PairedStatistics | None = None
    selection: SelectionComparison | None = None
    """None unless requests were given."""
    notes: tuple[str, ...] = ()


class LeaderboardCell(Record):
    """One column of one tool."""

    score: float | None
    """0 to 1, None where nothing was tested."""
    detail: str
    broken: tuple[str, ...] = ()
    """The audit's rules that a finding breaks."""


class LeaderboardRow(Record):
    """One tool of one side."""

    side: str
    tool: str
    cells: dict[str, LeaderboardCell]
    mean: float | None
    """Over the columns that were tested."""


class Leaderboard(Record):
    """Several servers that do the same job, the best first."""

    version: Literal[1] = 1
    columns: tuple[str, ...]
    rows: tuple[LeaderboardRow, ...]
    notes: tuple[str, ...] = ()
