"""Whether choices and tool calls come back in the order in which the provider sent them.

A list of choices has an index each, and the calls of a message are made in their order (OpenAI, API
reference, chat completions). Only lists have an order: members of an object may come in any.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from harness.audit.json_text import json_value
from harness.audit.returned.seen import Seen, lists_in, strings_in, trees_in


def disordered(sent: dict[str, Any], seen: Seen) -> Iterator[str]:
    """Yield what came back in another order: `choices`, `tool calls`.

    Args:
        sent: what the provider said, in words of no dialect.
        seen: the answer.
    """
    texts = [choice["text"] for choice in sent["choices"] if choice["text"]]
    if _is_disordered(texts, seen):
        yield "choices"
    if _is_disordered(_telling(sent["choices"][0]["tool_calls"]), seen):
        yield "tool calls"


def _telling(calls: Sequence[dict[str, Any]]) -> list[str]:
    """Return a text of the arguments of each call that no other call has, none if one has none."""
    said = [set(strings_in(json_value(call["arguments"]))) for call in calls]
    own = [
        sorted(one.difference(*said[:at], *said[at + 1 :]), key=len, reverse=True)
        for at, one in enumerate(said)
    ]
    return [texts[0] for texts in own] if all(own) else []


def _is_disordered(marks: Sequence[str], seen: Seen) -> bool:
    """Tell whether the marks stand in another order wherever they stand in one."""
    if len(set(marks)) < len(marks) or len(marks) < 2:
        return False
    rows = [_places(marks, row) for row in _rows(seen)]
    rows += [[text.find(mark) for mark in marks] for text in _prose(seen)]
    known = [row for row in rows if min(row) >= 0 and len(set(row)) == len(row)]
    return bool(known) and not any(row == sorted(row) for row in known)


def _rows(seen: Seen) -> Iterator[list[Any]]:
    yield list(seen.content)
    for tree in seen.trees:
        yield from lists_in(tree)


def _prose(seen: Seen) -> Iterator[str]:
    return (text for text in seen.strings if not trees_in(text))


def _places(marks: Sequence[str], row: Sequence[Any]) -> list[int]:
    """Return in which item of a list each mark stands, -1 for none or several."""
    items = ["\n".join(strings_in(item)) for item in row]
    found = []
    for mark in marks:
        forms = {mark, json.dumps(mark)[1:-1], json.dumps(mark, ensure_ascii=False)[1:-1]}
        places = [at for at, item in enumerate(items) if any(form in item for form in forms)]
        found.append(places[0] if len(places) == 1 else -1)
    return found


def skips_a_choice(sent: dict[str, Any], seen: Seen) -> bool:
    """Tell whether a list of texts lacks the choice that says nothing, beside one that has all.

    Then its texts no longer stand at the places of their choices.
    """
    texts = [choice["text"] for choice in sent["choices"]]
    if all(texts) or len(texts) < 2:
        return False
    rows = list(_rows(seen))
    has_all = any(len(row) == len(texts) and _are_objects(row) for row in rows)
    said = [(at, text) for at, text in enumerate(texts) if text]
    return has_all and any(_is_closer(said, _texts_of(row)) for row in rows)


def _are_objects(row: Sequence[Any]) -> bool:
    return all(isinstance(item, dict) for item in row)


def _texts_of(row: Sequence[Any]) -> list[Any]:
    """Return the items of a list, text blocks as their text."""
    return [item.get("text") if isinstance(item, dict) else item for item in row]


def _is_closer(said: Sequence[tuple[int, str]], row: Sequence[Any]) -> bool:
    if not all(row.count(text) == 1 for _, text in said):
        return False
    places = [(at, row.index(text)) for at, text in said]
    steps = [(end - start, later - sooner) for (start, sooner), (end, later) in pairwise(places)]
    return any(0 < step < due for due, step in steps)
