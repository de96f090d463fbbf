"""Answer texts, and how they are measured and cut.

A token is roughly a word or a punctuation mark, with the whitespace before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from harness.upstream.simulators.seeded import Seed

# Accents, variation selectors and joined emoji stay with the character they belong to.
PIECE = re.compile(
    r"\s*(?:\w{1,16}|[^\w\s])(?:[\u0300-\u036f\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|\u200d\S)*|\s+"
)

OPENINGS = (
    'You asked "{quote}".',
    'About "{quote}" I can say this.',
    'You want to know about "{quote}".',
)
MIDDLES = (
    "This text comes from a simulated model, so it says little about the matter itself.",
    "There is one main point, and two smaller ones follow from it.",
    "It depends on the details, which a simulated model does not weigh.",
)
CLOSINGS = (
    "Ask again with other words and the answer will differ; ask the same and it will not.",
    "That is all there is to say for now, and it is enough to be streamed or cut.",
)
NO_PROMPT = "Your message was empty, so this is a general remark."
TOOL_RESULT = 'The tool answered: "{quote}".'


class Cut(NamedTuple):
    """A text after a limit; `by` is the stop string that ended it, None when none did."""

    text: str
    by: str | None = None


def pieces(text: str) -> list[str]:
    """Return the tokens of `text`; joined they are `text` again."""
    return PIECE.findall(text)


def quote(text: str, limit: int = 80) -> str:
    """Return the beginning of `text` on one line, at most about `limit` characters."""
    line = " ".join(text[: limit * 4].split())
    if len(line) <= limit and len(text) <= limit * 4:
        return line
    kept = ""
    for piece in pieces(line):
        if len(kept) + len(piece) > limit:
            break
        kept += piece
    return kept + "..."


def sentences(prompt: str, tool_result: str | None, seed: Seed) -> str:
    """Return an answer to `prompt`, or to the result of a tool."""
    middle = seed.pick("middle", MIDDLES)
    closing = seed.pick("closing", CLOSINGS)
    if tool_result is not None:
        return f"{TOOL_RESULT.format(quote=quote(tool_result, 200))} {closing}"
    if not prompt.strip():
        return f"{NO_PROMPT} {middle} {closing}"
    return f"{seed.pick('opening', OPENINGS).format(quote=quote(prompt))} {middle} {closing}"


def cut_at_stop(text: str, stops: Sequence[str]) -> Cut:
    """Return `text` up to the first stop string, which is left out."""
    found = [(text.index(stop), stop) for stop in stops if stop and stop in text]
    if not found:
        return Cut(text)
    position, stop = min(found)
    return Cut(text[:position], stop)


def cut_to(text: str, limit: int | None) -> str:
    """Return the first `limit` tokens of `text`."""
    return text if limit is None else "".join(pieces(text)[:limit])
