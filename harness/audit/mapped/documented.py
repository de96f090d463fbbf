"""What a tool's own definition says about values that it sends by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.parameters import Parameter, parameter_of, snake_case

_DERIVED = re.compile(
    r"allocat|deriv|comput|calculat|estimat|scale[sd]|depend(?:s|ing) on|automatic|chosen|sized"
    r"|\d\s?%|percent|fraction",
    re.IGNORECASE,
)
"""Words for a value that the server makes by itself, so that no number can be told."""

_LEAST = 4
"""Letters of a word that tells something."""
_PLAIN = frozenset({
    "answer", "call", "chat", "content", "data", "function", "message", "model", "name", "prompt",
    "question", "reply", "request", "response", "result", "send", "text", "tool", "user", "with",
})  # fmt: skip
"""Words that any tool says of itself."""
_JSON = re.compile(r"\bJSON\b")


def is_documented(tool: ToolFacts, parameter: Parameter, value: Any) -> bool:
    """Whether a schema default or a description says that `parameter` is `value`.

    A description speaks of it in the schema of an argument of that name, or in a sentence that
    names it.
    """
    for name, part in _properties(tool.schema):
        if parameter_of(name) is parameter and ("default" in part or "const" in part):
            if _is_same(value, part.get("default", part.get("const"))):
                return True
            if part.get("default") is not None:
                continue
        own = str(part.get("description", ""))
        if parameter_of(name) is parameter and (_tells(own, value) or _DERIVED.search(own)):
            return True
    if parameter.name == "response_format" and _returns_json(tool):
        return True
    if parameter.name == "tools" and tells_functions(tool, value):
        return True
    names = {snake_case(name) for name in (parameter.name, *parameter.aliases)}
    return any(
        any(name in snake_case(sentence) for name in names) and _tells(sentence, value)
        for sentence in re.split(r"(?<=[.;!?])\s|\n\n", tool.description)
    )


def tells_functions(tool: ToolFacts, value: Any) -> bool:
    """Whether a tool's own text speaks of most of the functions that it offers to the model.

    An agent has functions of its own: `memory_search` is how it does what "search memory" says, and
    a few others help it. The words of the tool's own name are the server's, and tell nothing.
    """
    items = value if isinstance(value, list) else []
    functions = [item.get("function", item) if isinstance(item, Mapping) else {} for item in items]
    names = [one.get("name") if isinstance(one, Mapping) else None for one in functions]
    own = _words(tool.name) | _PLAIN
    told = [
        isinstance(name, str) and any(_speaks_of(tool.told, word) for word in _words(name) - own)
        for name in names
    ]
    return told.count(True) > told.count(False)


def _words(name: str) -> set[str]:
    return {word for word in snake_case(name).split("_") if len(word) >= _LEAST}


def _speaks_of(text: str, word: str) -> bool:
    """Whether `text` has the word, in one of its forms: memory, memories; search, searching."""
    forms = (
        f"{re.escape(word[:-1])}(?:y|ies)" if word.endswith("y") else rf"{re.escape(word)}\w{{0,3}}"
    )
    return re.search(rf"\b{forms}\b", text, re.IGNORECASE) is not None


def _returns_json(tool: ToolFacts) -> bool:
    """Whether it says that it answers in JSON, for which it has to ask, and leaves no choice."""
    is_chosen = any(
        one is not None and one.name in ("response_format", "json_mode")
        for one in (parameter_of(name) for name, _ in _properties(tool.schema))
    )
    return not is_chosen and _JSON.search(str(tool.definition.get("description"))) is not None


def _properties(schema: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(schema, Mapping):
        properties = schema.get("properties")
        if isinstance(properties, Mapping):
            for name, part in properties.items():
                if isinstance(part, Mapping):
                    yield name, part
        for item in schema.values():
            yield from _properties(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from _properties(item)


def _is_same(value: Any, default: Any) -> bool:
    return json.dumps(value, sort_keys=True) == json.dumps(default, sort_keys=True) or (
        not isinstance(value, bool) and isinstance(value, int | float) and value == default
    )


def _tells(text: str, value: Any) -> bool:
    """Whether `text` contains the value as a word of its own, or each leaf of it."""
    if isinstance(value, Mapping):
        return all(_tells(text, item) for item in value.values())
    if isinstance(value, list):
        return all(_tells(text, item) for item in value)
    if isinstance(value, bool):
        return re.search(rf"\b{value}\b", text, re.IGNORECASE) is not None
    if isinstance(value, int | float):
        numbers = re.findall(r"(?<![\w.])-?\d[\d,_]*(?:\.\d+)?", text)
        return any(float(re.sub("[,_]", "", number)) == value for number in numbers)
    return str(value).lower() in text.lower()
