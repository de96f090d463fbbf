"""The six dimensions of one definition together."""

from __future__ import annotations

from harness.scoring.descriptions.behavior import judge_behavior
from harness.scoring.descriptions.completeness import judge_completeness
from harness.scoring.descriptions.conciseness import judge_conciseness
from harness.scoring.descriptions.judged import Fired, Judged
from harness.scoring.descriptions.parameters import judge_parameters
from harness.scoring.descriptions.purpose import judge_purpose
from harness.scoring.descriptions.signals import Definition
from harness.scoring.descriptions.usage import judge_usage

NAMES = ("purpose", "usage_guidelines", "behavior", "parameters", "conciseness", "completeness")
_EMPTY = Fired("gate.no-description", "=1", "there is no description")
_FIRST = ("verb", "when", "returns", "describe", "more", "returns")
"""What each dimension lacks first where there is no text at all."""


def judge(definition: Definition, gates: frozenset[str]) -> dict[str, Judged]:
    """Return what the rules make of `definition`; `gates` are the flags of TDQS's stage 2."""
    if "No Description" in gates:
        return {
            name: Judged(1, (_EMPTY,), (lacking,))
            for name, lacking in zip(NAMES, _FIRST, strict=True)
        }
    purpose = judge_purpose(definition)
    if "Tautological Description" in gates and purpose.score > 2:
        gate = Fired("gate.tautological", "=2", "the description is the name")
        purpose = Judged(2, (gate,), ("verb",))
    usage, behavior = judge_usage(definition), judge_behavior(definition)
    parameters = judge_parameters(definition)
    completeness = judge_completeness(
        definition, behavior=behavior, usage=usage, parameters=parameters
    )
    scores = (purpose, usage, behavior, parameters, judge_conciseness(definition), completeness)
    return dict(zip(NAMES, scores, strict=True))
