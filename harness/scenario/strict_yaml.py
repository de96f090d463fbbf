"""YAML as data only: the core schema of YAML 1.2, with the position of every key and value.

Stricter than PyYAML's safe loader: `on` and `no` stay words, dates stay text, there are no tags,
no merge keys and no duplicate keys, and an alias cannot blow a small file up.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from jsonpointer import escape

from harness.cassette.yaml_limits import OF_LIBYAML

NODE_LIMIT = 200_000
DEPTH_LIMIT = 100
_DISPROPORTIONATE = "too large, too deep, or an alias of its own parent"
# BaseLoader resolves nothing, so every scalar comes as it stands in the text.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Position = tuple[int, int]
"""Line and column, from 1."""

# YAML 1.2.2, §10.3.2: tag resolution of the core schema.
_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"([-+])?(\.inf|\.Inf|\.INF)")
_NAN = re.compile(r"\.nan|\.NaN|\.NAN")


class YamlError(ValueError):
    """The text is not the YAML that is accepted here; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        self.message, self.line, self.column = message, line, column
        super().__init__(f"{line}:{column}: {message}")


@dataclass
class Document:
    """The data, and where each JSON pointer of it stands in the text."""

    data: Any = None
    values: dict[str, Position] = field(default_factory=dict)
    keys: dict[str, Position] = field(default_factory=dict)

    def position(self, pointer: str) -> Position:
        """Return where `pointer` stands, its key if it has one; else its nearest parent."""
        while True:
            found = self.keys.get(pointer) or self.values.get(pointer)
            if found is not None or not pointer:
                return found or (1, 1)
            pointer = pointer.rpartition("/")[0]


def parse(text: str) -> Document:
    """Return the one document in `text`.

    Raises:
        YamlError: syntax, a tag, a duplicate or non-text key, or a file out of all proportion.
    """
    try:
        _require_plain(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if OF_LIBYAML in (error.problem or ""):
            raise YamlError(_DISPROPORTIONATE, line, column) from error
        parts = [part for part in (error.context, error.problem) if part]
        raise YamlError(", ".join(parts) or "not YAML", line, column) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(str(error).splitlines()[0], 1, 1) from error
    reader = _Reader()
    if node is not None:
        reader.document.data = reader.read(node, "", ())
    return reader.document


def _require_plain(text: str) -> None:
    """Refuse tags, also those that change nothing, and nesting that is too deep.

    libyaml's composer recurses in C: deep nesting would kill the process there, not raise.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _error(event, f"tags are not accepted here: {tag}")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_LIMIT:
            raise _error(event, _DISPROPORTIONATE)


class _Reader:
    def __init__(self) -> None:
        self.document = Document()
        self._nodes = 0

    def read(self, node: yaml.Node, pointer: str, parents: tuple[int, ...]) -> Any:
        self._nodes += 1
        if self._nodes > NODE_LIMIT or len(parents) > DEPTH_LIMIT or id(node) in parents:
            raise _error(node, _DISPROPORTIONATE)
        self.document.values[pointer] = _position(node)
        inside = (*parents, id(node))
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [
                self.read(item, f"{pointer}/{index}", inside)
                for index, item in enumerate(node.value)
            ]
        return self._mapping(node, pointer, inside)

    def _mapping(self, node: yaml.Node, pointer: str, inside: tuple[int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _error(key_node, "a key must be text")
            key = key_node.value
            if key in found:
                raise _error(key_node, f"duplicate key {key!r}")
            place = f"{pointer}/{escape(key)}"
            self.document.keys[place] = _position(key_node)
            found[key] = self.read(value_node, place, inside)
        return found


def _scalar(node: yaml.ScalarNode) -> Any:
    text = node.value
    if node.style:  # quoted or a block; libyaml says "" for plain, PyYAML None
        return text
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    try:
        return _number(text)
    except ValueError as error:  # Python reads no integer of more than 4,300 digits
        raise _error(node, "the number is too long") from error


def _number(text: str) -> int | float | str:
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITY.fullmatch(text):
        return -math.inf if text.startswith("-") else math.inf
    return math.nan if _NAN.fullmatch(text) else text


def _position(node: yaml.Node | yaml.Event) -> Position:
    mark: Any = node.start_mark
    return mark.line + 1, mark.column + 1


def _error(node: yaml.Node | yaml.Event, message: str) -> YamlError:
    return YamlError(message, *_position(node))
