"""Mutants of definitions and validation: missing tools, wrong calls accepted, right refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from jsonschema import Draft202012Validator

from harness.mutation.json_text import with_texts
from harness.mutation.mutation import Mutation, Tools, mutation
from harness.mutation.passage import Asked, Reply
from harness.records.call import Outcome

_REFUSAL = Outcome(
    plane="tool_error", content=[{"type": "text", "text": "The arguments are invalid."}]
)
_ACCEPTED = Outcome(plane="result", content=[{"type": "text", "text": "{}"}])


def definition_mutations(tools: Tools) -> Iterator[Mutation]:
    """Yield the mutants of the list of tools that a scenario can notice."""
    for tool in tools:
        yield mutation(
            f"definitions.tool-missing:{tool['name']}",
            f"tools/list lacks {tool['name']}",
            noticed_by="any step that calls the tool",
            needs=f"a call of {tool['name']}",
            tools=partial(_without, tool["name"]),
        )


def _without(name: str, tools: Tools) -> Tools:
    return [tool for tool in tools if tool["name"] != name]


def validation_mutations(tools: Tools) -> Iterator[Mutation]:
    """Yield a mutant for each keyword that limits arguments, and two for all of them."""
    keywords = {
        found
        for tool in tools
        for found in _limits(tool.get("inputSchema") or {}, Draft202012Validator.VALIDATORS)
    }
    for keyword in sorted(keywords):
        yield mutation(
            f"validation.accepts:{keyword}",
            f"a call whose arguments break {keyword} of the schema is answered with a success",
            noticed_by="plane",
            needs=f"a call that breaks {keyword} of the schema and is refused",
            reply=partial(_accept, keyword),
        )
    yield mutation(
        "validation.refuses-valid",
        "a call whose arguments are valid is refused",
        noticed_by="plane",
        needs="a valid call that succeeds",
        reply=_refuse,
    )
    yield mutation(
        "validation.names-no-argument",
        "the refusal of invalid arguments names none of them",
        noticed_by="text_contains",
        needs="a call that is refused with the name of an argument",
        reply=_unnamed,
    )


def _limits(schema: Any, known: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keywords in a schema that can refuse a value, at any depth."""
    if isinstance(schema, list):
        for item in schema:
            yield from _limits(item, known)
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        if keyword in known and keyword not in ("properties", "items", "$ref"):
            yield keyword
        nested = value.values() if keyword in _BY_NAME and isinstance(value, dict) else (value,)
        if keyword not in _VALUES:
            for item in nested:
                yield from _limits(item, known)


_BY_NAME = frozenset({"properties", "patternProperties", "$defs", "definitions"})
"""Keywords whose value has schemas under names of the user's own."""
_VALUES = frozenset({"default", "const", "enum", "examples"})
"""Keywords whose value is no schema."""


def _is_refused(reply: Reply) -> bool:
    return reply.outcome.plane in ("tool_error", "protocol_error")


def _accept(keyword: str, asked: Asked, reply: Reply) -> Reply:
    if _is_refused(reply) and keyword in asked.broken:
        return Reply(_ACCEPTED)
    return reply


def _refuse(asked: Asked, reply: Reply) -> Reply:
    is_right = reply.outcome.plane == "result" and not asked.broken
    return Reply(_REFUSAL) if is_right else reply


def _unnamed(asked: Asked, reply: Reply) -> Reply:
    if not _is_refused(reply) or not asked.broken:
        return reply
    names = {*(asked.schema.get("properties") or ()), *asked.arguments}
    return reply._replace(outcome=with_texts(reply.outcome, _words_lost(names)))


def _words_lost(names: set[str]) -> Callable[[str], str]:
    longest_first = sorted(map(re.escape, filter(None, names)), key=lambda name: (-len(name), name))
    if not longest_first:
        return lambda text: text
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")
    return lambda text: pattern.sub("an argument", text)
