import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.runner.keyword import keyword_filter

WORDS = ("chat", "grok", "minimal", "x-1", "a/b", "[0]", "é", "import")
NAMES = ("grok/chat-minimal", "gateway/chat", "a/b-x-1[0]", "GROK/É-import", "")


@pytest.mark.parametrize(
    ("expression", "name", "holds"),
    [
        ("chat", "grok/chat-minimal", True),
        ("CHAT", "grok/chat-minimal", True),
        ("chat", "GROK/CHAT", True),
        ("chat and minimal", "grok/chat-minimal", True),
        ("chat and other", "grok/chat-minimal", False),
        ("other or minimal", "grok/chat-minimal", True),
        ("not chat", "grok/chat-minimal", False),
        ("not other and chat", "grok/chat-minimal", True),
        ("not (other or chat)", "grok/chat-minimal", False),
        ("a or b and c", "a", True),
        ("(a or b) and c", "a", False),
        ("notchat", "grok/chat", False),
        ("(chat)", "grok/chat", True),
        ("not not chat", "grok/chat", True),
        ("grok/chat-minimal", "grok/chat-minimal", True),
    ],
)
def test_words_are_joined_as_in_pytest(expression: str, name: str, holds: bool) -> None:
    assert keyword_filter(expression)(name) is holds


@pytest.mark.parametrize(
    "expression",
    [
        *("", "  ", "and", "not", "a b", "a and", "or a", "(a", "a)", "()", "(a) (b)", "a (b)"),
        *("() or a", "a not b", "not " * 5000 + "a", "(" * 500 + "a" + ")" * 500, "(a or) b"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_not_well_formed_is_a_usage_error(expression: str) -> None:
    with pytest.raises(UsageError, match="use words with and, or, not"):
        keyword_filter(expression)


expressions = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join)
        | inner.map("({})".format)
        | inner.map("not ({})".format)
    ),
    max_leaves=8,
)


@given(expressions, st.sampled_from(NAMES))
def test_any_expression_holds_when_python_says_so(expression: str, name: str) -> None:
    def truth(found: re.Match[str]) -> str:
        token = found[0]
        return token if token in ("and", "or", "not", "(", ")") else str(token in name.lower())

    python = re.sub(r"[()]|[^\s()]+", truth, expression)
    assert keyword_filter(expression)(name) is eval(python)


@given(st.text(st.sampled_from("ab ()\n\"'\\,#:=[]{}.") | st.characters(), max_size=20))
def test_any_text_filters_or_is_refused(text: str) -> None:
    try:
        matches = keyword_filter(text)
    except UsageError:
        return
    assert matches("some name") in (True, False)
