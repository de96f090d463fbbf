"""Refusals for what passes, or is not there: no opinion on arguments, unless they name one."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.refusals.told_requirements import REQUIRED
from harness.records.audit import NotTested
from tests.audit.judged_server import also_refusing, breaches, facts, judged, refused

TRIED = "All advisors failed. What was tried:"


def _is_third(arguments: dict[str, Any]) -> bool:
    return arguments.get("n") == 3


@pytest.mark.parametrize(
    ("text", "excused"),
    [
        (f"{TRIED}\n  llm7: circuit breaker open\n  openai: circuit breaker open", True),
        ("RuntimeError: the breaker is open", True),
        ("The provider is cooling down after errors", True),
        ("openai is temporarily disabled", True),
        ("错误：服务已熔断", True),
        ("n: circuit breaker open", False),
        (f"{TRIED}\n  a: circuit breaker open\n  b: ProviderError - unsupported", False),
        (f"{TRIED}\n  a: no answer", False),
    ],
)
def test_a_server_that_rests_says_nothing_of_the_arguments(text: str, excused: bool) -> None:
    found = judged(also_refusing(_is_third, text))
    assert ("valid-rejected" not in breaches(found)) is excused
    notes = [one.reason for one in found if isinstance(one, NotTested)]
    assert any("rests for a while" in reason for reason in notes) is excused


def test_a_server_that_rests_may_say_so_in_a_result() -> None:
    serve = also_refusing(_is_third, "")

    def resting(arguments: dict[str, Any]) -> Any:
        text = "Unexpected error: circuit breaker open"
        return refused(text, "result") if _is_third(arguments) else serve(arguments)

    assert breaches(judged(resting)) == {}


@pytest.mark.parametrize(
    ("told", "text", "excused"),
    [
        ("Requires Ollama running with a model.", "What was tried: ollama: not registered", True),
        ("Chromium must be installed.", "chromium is not available", True),
        ("Needs a local Redis server", "Cannot connect to Redis", True),
        ("需要本地运行 Ollama", "Ollama 未启动", True),
        ("Requires Ollama running.", "openai: not registered", False),
        ("Asks Ollama.", "ollama: not registered", False),
        ("Requires Temperature.", "temperature not available", False),
        ("Requires Ollama running.", "ollama refuses it", False),
    ],
)
def test_what_a_description_requires_may_be_missing(told: str, text: str, excused: bool) -> None:
    found = judged(also_refusing(_is_third, text), facts(description=told))
    assert ("valid-rejected" not in breaches(found)) is excused
    notes = [one.reason for one in found if isinstance(one, NotTested)]
    assert (REQUIRED in notes) is excused


@pytest.mark.parametrize(
    ("text", "excused"),
    [
        ("未找到图片附件（~/.tool/artifacts/ 下无文件）", True),
        ("No picture was found in ~/Pictures/uploads", True),
        ("No picture was given", False),
        ("no prompt in /opt/server/prompts.yaml", False),
        ("no such value, see ~/.tool/tool.log", False),
        ("the price is too high: ~/", False),
    ],
)
def test_a_folder_of_the_user_may_be_empty(text: str, excused: bool) -> None:
    assert ("valid-rejected" not in breaches(judged(also_refusing(_is_third, text)))) is excused
