from hypothesis import given
from hypothesis import strategies as st

from servers.redaction import REDACTED, RedactedPieces, Redactor

SECRET = "sk-planted-4711"


def _shown(pieces: list[str], secret: str = SECRET) -> list[str]:
    redacted = RedactedPieces(Redactor.of([secret]))
    return [*(redacted.push(piece) for piece in pieces), redacted.rest()]


def _cut(text: str, places: set[int]) -> list[str]:
    ends = [*sorted(place for place in places if place < len(text)), len(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@given(st.sets(st.integers(1, 40)))
def test_a_secret_that_arrives_in_pieces_does_not_leave_in_pieces(places: set[int]) -> None:
    joined = "".join(_shown(_cut(f"your key is {SECRET}, sir", places)))
    assert SECRET not in joined
    assert SECRET[4:] not in joined
    assert REDACTED in joined
    assert joined.endswith(", sir")


@given(st.sets(st.integers(1, 40)))
def test_text_without_a_secret_comes_through_whole_and_in_time(places: set[int]) -> None:
    text = "sk-planning and sk-plan are no keys"
    shown = _shown(_cut(text, places))
    assert "".join(shown) == text


def test_nothing_is_held_back_of_a_text_that_ends_with_a_first_letter_of_the_key() -> None:
    assert _shown(["the tas", "ks"]) == ["the tas", "ks", ""]


def test_the_beginning_of_a_key_is_held_back_and_shown_when_it_was_none() -> None:
    assert _shown(["sk-pla", "net"]) == ["", "sk-planet", ""]
    assert _shown(["sk-pla"]) == ["", "sk-pla"]
