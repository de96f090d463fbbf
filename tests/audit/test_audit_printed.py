"""Documents that come back as Python prints them: one defect, and what is beside it is told."""

from __future__ import annotations

import pytest

from harness.audit.found import Found
from harness.audit.returned.damage import PRINTED
from harness.records.call import Outcome
from tests.audit.pure_server import Answering, Document, each_text, judged, result, texts_of


def printed(document: Document) -> Outcome:
    return result(str(document))


def printed_in_words(document: Document) -> Outcome:
    return result(f"The answer: { ({'answer': texts_of(document)[0]}) }")


def printed_object(document: Document) -> Outcome:
    """As the SDKs' models are printed."""
    return result(f"ChatCompletion(choices=[Choice(text={texts_of(document)[0]!r})])")


def cut_and_printed(document: Document) -> Outcome:
    return result(str({"answer": texts_of(document)[0][:300]}))


def _causes(answering: Answering) -> set[str]:
    found = judged(answering, without=("tools", "n"))
    texts = (one for one in found if isinstance(one, Found) and one.rule == "output.text-changed")
    return {one.cause for one in texts}


@pytest.mark.parametrize("answering", [printed, printed_in_words, printed_object])
def test_what_python_prints_is_one_cause(answering: Answering) -> None:
    assert _causes(answering) == {PRINTED}


def test_a_text_that_is_cut_before_it_is_printed_is_told_as_well() -> None:
    assert _causes(cut_and_printed) > {PRINTED}


def test_line_ends_that_are_escaped_by_themselves_are_no_repr() -> None:
    assert PRINTED not in _causes(each_text(lambda text: text.replace("\n", "\\n")))
