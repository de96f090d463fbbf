"""What the description scorer says: dimension → score, the rules that fired, advice."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.records.finding import Finding
from harness.records.record import Record

Tier = Literal["A", "B", "C", "D", "F"]
"""TDQS 1.2: A from 3.5, B from 3.0 (passing), C from 2.0, D from 1.0; F is reserved."""


class Span(Record):
    """Words of the description; characters from `start`, `end` not included."""

    start: int
    end: int
    text: str


class FiredRule(Record):
    """A rule that fired and what it did to the score."""

    id: str
    effect: str
    """`=4` sets the score, `+1` and `-1` move it or count as a fact; empty: only told."""
    message: str
    span: Span | None = None
    """None where a rule fired on structure, or on what is absent."""


class DimensionScore(Record):
    """One dimension of one tool."""

    score: int = Field(ge=1, le=5)
    rules: tuple[FiredRule, ...] = ()
    advice: tuple[str, ...] = ()
    """What to write to gain a point; the most useful first."""


class DescriptionSignals(Record):
    """What the rules read off the structured fields."""

    parameters: int
    required: int
    coverage: int
    """Described parameters in percent, as TDQS counts them; 100 without parameters."""
    strict_coverage: int
    """The same without descriptions that only repeat the parameter's name."""
    is_annotated: bool
    """`readOnlyHint` or `destructiveHint` is given."""
    has_output_schema: bool


class DescriptionScore(Record):
    """One tool."""

    name: str
    description: str = ""
    """The text that was read; the spans of the rules point into it."""
    dimensions: dict[str, DimensionScore]
    """purpose, usage_guidelines, behavior, parameters, conciseness, completeness."""
    tdqs: float
    """The weighted mean, 1.0 to 5.0, rounded half up to a tenth."""
    tier: Tier
    smells: tuple[str, ...]
    """Dimensions below 3."""
    flags: tuple[str, ...] = ()
    """TDQS's own: No Description, Tautological Description, Annotation Contradiction."""
    findings: tuple[Finding, ...] = ()
    """Poisoning, and tools that are named but do not exist; beside the score, never in it."""
    tokens: int
    """What the definition costs in every request, estimated: a token for four bytes of JSON."""
    signals: DescriptionSignals
    low_confidence: bool = False
    """The text is not in Latin script: only its structure was judged."""


class CoherenceScore(Record):
    """One dimension of the tools as a set."""

    score: int = Field(ge=1, le=5)
    reason: str


class ShadowCandidate(Record):
    """A tool that a much cheaper one may stand in for (TDQS 1.2); it changes no score."""

    tool: str
    cheaper: str


class ServerDescriptionScore(Record):
    """The tools of one server together."""

    name: str
    tools: int
    tdqs: float
    """0.7 × quality + 0.3 × coherence."""
    tier: Tier
    quality: float
    """0.6 × the mean and 0.4 × the minimum of the tools' scores."""
    coherence: float
    mean: float
    minimum: float
    coherence_dimensions: dict[str, CoherenceScore]
    """disambiguation, naming_consistency, tool_count_appropriateness, completeness."""
    shadow_candidates: tuple[ShadowCandidate, ...] = ()
    tokens: int
    """What all definitions cost in every request, estimated."""


class JudgedDimension(Record):
    """What a model said of one dimension in all runs."""

    scores: tuple[int, ...]
    median_low: int
    spread: int
    """The highest less the lowest."""


class JudgedTool(Record):
    """What a model said of one tool."""

    name: str
    dimensions: dict[str, JudgedDimension]
    tdqs: float
    """From the medians."""
    tier: Tier


class JudgeAgreement(Record):
    """How the rules and the model agree on one dimension, over all tools."""

    exact: float
    within_one: float
    mean_difference: float
    """Rules less model; positive: the rules are kinder."""


class DescriptionJudgement(Record):
    """What a model made of the same tools."""

    model: str
    rubric: str
    runs: int
    origin: str
    """`simulated` unless a real provider answered."""
    tools: tuple[JudgedTool, ...]
    agreement: dict[str, JudgeAgreement]


class DescriptionScores(Record):
    """All that `toolreel score` has to say; `--format json` is this record."""

    version: Literal[1] = 1
    rubric: str
    method: str = "offline rules; no model was asked"
    server: ServerDescriptionScore
    tools: tuple[DescriptionScore, ...]
    judge: DescriptionJudgement | None = None
    fail_under: float | None = None
    """The least score of a tool that passes, None where none was asked for."""
