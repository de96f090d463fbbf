from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.generation.choices import Choices
from harness.generation.pattern_text import matching

PATTERNS = (
    "^[a-z0-9]+(-[a-z0-9]+)*$", "^[0-9a-f]{40}$", "^\\d{4}-\\d{2}-\\d{2}$", "a|b|cd", "^x-",
    "^[^\\s/]+/[^\\s/]+$", "^(?:[01]\\d|2[0-3]):[0-5]\\d$", "^(['\"]).*\\1$",
    "^\\S+@\\S+\\.\\w{2,}$",
    "(?P<a>x)?y", "^.{3,5}$", "^[A-Z][\\w-]*$", "\\bword\\b", "^$", "^\\W{2}\\D\\s$",
)  # fmt: skip


@given(st.sampled_from(PATTERNS), st.binary(max_size=24), st.none() | st.integers(0, 40))
@settings(deadline=None, database=None, max_examples=300, derandomize=True)
def test_proposed_text_matches_its_pattern(pattern: str, data: bytes, extra: int | None) -> None:
    text = matching(pattern, Choices(data), extra=extra)
    assert text is not None
    assert re.search(pattern, text), (pattern, text)


def test_the_length_can_be_steered() -> None:
    assert matching("^[a-z]{2,9}$", Choices(), extra=5) == "a" * 7
    assert matching("^[a-z]{2,9}$", Choices(), extra=50) == "a" * 9


@pytest.mark.parametrize("pattern", ["(", "\\p{Unheard}", "a{9,1}"])
def test_a_pattern_that_cannot_be_read_gives_nothing(pattern: str) -> None:
    assert matching(pattern, Choices()) is None


def test_importing_generation_does_not_import_hypothesis() -> None:
    code = "import sys, harness.generation; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
