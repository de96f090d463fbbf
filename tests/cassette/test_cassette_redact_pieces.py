from hypothesis import given
from hypothesis import strategies as st

from harness.cassette.redact import Redactor

SECRET = "planted-4711-secret"


def _cut(text: str, places: set[int]) -> list[str]:
    ends = [*sorted(place for place in places if place < len(text)), len(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@given(st.sets(st.integers(1, 60)))
def test_pieces_of_a_text_hold_no_piece_of_a_secret(places: set[int]) -> None:
    text = f"first {SECRET}, then {SECRET}{SECRET} and sk-abcdefghijklmnopqrstuvwx."
    redactor = Redactor({"KEY": SECRET})
    pieces = redactor.pieces(_cut(text, places))
    assert len(pieces) == len(_cut(text, places))
    assert "".join(pieces) == redactor.text(text)


def test_pieces_without_a_secret_stay_as_they_are() -> None:
    assert Redactor({"KEY": SECRET}).pieces(["a", "", "b"]) == ["a", "", "b"]
