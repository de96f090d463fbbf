"""Where a tool takes its arguments: at the top, or inside one object that wraps them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonpointer import JsonPointer, JsonPointerException

from harness.audit.parameters import parameter_of

Path = tuple[str, ...]

MISSING: Any = object()
FORMAL = frozenset({"enum", "const", "pattern", "format"})
"""Keywords by which a schema itself tells which texts will do."""
_IGNORED = re.compile(
    r"\bignored\b|not (?:currently )?(?:supported|used|sent|forwarded)|unsupported|unused"
    r"|no effect|reserved for|\b(?:openai|anthropic|claude|grok|xai|azure|gemini)[ -]only\b"
    r"|\bonly (?:for|with|by|on|in) \w"
    r"|\bonly (?:applies|applied|applicable|used|valid|effective|relevant|works|takes effect)\b"
    r"|\bonly (?:when|if)\b|\b(?:when|if|unless) [^.;]{0,40}\b(?:enabled|disabled)\b"
    r"|\b(?:if|when) both\b|precedence|priority over|overrid(?:es|den)|mutually exclusive"
    r"|忽略|[丢丟][弃棄]|不生效|[无無]效果?|不起作用|[仅僅只](?:[对對]|在|限|支持|[适適]用|用于|用於)|[优優]先|無視"
    r"|のみ(?:有効|対応)",
    re.IGNORECASE,
)


_SENT = re.compile(
    r"\b(?:sent|forwarded|passed|handed)\b(?: on| through| along| unchanged)? "
    r"(?:as|to the (?:provider|api|model|upstream)|upstream)\b(?!.*\b(?:header|query)\b)",
    re.IGNORECASE,
)


_ON_CONDITION = re.compile(
    r"\b(?:only (?:used |applied |sent )?(?:when|if)|ignored (?:when|if|unless)|used when no)\b"
    r"|\b(?:when|if) [^.;]{0,40}\bis (?:empty|missing|not given|omitted|absent)\b"
    r"|[仅僅只]在[^。；]{0,30}(?:[为為]空|未|[没沒]有)",
    re.IGNORECASE,
)


def argument_places(schema: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the path of each argument; an object that is no parameter itself is gone into."""
    for name, part in (schema.get("properties") or {}).items():
        inner = resolved(part, schema).get("properties")
        if inner and parameter_of(name) is None:
            yield from ((name, key) for key in inner)
        else:
            yield (name,)


def resolved(part: Any, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object schema that `part` stands for: through `$ref` and a nullable union."""
    for _ in range(8):
        if not isinstance(part, Mapping):
            return {}
        reference, branches = part.get("$ref"), part.get("anyOf") or part.get("allOf")
        if isinstance(reference, str) and reference.startswith("#"):
            try:
                part = JsonPointer(reference[1:]).resolve(schema)
            except JsonPointerException:
                return {}
        elif isinstance(branches, list) and "properties" not in part and "enum" not in part:
            part = next((one for one in branches if one != {"type": "null"}), {})
        else:
            return part
    return {}


def part_at(schema: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Return the schema of the argument at `path`, with its own description and default."""
    found: Mapping[str, Any] = schema
    own: Mapping[str, Any] = {}
    for name in path:
        own = (found.get("properties") or {}).get(name) or {}
        found = resolved(own, schema)
    return {**found, **own} if isinstance(own, Mapping) else found


def value_at(arguments: Any, path: Path) -> Any:
    """Return the value at `path`, MISSING when there is none."""
    for name in path:
        if not isinstance(arguments, Mapping) or name not in arguments:
            return MISSING
        arguments = arguments[name]
    return arguments


def with_value(arguments: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Return `arguments` with `value` at `path`."""
    name, *inner = path
    if inner:
        around = arguments.get(name)
        value = with_value(around if isinstance(around, Mapping) else {}, tuple(inner), value)
    return {**arguments, name: value}


def description_at(schema: Mapping[str, Any], path: Path) -> str:
    """Return what the argument's own description says, nothing without one."""
    return str(part_at(schema, path).get("description") or "")


def is_called_sent(schema: Mapping[str, Any], path: Path) -> bool:
    """Whether the argument's own description says that it goes on to the provider."""
    return _SENT.search(description_at(schema, path)) is not None


def is_called_conditional(schema: Mapping[str, Any], path: Path) -> bool:
    """Whether the argument's own description says on which condition it is used."""
    return _ON_CONDITION.search(description_at(schema, path)) is not None


def is_called_ignored(schema: Mapping[str, Any], path: Path, described: str) -> bool:
    """Whether the descriptions say that the argument does not reach every provider."""
    own = str(part_at(schema, path).get("description", ""))
    split = re.split(r"(?<=[.;\n])\s|(?<=[。；！])", described)
    sentences = [text for text in split if path[-1] in text]
    return any(_IGNORED.search(text) for text in (own, *sentences))
