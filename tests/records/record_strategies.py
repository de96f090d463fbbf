"""Generated records, with every value that JSON and text can hold."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from harness.records.call import (
    ArgumentsOrigin,
    Difference,
    Log,
    Miss,
    MissReason,
    Outcome,
    Plane,
    Progress,
    ToolCall,
)
from harness.records.http import HttpRequest, HttpResponse, Interaction, TransportFailure
from harness.records.results import (
    ErrorKind,
    ExpectationResult,
    RunResult,
    ScenarioResult,
    Status,
    StepResult,
)

any_text = st.text(st.characters(exclude_categories=()), max_size=8)
"""Lone surrogates included."""
words = st.text(max_size=8)
tags = st.sampled_from(["$float", "$object", "a", ""])
names = st.sampled_from(["NaN", "Infinity", "-Infinity", "nan", ""])


def _look_alikes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(tags, inner | names, max_size=2)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.integers(-3, 3)
    | st.floats()
    | st.sampled_from([0.0, -0.0])
    | any_text,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(any_text, inner, max_size=3)
        | _look_alikes(inner)
    ),
    max_leaves=8,
)


def some(records: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[Any]:
    return st.lists(records, max_size=most).map(tuple)


def one_of(literal: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(literal))


headers = some(st.tuples(words, words), 3)
bodies = st.binary(max_size=12) | words.map(str.encode)
requests = st.builds(HttpRequest, method=words, url=words, headers=headers, body=bodies)
responses = st.builds(
    HttpResponse, status=st.integers(100, 599), reason=words, headers=headers, body=bodies
)
interactions = st.builds(
    Interaction,
    request=requests,
    response=st.none() | responses,
    failure=st.none() | one_of(TransportFailure),
    seconds=st.floats(0, 1e6),
    metadata=st.dictionaries(words, words, max_size=2),
)
differences = st.builds(
    Difference,
    pointer=words,
    change=st.sampled_from(["changed", "added", "removed"]),
    recorded=json_values,
    actual=json_values,
)
misses = st.builds(
    Miss,
    request=requests,
    cassette=words,
    reason=one_of(MissReason),
    nearest=st.none() | st.integers(0, 9),
    differences=some(differences),
)
outcomes = st.builds(
    Outcome,
    plane=one_of(Plane),
    content=json_values,
    structured=json_values,
    meta=json_values,
    code=st.none() | st.integers(-40_000, 40_000),
    message=st.none() | words,
    data=json_values,
)
finite = st.floats(allow_nan=False, allow_infinity=False)
calls = st.builds(
    ToolCall,
    id=words,
    target=words,
    tool=words,
    arguments=json_values,
    origin=st.builds(
        ArgumentsOrigin,
        kind=st.sampled_from(["scenario", "generated", "given"]),
        step=st.none() | st.integers(0, 9),
        seed=st.none() | st.integers(0, 2**64),
    ),
    outcome=outcomes,
    progress=some(st.builds(Progress, progress=finite, total=st.none() | finite)),
    logs=some(st.builds(Log, level=words, data=json_values)),
    interactions=st.none() | some(interactions, 1),
    misses=some(misses, 1),
    seconds=st.floats(0, 1e6),
)
expectation_results = st.builds(
    ExpectationResult,
    label=words,
    status=one_of(Status),
    message=words,
    weight=st.floats(0.1, 100),
    differences=some(differences, 1),
)
steps = st.builds(
    StepResult, tool=words, call=st.none() | calls, expectations=some(expectation_results, 3)
)
scenarios = st.builds(
    ScenarioResult,
    name=words,
    target=words,
    file=words,
    line=st.integers(1, 999),
    steps=some(steps),
    error=st.none() | words,
    error_kind=st.none() | one_of(ErrorKind),
    notes=some(words),
)
runs = st.builds(
    RunResult, scenarios=some(scenarios), interrupted=st.booleans(), seconds=st.floats(0, 1e6)
)
