from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audit.expected_failures import compared, read_expected
from harness.audit.found import Found
from harness.audit.grouping import grouped
from harness.audit.rules import rules
from harness.errors import UsageError
from harness.records.audit import AuditFinding

RULES = ("errors.hangs", "validation.coerced", "mapping.invented")
found = st.builds(
    Found,
    st.sampled_from(RULES),
    st.text(max_size=3),
    st.sampled_from(["a", "b"]),
    observation=st.none(),
    pointer=st.just(""),
    cause=st.sampled_from(["x", "y"]),
)


@given(st.lists(found))
def test_each_breach_is_in_one_group_of_its_rule_tool_and_cause(all_found: list[Found]) -> None:
    groups = grouped(all_found)
    assert len({(item.rule, item.tool, item.cause) for item in groups}) == len(groups)
    assert sum(len(group.all) for group in groups) == len(all_found)
    for group in groups:
        assert {(item.rule, item.tool, item.cause) for item in group.all} == {group[:3]}


def test_what_a_server_does_for_all_its_tools_is_one_finding() -> None:
    several = [Found("protocol.stdout-noise", "…", tool, cause="x") for tool in "aab"]
    (group,) = grouped(several)
    assert (group.tool, len(group.all)) == ("a", 3)


@given(st.lists(found))
def test_groups_stand_in_the_order_of_the_rules(all_found: list[Found]) -> None:
    order = list(rules())
    places = [order.index(group.rule) for group in grouped(all_found)]
    assert places == sorted(places)


def test_an_oracle_that_speaks_of_no_rule_is_a_defect_of_ours() -> None:
    with pytest.raises(KeyError, match=r"did you mean 'errors\.hangs'"):
        grouped([Found("errors.hang", "…")])


def _finding(rule: str, tool: str) -> AuditFinding:
    return AuditFinding(rule=rule, severity="high", message="m", tool=tool)


def test_an_entry_with_a_tool_expects_that_tool_only() -> None:
    findings = (_finding("errors.hangs", "a"), _finding("errors.hangs", "b"))
    against = compared(findings, ["errors.hangs@a"])
    assert against.findings == findings[1:]
    assert not against.stale


@given(st.lists(st.builds(_finding, st.sampled_from(RULES), st.sampled_from("ab"))))
def test_each_entry_is_met_or_stale(findings: list[AuditFinding]) -> None:
    entries = [*RULES, "errors.hangs@a", "errors.hangs@b"]
    against = compared(findings, entries)
    assert sorted([*against.met, *against.stale]) == sorted(entries)
    assert not against.findings


def test_an_empty_list_expects_nothing() -> None:
    assert read_expected("", "known.yaml") == []


def test_a_wrong_entry_is_told_with_its_place_and_the_nearest_rule() -> None:
    with pytest.raises(UsageError, match=r"known\.yaml: /1: no rule 'errors\.hang'; did you mean"):
        read_expected("- errors.hangs\n- errors.hang\n", "known.yaml")
