"""What a replay sends is the same, read quickly from a block or by way of the whole record."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from interaction_strategies import interactions

from harness.cassette.block import NotABlock
from harness.cassette.block_answer import read_answer
from harness.cassette.block_interaction import from_block, to_block
from harness.cassette.recorded_answer import answer_of
from harness.records.http import Headers, HttpRequest, HttpResponse, Interaction

REQUEST = HttpRequest(method="POST", url="https://api.x.ai/v1", body=b"\n  response:\n")


def block(interaction: Interaction) -> bytes:
    return to_block(interaction, 3).encode()


@given(interactions, st.binary(max_size=9), st.binary(max_size=9))
def test_an_answer_is_what_its_interaction_sends(
    interaction: Interaction, before: bytes, after: bytes
) -> None:
    text = block(interaction)
    answer = read_answer(before + text + after, len(before), len(before) + len(text))
    assert answer == answer_of(from_block(text))


names = st.sampled_from(["a", "x-h-00", "y", "no", 'q"k', "key'd", "sp ace", "content-length"])
values = st.text("ab'\": ,[]{}#\\", max_size=9) | st.sampled_from(["a: ['b", "']", "', '", '["x"]'])


@given(st.lists(st.tuples(names, values), max_size=6).map(tuple))
@example((("a", "1"), ("a", "2"), ("b", '"\x7f')))
@example((("Y", "\x7f"),))
@example((("a", "x\x01"), ("b", "y"), ("b", "z")))
def test_header_lines_of_any_form_are_read_alike(headers: Headers) -> None:
    response = HttpResponse(status=200, headers=headers, body=b"it's")
    text = block(Interaction(request=REQUEST, response=response))
    assert read_answer(text, 0, len(text)) == answer_of(from_block(text))


def test_an_edited_block_is_not_read_quickly() -> None:
    text = block(Interaction(request=REQUEST, response=HttpResponse(status=200, body=b"one")))
    for changed in (text.replace(b"'one'", b"'two'"), text[:-9], text[9:], b""):
        with pytest.raises(NotABlock):
            read_answer(changed, 0, len(changed))
