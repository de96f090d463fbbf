"""The text form of faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from harness.upstream.fault_condition import Condition
from harness.upstream.fault_kinds import KINDS, STATUSES, options_of
from harness.upstream.faults import OPTIONS, Fault, parse_fault

DATE = "Wed, 21 Oct 2026 07:28:00 GMT"
STATUSES_THEN = ("400", "401", "403", "404", "410", "413", "422", "429", "500", "502", "503", "504")
FIRST_KINDS = (
    *STATUSES_THEN,
    *("529", "error-in-200", "not-json", "empty", "truncated"),
    *("stream-error", "surrogate", "timeout", "refused"),
)
"""What scenario files said before there were more."""

seconds = st.floats(0, 10**6, allow_nan=False).map(abs)
HOW = {
    "retry-after": st.just(DATE) | st.integers(0, 10**6).map(str),
    "retry-after-ms": st.integers(0, 10**6),
    "body": st.sampled_from(["html", "text", "empty", "echo", "echo-text"]),
    "document": st.sampled_from(["null", "[]", '"text"', '{"a": [1]}']),
    "delay": seconds,
    "frame-delay": seconds,
    "ending": st.sampled_from(["closed", "complete", "reset"]),
    "at": st.sampled_from(["frame", "inside"]),
    "then": st.just("done"),
    "size": st.integers(1, 2**32),
    "content-type": st.sampled_from(["text/plain", "application/vnd.x+json", "text/event-stream"]),
    "by": st.integers(-100, 100).filter(bool),
    "step": st.integers(1, 10**6),
    "every": seconds,
    "lasting": st.floats(0, 3600),
}
patterns = st.sampled_from(["/v1/*", "POST", "a b", "早上好", "[ab]?", "api.x.ai"])
conditions = st.builds(
    Condition,
    rate=st.none() | st.floats(0, 1, exclude_min=True),
    nth=st.none() | st.integers(1, 100),
    times=st.none() | st.integers(1, 100),
    path=st.none() | patterns,
    tool=st.none() | patterns,
    stream=st.none() | st.booleans(),
)


@st.composite
def faults(draw: st.DrawFn) -> Fault:
    kind = draw(st.sampled_from([*KINDS, *map(str, STATUSES)]))
    fields = {name: draw(st.none() | HOW[name]) for name in options_of(kind)}
    named = {name.replace("-", "_"): value for name, value in fields.items()}
    return Fault(kind=kind, when=draw(conditions), **named)


@given(faults())
def test_the_text_of_a_fault_reads_back_as_the_fault(fault: Fault) -> None:
    assert parse_fault(str(fault)) == fault


def test_every_kind_is_read_from_its_name_and_the_old_ones_are_all_there() -> None:
    for kind in (*FIRST_KINDS, *KINDS, *map(str, STATUSES)):
        assert str(parse_fault(kind)) == parse_fault(kind).kind == kind


def test_every_option_has_a_kind_that_takes_it() -> None:
    taken = {name for kind in ("400", *KINDS) for name in options_of(kind)}
    assert taken | set(Condition.model_fields) == set(OPTIONS)
    assert taken == set(HOW)


def test_a_status_fault_knows_its_status_and_other_faults_have_none() -> None:
    assert parse_fault("429").status == 429
    assert parse_fault("truncated").status is None


def test_options_follow_the_kind_with_spaces_wherever() -> None:
    fault = parse_fault(" 429 ;retry-after = 2;  retry-after-ms=1500;nth=2 ")
    when = Condition(nth=2)
    assert fault == Fault(kind="429", retry_after="2", retry_after_ms=1500, when=when)
    assert str(fault.unconditional) == "429; retry-after=2; retry-after-ms=1500"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("truncate", "unknown fault 'truncate'; did you mean truncated?"),
        ("stream_error", "did you mean stream-error?"),
        ("399", "known: 400 to 599, slow,"),
        ("600", "known: 400 to 599, slow,"),
        ("4299", "did you mean 429?"),
        ("٤٢٩", "unknown fault"),
        ("", "known: 400 to 599,"),
        ("429; retry_after=1", "unknown fault option 'retry_after'; did you mean retry-after?"),
        ("429; retry-after", "retry-after needs a value"),
        ("429; retry-after=", "retry-after needs a value"),
        ("429; retry-after=1; retry-after=2", "given twice"),
        ("429; nth=1; nth=2", "given twice"),
        ("429; retry-after=soon", "whole seconds or an HTTP date, not 'soon'"),
        ("429; retry-after=-1", "whole seconds or an HTTP date"),
        ("429; retry-after-ms=1.5", "the fault option retry-after-ms=1.5 does not fit"),
        ("429; body=xml", "the fault option body=xml does not fit: Input should be 'html'"),
        ("timeout; retry-after=1", "timeout takes no option retry-after; it takes no options but"),
        ("429; ending=reset", "429 takes no option ending; it takes retry-after,"),
        ("slow; delay=nan", "delay=nan does not fit: Input should be a finite number"),
        ("slow; delay=-1", "delay=-1 does not fit"),
        ("slow; rate=0", "rate=0 does not fit: Input should be greater than 0"),
        ("slow; rate=30%", "rate=30% does not fit"),
        ("slow; nth=0", "nth=0 does not fit"),
        ("wrong-content-length; by=0", "so it is not 0"),
        ("wrong-content-type; content-type=json", "content-type=json does not fit"),
        ("other-json; document=[", "document is JSON, not '['"),
    ],
)
def test_a_wrong_text_is_refused_with_advice_in_one_line(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_fault(text)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_fault_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        parse_fault("429").kind = "500"
