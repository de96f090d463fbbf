"""Only the phase `valid` (and one step of `protocol`) draws: twenty seeds need nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.dialect import Dialect
from harness.audit.first_arguments import first_arguments
from harness.audit.registry import planners
from harness.records.audit import Probe

SCHEMAS = Path(__file__).parents[2] / "servers" / "schemas"
PUBLISHED: dict[str, Dialect] = {
    "create_chat_completion": "chat",
    "create_completion": "legacy",
    "chat_completion": "messages",
    "grok_chat_completions": "chat",
}


def _probes(name: str, seed: int) -> list[Probe]:
    definition: dict[str, Any] = {
        "name": name, "inputSchema": json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    }  # fmt: skip
    base = next(first_arguments(definition, seed))
    tool = ToolFacts(definition, base=base, dialect=PUBLISHED[name])
    context = AuditContext(
        target="t", tools=(tool,), sees_upstream=True, seed=seed, max_examples=10
    )
    return [probe for plan in planners().values() for probe in plan(tool, context)]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_seed_changes_drawn_arguments_and_no_other_probe(name: str) -> None:
    first = _probes(name, 0)
    for seed in (1, 7, 19):
        other = _probes(name, seed)
        assert [one for one in other if one.phase != "valid"] == [
            one for one in first if one.phase != "valid"
        ]
        assert [one for one in other if one.phase == "valid"] != [
            one for one in first if one.phase == "valid"
        ]
