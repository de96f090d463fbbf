from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servers.sse import Event, EventParser


def events(*chunks: bytes) -> list[Event]:
    parser = EventParser()
    found = [event for chunk in chunks for event in parser.feed(chunk)]
    return [*found, *parser.close()]


STREAM = (
    '\ufeff: keepalive\r\nevent: a\ndata: {"x":\r\ndata:  "žluťoučký 🎉"}\n\n'
    "data: one\r\rid: 7\nretry: 1\nunknown\ndata\n\nevent: lonely\n\ndata: [DONE]"
).encode()
EXPECTED = [
    Event("a", '{"x":\n "žluťoučký 🎉"}'),
    Event("", "one"),
    Event("", ""),
    Event("", "[DONE]"),
]


def test_lines_comments_names_and_a_missing_last_blank_line_are_understood() -> None:
    assert events(STREAM) == EXPECTED


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=12))
def test_where_the_chunks_are_cut_makes_no_difference(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    assert events(*(STREAM[a:b] for a, b in pairwise(places))) == EXPECTED


def test_byte_by_byte_gives_the_same_events() -> None:
    assert events(*(bytes([byte]) for byte in STREAM)) == EXPECTED


def test_an_event_is_there_as_soon_as_its_blank_line_is() -> None:
    assert list(EventParser().feed(b"data: 1\n\ndata: 2\n")) == [Event("", "1")]


def test_a_raw_error_line_is_an_error_event() -> None:
    assert events(b'error: {"message": "x"}\n\n') == [Event("error", '{"message": "x"}')]


def test_nothing_comes_of_an_empty_stream() -> None:
    assert events(b"") == []


def test_a_line_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        events(b"data: \xff\n\n")
