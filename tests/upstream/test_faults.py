"""The text form of faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from harness.upstream.faults import KINDS, STATUS_KINDS, Fault, parse_fault

DATE = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_from_its_name(kind: str) -> None:
    assert parse_fault(kind).kind == kind


def test_a_status_fault_knows_its_status_and_other_faults_have_none() -> None:
    assert parse_fault("429").status == 429
    assert parse_fault("truncated").status is None


def test_options_follow_the_kind_with_spaces_wherever() -> None:
    fault = parse_fault(" 429 ;retry-after = 2;  retry-after-ms=1500 ")
    assert fault == Fault(kind="429", retry_after="2", retry_after_ms=1500)


def test_retry_after_may_be_an_http_date() -> None:
    assert parse_fault(f"503; retry-after={DATE}").retry_after == DATE


statuses = st.builds(
    Fault,
    kind=st.sampled_from(STATUS_KINDS),
    retry_after=st.none() | st.just(DATE) | st.integers(0, 10**6).map(str),
    retry_after_ms=st.none() | st.integers(0, 10**6),
)


@given(statuses | st.builds(Fault, kind=st.sampled_from(KINDS)))
def test_the_text_of_a_fault_reads_back_as_the_fault(fault: Fault) -> None:
    assert parse_fault(str(fault)) == fault


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("truncate", "unknown fault 'truncate'; did you mean truncated?"),
        ("stream_error", "did you mean stream-error?"),
        ("430", "unknown fault '430'; did you mean 4"),
        ("", "known: 400, 401,"),
        ("429; retry_after=1", "unknown fault option 'retry_after'; did you mean retry-after?"),
        ("429; retry-after", "retry-after needs a value"),
        ("429; retry-after=", "retry-after needs a value"),
        ("429; retry-after=1; retry-after=2", "given twice"),
        ("429; retry-after=soon", "whole seconds or an HTTP date, not 'soon'"),
        ("429; retry-after=-1", "whole seconds or an HTTP date"),
        ("timeout; retry-after=1", "timeout takes no options"),
    ],
)
def test_a_wrong_text_is_refused_with_advice(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_fault(text)
    assert expected in str(caught.value)


@pytest.mark.parametrize("value", ["many", "-1", "1.5"])
def test_milliseconds_are_a_whole_number(value: str) -> None:
    with pytest.raises(ValueError, match="retry_after_ms"):
        parse_fault(f"429; retry-after-ms={value}")


def test_a_fault_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        parse_fault("429").kind = "500"  # type: ignore[misc]
