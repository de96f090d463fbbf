"""What the provider is asked for beside some arguments only, though nobody gave it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.dialect import Dialect
from harness.audit.mapped.documented import is_documented
from harness.audit.mapped.held import leaves, parts
from harness.audit.mapped.invented import Addition
from harness.audit.mapped.requests import asked
from harness.audit.parameters import Parameter, parameter_of, wire_keys
from harness.records.audit import Observation

_ALONE = frozenset({
    "user", "store", "metadata", "seed", "presence_penalty", "frequency_penalty", "logit_bias",
    "service_tier", "prompt_cache_key", "safety_identifier",
})  # fmt: skip
"""Parameters that no other one asks for, as a budget for thoughts asks for a limit."""
_LIMIT, _USUAL_LIMIT = "max_tokens", 16
"""The legacy API's own limit (OpenAI, API reference, completions), which changes nothing."""
_PLAIN = frozenset({
    "echo", "suffix", "best_of", "n", "stop", "temperature", "top_p", "top_k", "seed", "user",
    "presence_penalty", "frequency_penalty", "logit_bias", "model", "messages", "prompt", "system",
})  # fmt: skip
"""Parameters beside which an answer needs no limit."""


def additions_beside(
    tool: ToolFacts, dialect: Dialect, base: Observation, observations: Sequence[Observation]
) -> Iterator[Addition]:
    """Yield the first request with each such key that neither its call nor the base asks for.

    Not judged: what any call gave, which a server may have kept, and calls with arguments of the
    tool's own, which may stand for anything.
    """
    usual, told = asked(base) or {}, set[str]()
    known = wire_keys(dialect).items()
    keys = {key: one for key, one in known if one.name in _ALONE or one.name == _LIMIT}
    given = [leaf for item in observations for leaf in leaves(item.call.arguments)]
    for item in observations:
        body = asked(item) or {}
        for key in keys:
            if key not in body or key in usual or key in told:
                continue
            if _names_it(key, item, dialect) or _is_own(tool, item):
                continue
            if keys[key].name == _LIMIT and not _is_plain(item, body[key]):
                continue
            if not _is_told(tool, keys[key], body[key], given):
                told.add(key)
                yield Addition(key, body[key], item)


def _names_it(key: str, item: Observation, dialect: Dialect) -> bool:
    """Whether a call gives an argument that arrives at `key`."""
    names = {str(route[-1]) for route, _ in parts(item.call.arguments) if route}
    known = [parameter_of(name) for name in names]
    return any(key in one.keys(dialect) for one in known if one is not None)


def _is_plain(item: Observation, limit: Any) -> bool:
    """Whether a call gives only what asks for no limit, and the limit is not the usual one."""
    arguments = item.call.arguments
    known = map(parameter_of, arguments if isinstance(arguments, Mapping) else ())
    return limit != _USUAL_LIMIT and all(one is None or one.name in _PLAIN for one in known)


def _is_own(tool: ToolFacts, item: Observation) -> bool:
    """Whether a call gives optional arguments of the tool's own."""
    arguments, required = item.call.arguments, tool.schema.get("required") or ()
    return isinstance(arguments, Mapping) and any(
        parameter_of(name) is None and name not in required for name in arguments
    )


def _is_told(tool: ToolFacts, parameter: Parameter, value: Any, given: Sequence[Any]) -> bool:
    """Whether a value says nothing, is documented, or was given by some call."""
    said = [leaf for leaf in leaves(value) if not isinstance(leaf, bool)]
    return (
        value in (None, *parameter.neutral)
        or (bool(said) and all(leaf in given for leaf in said))
        or is_documented(tool, parameter, value)
    )
