"""Whatever stands in a result is text on its page, in every field of every record."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.records.report import ReportKind
from harness.report.page import render_page
from tests.report_page import reports
from tests.report_page.page_reader import PageReader

PLANTED = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>--></style></title></textarea></noscript><b>",
    "{{ 7 * 7 }}{% raw %}",
    "\u2028\u2029\x00\x1b\ud800\udfff\ufeff\u202e",
)
KINDS = tuple(reports.MAKERS)


def page_of(kind: ReportKind, text: str) -> str:
    return render_page(reports.report(kind, text), reports.MAKERS[kind](text))


def shape(page: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """Return every element with its attributes' names, as a browser's parser finds them."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return Counter(
        (str(item.tag), tuple(sorted(map(str, item.attrib))))
        for item in tree.iter()
        if isinstance(item.tag, str)
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", PLANTED)
def test_planted_markup_adds_no_element_and_no_attribute(kind: ReportKind, text: str) -> None:
    assert shape(page_of(kind, text)) == shape(page_of(kind, "words"))


@pytest.mark.parametrize("kind", KINDS)
def test_no_address_and_no_handler_comes_from_a_result(kind: ReportKind) -> None:
    for _, attributes in PageReader(page_of(kind, "javascript:alert(1)")).elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src", "action"):
            assert (attributes.get(name) or "#").startswith(("#", "data:,"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_can_be_written_as_utf_8(kind: ReportKind) -> None:
    page = page_of(kind, PLANTED[-1])
    assert "\\ud800" in page
    assert not {"\x00", "\u2028", "\u202e"} & set(page)
    assert page.encode("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_the_data_in_a_page_is_read_back_as_it_was_planted(kind: ReportKind) -> None:
    page = PageReader(page_of(kind, "</script><!--"))
    assert all(isinstance(item, list) for item in page.data.values())
    if kind != "leaderboard":
        assert "</script><!--" in json.dumps(page.data)


@settings(max_examples=25, deadline=None)
@given(text=st.text(st.characters(exclude_characters="\r\n\t "), min_size=1, max_size=40))
def test_no_text_at_all_changes_the_shape_of_a_page(text: str) -> None:
    assert shape(page_of("run", text)) == shape(page_of("run", "words"))


def test_the_reader_of_shapes_sees_an_element_that_is_added() -> None:
    page: Any = page_of("run", "words")
    assert shape(page.replace("<h1>words", "<h1><b>words</b>")) != shape(page)
