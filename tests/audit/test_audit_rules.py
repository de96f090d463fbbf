from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from harness.audit.rules import rules
from harness.records.audit import NotTested
from harness.runner.audit_options import PHASES
from harness.runner.audit_rules import audit_rules
from tests.recorded_project import Outcome

Toolreel = Callable[..., Outcome]
SERVER = "tests.audit.audited_servers:make_plain"
COMMAND = ("audit", SERVER, "--max-examples", "3", "--format", "json")


def _judged(toolreel: Toolreel, *choices: str) -> dict[str, bool]:
    document = toolreel(*COMMAND, *choices).document
    return {rule["id"]: rule["is_judged"] for rule in document["rules"]}


def test_only_rules_whose_phases_all_ran_are_judged(toolreel: Toolreel) -> None:
    judged = _judged(toolreel, "--phases", "definitions,valid,boundary,invalid")
    assert set(judged) == set(rules())
    areas = {name.partition(".")[0] for name, is_judged in judged.items() if is_judged}
    assert areas == {"definitions", "validation"}


def test_a_part_of_the_phases_judges_no_rule_of_the_area(toolreel: Toolreel) -> None:
    judged = _judged(toolreel, "--phases", "valid")
    assert not any(judged.values())


def test_rules_that_were_not_chosen_are_not_there(toolreel: Toolreel) -> None:
    choice = ("--phases", "definitions", "--checks", "definitions.name-illegal")
    assert _judged(toolreel, *choice) == {"definitions.name-illegal": True}


@pytest.mark.parametrize(("limit", "code"), [("high", 0), ("medium", 1)])
def test_the_result_keeps_what_it_was_asked_to_fail_on(
    limit: str, code: int, toolreel: Toolreel
) -> None:
    choice = ("--phases", "invalid", "--checks", "validation.coerced")
    done = toolreel(*COMMAND, *choice, "--fail-on", limit)
    assert done.document["fail_on"] == limit
    assert done.code == code


@pytest.mark.parametrize(
    ("what", "is_judged"),
    [
        ("", True),
        ("NaN and infinities", True),
        ("validation.coerced", False),
        ("validation.coerced: /temperature", False),
        ("invalid", False),
        ("mapping, validation", False),
        ("validation.unnamed", True),
    ],
)
def test_a_rule_is_left_open_by_a_note_about_it_or_its_area(what: str, is_judged: bool) -> None:
    options = SimpleNamespace(rules={"validation.coerced"}, probe="", phases=PHASES)
    session: Any = SimpleNamespace(options=options, calls={"invalid": 1})
    notes = [NotTested(tool="", what=what, reason="")] if what else []
    (rule,) = audit_rules(session, notes)
    assert rule.is_judged is is_judged
