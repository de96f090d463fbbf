"""The rules against labels that were given before they were run, in domains of their own."""

from __future__ import annotations

from statistics import fmean

import pytest

from harness.records.description_score import DescriptionScore
from harness.scoring.descriptions.dimensions import NAMES
from harness.scoring.descriptions.neighbours import Neighbours
from harness.scoring.descriptions.score import score_tool
from tests.scoring.other_domains import labelled_tools

ROWS = labelled_tools()
MOST_AWAY = {
    "purpose": 0.35,
    "usage_guidelines": 0.25,
    "behavior": 0.3,
    "parameters": 0.25,
    "conciseness": 0.15,
    "completeness": 0.4,
}


def scores_of(row: dict[str, object]) -> DescriptionScore:
    tool, siblings = row["tool"], row["siblings"]
    assert isinstance(tool, dict)
    assert isinstance(siblings, list)
    return score_tool(tool, Neighbours([tool["name"], *siblings]))


SCORED = [(row, scores_of(row)) for row in ROWS]


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_near_the_labels_in_every_dimension(name: str) -> None:
    away = [abs(score.dimensions[name].score - row["scores"][name]) for row, score in SCORED]
    assert fmean(gap <= 1 for gap in away) >= 0.96
    assert fmean(away) <= MOST_AWAY[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_rules_beat_the_commonest_label(name: str) -> None:
    labels = [row["scores"][name] for row in ROWS]
    mode = max(set(labels), key=labels.count)
    away = [abs(score.dimensions[name].score - row["scores"][name]) for row, score in SCORED]
    assert fmean(away) < fmean(abs(label - mode) for label in labels)


def test_no_domain_is_far_from_its_labels() -> None:
    for domain in {row["server"] for row in ROWS}:
        away = [
            abs(score.dimensions[name].score - row["scores"][name])
            for row, score in SCORED
            if row["server"] == domain
            for name in NAMES
        ]
        assert fmean(away) <= 0.5, domain
