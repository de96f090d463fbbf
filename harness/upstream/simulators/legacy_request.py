"""Read a legacy completion request: a prompt in, its continuation out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.upstream.simulators.ask import Ask, Reply
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.chat_request import stops
from harness.upstream.simulators.reply import compose
from harness.upstream.simulators.validation import (
    Limit,
    Violation,
    find_violation,
    is_of,
    map_violation,
    not_strings,
)
from harness.upstream.simulators.wording import pieces

STRINGS = ("string",)
TOKENS = ("integer", "array")


@dataclass(frozen=True, kw_only=True)
class Continuation:
    """One choice of the answer."""

    index: int
    prompt: str
    """The prompt, if it is to be echoed."""
    reply: Reply

    @property
    def text(self) -> str:
        """The text of the choice."""
        return self.prompt + self.reply.text

    @property
    def finish_reason(self) -> str:
        """`length` or `stop`."""
        return "length" if self.reply.finish == "length" else "stop"


def prompts(value: Any) -> list[str]:
    """Return the prompts of a body: a string, strings, tokens, or arrays of tokens."""
    if isinstance(value, str):
        return [value]
    if not value:
        return [""]
    if all(isinstance(item, int) for item in value):
        return [_text(value)]
    return [_text(item) if isinstance(item, list) else str(item) for item in value]


def find_legacy_violation(
    body: Any, limits: Sequence[Limit], bias: tuple[float | None, float | None] = (None, None)
) -> Violation | None:
    """Return the first violation in a legacy body, the top level first.

    `bias` bounds the values of `logit_bias`.
    """
    return (
        find_violation(body, limits)
        or array_violation("prompt", body.get("prompt"))
        or next(not_strings(body.get("stop"), ("stop",)), None)
        or map_violation(body.get("logit_bias"), ("logit_bias",), ("number",), *bias)
    )


def array_violation(field: str, items: Any) -> Violation | None:
    """Return a violation if the items of an array of texts are of different or wrong types."""
    if not isinstance(items, list):
        return None
    types = STRINGS if any(isinstance(item, str) for item in items) else TOKENS
    for index, item in enumerate(items):
        if not is_of(item, types):
            return Violation((field, index), "type", item, types)
        for token in item if isinstance(item, list) else [item]:
            if types == TOKENS and not is_of(token, ("integer",)):
                return Violation((field, index), "type", token, ("integer",))
    return None


def ask_for(call: Call, prompt: str, *, default_tokens: int | None, suffix: str = "") -> Ask:
    """Return what a checked body asks for one of its prompts."""
    limit = call.body.get("max_tokens")
    return Ask(
        prompt=prompt,
        prompt_tokens=len(pieces(prompt)),
        stop=stops(call.body.get("stop")),
        max_tokens=default_tokens if limit is None else limit,
        lead=" ",
        suffix=suffix,
        tail=call.tail,
    )


def continuations(call: Call, asks: Sequence[Ask]) -> list[Continuation]:
    """Return `n` choices for each ask; the indexes run through all of them."""
    count = _count(call.body, "n")
    echo = call.body.get("echo") is True
    return [
        Continuation(
            index=index,
            prompt=asks[index // count].prompt if echo else "",
            reply=compose(asks[index // count], call.content_seed.branch(str(index))),
        )
        for index in range(len(asks) * count)
    ]


def _count(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    return 1 if value is None else int(value)


def _text(tokens: Sequence[int]) -> str:
    """Stand in for the text of a token array, which no tokenizer here can know."""
    return " ".join(f"<{token}>" for token in tokens)
