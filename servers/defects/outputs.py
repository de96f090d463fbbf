"""Good answers of the provider that the caller gets changed, incomplete or as failures."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from servers.completion_server import text_result
from servers.defects.json_places import changed, each, everywhere, without
from servers.defects.stages import Answer, Defect, Result, Stages
from servers.defects.stream_forms import WHOLE_DEFECTS
from servers.defects.styles.structured import structured
from servers.failures import UpstreamFailure
from servers.provider_client import Upstream

_LONGEST = 4096


def _answer(change: Callable[[Answer], Answer]) -> Defect:
    def apply(stages: Stages) -> Stages:
        return replace(stages, result=lambda answer: stages.result(change(answer)))

    return apply


def _choices(change: Callable[[Any], Any]) -> Defect:
    return _answer(lambda answer: changed(answer, "choices", each(change)))


def _message(change: Callable[[Any], Any]) -> Defect:
    return _choices(lambda choice: changed(choice, "message", change))


def _content(change: Callable[[str], str]) -> Defect:
    def apply(message: Any) -> Any:
        text = message.get("content")
        return {**message, "content": change(text)} if isinstance(text, str) else message

    return _message(apply)


def _numbers(change: Callable[[int | float], Any]) -> Defect:
    def apply(value: Any) -> Any:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return change(value) if is_number else value

    return _answer(lambda answer: everywhere(answer, apply))


def _requiring(is_there: Callable[[Answer], Any], what: str) -> Defect:
    """Fail on each answer that lacks something no provider promises."""

    def apply(stages: Stages) -> Stages:
        def result(answer: Answer) -> Result:
            if is_there(answer):
                return stages.result(answer)
            return stages.failure(UpstreamFailure(f"the answer has no {what}", status=200))

        return replace(stages, result=result)

    return apply


def _first_message(answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = answer["choices"][0].get("message") or {}
    return message


def _structured(change: Callable[[Answer], Any]) -> Defect:
    """Change the structured content only."""

    def apply(stages: Stages) -> Stages:
        base = structured(stages)

        def result(answer: Answer) -> Result:
            right = base.result(answer)
            return right.model_copy(update={"structured_content": change(answer)})

        return replace(base, result=result)

    return apply


def _bad_unless_stopped(answer: Answer) -> bool:
    return any(choice.get("finish_reason") != "stop" for choice in answer["choices"])


def _error_flag(is_error: Callable[[Answer], bool]) -> Defect:
    def apply(stages: Stages) -> Stages:
        def result(answer: Answer) -> Result:
            return stages.result(answer).model_copy(update={"is_error": is_error(answer)})

        return replace(stages, result=result)

    return apply


def _only_text(stages: Stages) -> Stages:
    """Return the first choice's text, from a tool that lets callers ask for more."""

    def result(answer: Answer) -> Result:
        return text_result(_first_message(answer).get("content") or "")

    return replace(stages, result=result)


def _recounted(usage: Any) -> Any:
    return {**usage, "total_tokens": usage.get("total_tokens", 0) + 1} if usage else usage


def _without_count(details: str, count: str) -> Defect:
    def change(usage: Any) -> Any:
        return changed(usage, details, lambda counts: counts and without(counts, count))

    return _answer(lambda answer: changed(answer, "usage", change))


def _alias_echoed(stages: Stages) -> Stages:
    """Name the model as it was asked for."""

    async def send(upstream: Upstream, body: Any) -> Answer:
        return {**await stages.send(upstream, body), "model": body["model"]}

    return replace(stages, send=send)


DEFECTS: dict[str, Defect] = {
    "output-null-content-fails": _requiring(
        lambda answer: _first_message(answer).get("content") is not None, "content"
    ),
    "output-empty-content-fails": _requiring(
        lambda answer: _first_message(answer).get("content") != "", "content"
    ),
    "output-unknown-reason-fails": _requiring(
        lambda answer: answer["choices"][0].get("finish_reason") in ("stop", "tool_calls", None),
        "known finish reason",
    ),
    "output-text-trimmed": _content(str.strip),
    "output-text-cut": _content(lambda text: text[:_LONGEST]),
    "output-text-escaped": _content(html.escape),
    "output-text-ascii": _content(lambda text: text.encode("ascii", "replace").decode()),
    "output-fences-removed": _content(
        lambda text: "\n".join(line for line in text.split("\n") if not line.startswith("```"))
    ),
    "output-tool-calls-lost": _message(lambda message: without(message, "tool_calls")),
    "output-second-tool-call-lost": _message(
        lambda message: changed(message, "tool_calls", lambda calls: calls and calls[:1])
    ),
    "output-tool-arguments-lost": _message(
        lambda message: changed(
            message,
            "tool_calls",
            lambda calls: (
                calls
                and [
                    {**item, "function": {**item["function"], "arguments": "{}"}} for item in calls
                ]
            ),
        )
    ),
    "output-choices-lost": _answer(
        lambda answer: changed(answer, "choices", lambda choices: choices[:1])
    ),
    "output-only-first-text": _only_text,
    "output-usage-recounted": _answer(lambda answer: changed(answer, "usage", _recounted)),
    "output-cached-count-lost": _without_count("prompt_tokens_details", "cached_tokens"),
    "output-reasoning-count-lost": _without_count("completion_tokens_details", "reasoning_tokens"),
    "output-alias-echoed": _alias_echoed,
    "output-finish-reason-rewritten": _choices(
        lambda choice: changed(choice, "finish_reason", lambda reason: "stop")
    ),
    "output-reasoning-lost": _message(
        lambda message: without(message, "reasoning", "reasoning_content")
    ),
    "output-whole-numbers-as-floats": _numbers(
        lambda number: int(float(number)) if isinstance(number, int) else number
    ),
    "output-small-numbers-rounded": _numbers(
        lambda number: round(float(number), 4) if isinstance(number, float) else number
    ),
    "output-structure-incomplete": _structured(lambda answer: without(answer, "choices")),
    "output-structure-missing": _structured(lambda answer: None),
    "output-structure-differs": _structured(
        lambda answer: {**answer, "choices": [], "model": "another"}
    ),
    "output-cut-answer-as-error": _error_flag(_bad_unless_stopped),
    "output-always-error": _error_flag(lambda answer: True),
    **WHOLE_DEFECTS,
}
