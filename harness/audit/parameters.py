"""The parameters that completion APIs have, as `dialects.toml` lists them."""

from __future__ import annotations

import functools
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Literal

from harness.audit.dialect import Dialect

Kind = Literal["model", "conversation", "content", "sampling", "identity", "transport"]

_ADDRESS = re.compile(r"(?:^|_)(?:url|uri|href|link)s?(?:_|$)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Parameter:
    """One parameter of the providers' requests."""

    name: str
    kind: Kind
    types: tuple[str, ...]
    """The JSON types that providers take: `number` for integers as well."""
    wire: Mapping[Dialect, tuple[str, ...]]
    """Its keys in the request body; a dialect that does not have it is missing."""
    neutral: tuple[Any, ...] = ()
    """Values that ask for no more than leaving it out does."""
    required: tuple[Dialect, ...] = ()
    """Dialects that refuse a request without it."""
    aliases: tuple[str, ...] = ()
    needs: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Other parameters without which providers refuse it, with values to choose from."""

    choices: tuple[str, ...] = ()
    """All words that providers take for it; empty where they take others as well."""
    range: tuple[float, float] = (-math.inf, math.inf)
    """The smallest and the largest number that any provider takes."""

    def keys(self, dialect: Dialect) -> tuple[str, ...]:
        """Return where a request of `dialect` has it."""
        return self.wire.get(dialect, ())

    def refuses(self, value: Any) -> bool:
        """Whether `value` is a number that no provider takes."""
        low, high = self.range
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and not low <= value <= high

    @property
    def is_text(self) -> bool:
        """Whether it is what a model is told or asked, for which any text will do."""
        return self.kind == "content" and "string" in self.types and "object" not in self.types

    def takes(self, value: Any) -> bool:
        """Whether providers take a value of this JSON type as it is."""
        return json_type(value) in self.types


def json_type(value: Any) -> str:
    """Return the JSON type of `value`; integers are numbers."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list | tuple) else "object"


def snake_case(name: str) -> str:
    """Return `maxTokens`, `max-tokens` and `MaxTokens` as `max_tokens`."""
    return _HUMP.sub("_", name).replace("-", "_").replace(" ", "_").lower()


def is_address(name: str) -> bool:
    """Whether an argument called `name`, in snake case, takes addresses."""
    return _ADDRESS.search(name) is not None


@functools.cache
def parameters() -> dict[str, Parameter]:
    """Return all parameters by name."""
    text = files("harness.audit").joinpath("dialects.toml").read_text(encoding="utf-8")
    return {name: _parameter(name, row) for name, row in tomllib.loads(text).items()}


def _parameter(name: str, row: dict[str, Any]) -> Parameter:
    lists = ("types", "neutral", "required", "aliases", "choices")
    fields: dict[str, Any] = {key: tuple(row.get(key, ())) for key in lists}
    wire = {dialect: tuple(keys) for dialect, keys in row["wire"].items()}
    needs = {key: tuple(values) for key, values in row.get("needs", {}).items()}
    if "range" in row:
        fields["range"] = tuple(row["range"])
    return Parameter(name=name, kind=row["kind"], wire=wire, needs=needs, **fields)


@functools.cache
def _by_alias() -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for parameter in parameters().values():
        found |= dict.fromkeys(parameter.aliases, parameter)
    return found | parameters()


@functools.lru_cache(maxsize=4_096)
def parameter_of(name: str) -> Parameter | None:
    """Return the parameter that an argument of this name stands for, or None."""
    return _by_alias().get(snake_case(name))


@functools.cache
def wire_keys(dialect: Dialect) -> dict[str, Parameter]:
    """Return the keys of a request body of `dialect` with the parameter that each carries."""
    return {key: one for one in parameters().values() for key in one.keys(dialect)}
