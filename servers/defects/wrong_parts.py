"""Answers of several parts of which the wrong ones are told, and reasons that are not so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mcp_types as types

from servers.defects.json_places import changed, each
from servers.defects.stages import Answer, Defect, Result, Stages
from servers.defects.styles.messages_text import messages_text
from servers.defects.styles.staged import STYLES


def _reading(base: Defect, change: Callable[[Answer], Answer]) -> Defect:
    """Change what a style reads of an answer."""

    def apply(stages: Stages) -> Stages:
        style = base(stages)
        return replace(style, result=lambda answer: style.result(change(answer)))

    return apply


def _blocks(change: Callable[[list[Any]], list[Any]]) -> Defect:
    return _reading(messages_text, lambda answer: changed(answer, "content", change))


def _choice(change: Callable[[list[Any]], Any]) -> Defect:
    """Tell one choice, made of all, in a document of the server's own."""

    def merged(choices: list[Any]) -> list[Any]:
        return [change(choices)] if choices else []

    return _reading(STYLES["own-envelope"], lambda answer: changed(answer, "choices", merged))


def _always_stopped(choice: Any) -> Any:
    return changed(choice, "finish_reason", lambda reason: "stop")


def _stopped_in_prose(stages: Stages) -> Stages:
    """Say below each text that the model had said all."""
    base = STYLES["text-only"](stages)

    def result(answer: Answer) -> Result:
        right = base.result(answer)
        if right.is_error:
            return right
        text = "".join(block.text for block in right.content if block.type == "text")
        told = types.TextContent(text=f"{text}\n\n[stopped: stop]")
        return right.model_copy(update={"content": [told]})

    return replace(base, result=result)


DEFECTS: dict[str, Defect] = {
    "output-first-block-only": _blocks(lambda blocks: blocks[:1]),
    "output-last-block-only": _blocks(lambda blocks: blocks[-1:]),
    "output-blocks-reversed": _blocks(lambda blocks: blocks[::-1]),
    "output-last-choice-told": _choice(
        lambda choices: {**choices[0], "message": choices[-1].get("message")}
    ),
    "output-last-reason-told": _choice(
        lambda choices: {**choices[0], "finish_reason": choices[-1].get("finish_reason")}
    ),
    "output-reason-member-rewritten": _reading(
        STYLES["own-envelope"],
        lambda answer: changed(answer, "choices", each(_always_stopped)),
    ),
    "output-reason-told-in-prose": _stopped_in_prose,
}
