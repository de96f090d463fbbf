"""YAML from strangers as plain data, in bounded memory and time.

The data is built from the parser's events. libyaml's composer is never called: it recurses in C,
and deep nesting kills the process there (contract sheet: record and replay, §5). Aliases share
what they name, and what they would amount to when written out is counted and bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from harness.cassette.yaml_values import STANDARD, STANDARD_TAGS, TagReading, plain_value

OF_LIBYAML = "maximum nesting depth"
"""What libyaml says (in PyYAML from 6.0.4 on) about nesting that it does not follow."""
BYTE_LIMIT = 256 * 1024 * 1024
"""Bytes of a file, and of all its text with every alias written out."""
DEPTH_LIMIT = 100
NODE_LIMIT = 2_000_000
"""Values in a file with every alias written out; 10,000 usual interactions have about 1,200,000."""
REMARK_LIMIT = 100
DIRECTIVE_LIMIT = 100
"""`%TAG` lines; libyaml compares each with all before it."""

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_MERGE = "<<"


class YamlRefused(ValueError):
    """The bytes are not YAML, or out of all proportion; `line` counts from 1."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.message, self.line = message, line
        super().__init__(message if line is None else f"line {line}: {message}")


class Remark(NamedTuple):
    """Something in the file that its data no longer shows."""

    line: int
    text: str


class YamlData(NamedTuple):
    """The documents of a file as dicts, lists, texts, numbers, bytes and None."""

    documents: list[Any]
    remarks: tuple[Remark, ...]


def checked_yaml(data: bytes, *, tags: Mapping[str, TagReading] | None = None) -> YamlData:
    """Return the documents in `data`; every tag that is neither standard nor in `tags` is refused.

    Raises:
        YamlRefused: not UTF-8, not YAML, an unknown tag, nested deeper than `DEPTH_LIMIT`,
            larger than `BYTE_LIMIT` or, with every alias written out, than `NODE_LIMIT` values.
    """
    require_text(data)
    if data.count(b"\n%TAG") > DIRECTIVE_LIMIT:
        raise YamlRefused(f"more than {DIRECTIVE_LIMIT} %TAG directives")
    builder = _Builder({**STANDARD_TAGS, **(tags or {})})
    try:
        for event in yaml.parse(data, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        if OF_LIBYAML in (error.problem or ""):
            line = mark.line + 1 if mark else None
            raise YamlRefused(f"nested deeper than {DEPTH_LIMIT}", line) from error
        parts = [part for part in (error.context, error.problem) if part]
        message = f"not YAML: {', '.join(parts)}"
        raise YamlRefused(message, mark.line + 1 if mark else None) from error
    except yaml.reader.ReaderError as error:
        line = data.count(b"\n", 0, error.position) + 1
        raise YamlRefused(f"not YAML: {error.reason}", line) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlRefused(f"not YAML: {error}".splitlines()[0]) from error
    return YamlData(builder.documents, tuple(builder.remarks))


def require_text(data: bytes) -> None:
    """Hold a file to its size and to UTF-8.

    Raises:
        YamlRefused: it is larger than `BYTE_LIMIT` or not UTF-8.
    """
    if len(data) > BYTE_LIMIT:
        raise YamlRefused(f"larger than {BYTE_LIMIT >> 20} MiB: {len(data)} bytes")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlRefused(f"not UTF-8 at byte {error.start}", line) from error


class _Size(NamedTuple):
    """What a value amounts to when every alias in it is written out."""

    nodes: int
    length: int
    height: int


class _Anchored(NamedTuple):
    value: Any
    size: _Size


@dataclass
class _Frame:
    """A list or mapping that is still open."""

    value: Any
    event: Any
    nodes: int
    length: int
    height: int = 1
    key: Any = None
    awaits_value: bool = False
    merged: list[Any] = field(default_factory=list)


class _Builder:
    def __init__(self, tags: Mapping[str, TagReading]) -> None:
        self.documents: list[Any] = []
        self.remarks: list[Remark] = []
        self._tags = tags
        self._frames: list[_Frame] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._nodes = 0
        self._length = 0

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent:
            self._open(event, {})
        elif kind is yaml.SequenceStartEvent:
            self._open(event, [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._close()
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._anchors = {}

    def _scalar(self, event: Any) -> None:
        text, tag = event.value, event.tag
        if tag is None:
            value = plain_value(text) if event.implicit[0] else text
        else:
            value = self._tagged(event, text)
        size = _Size(1, len(text), 0)
        self._count(event, size)
        self._place(event, value, size, event.anchor)

    def _open(self, event: Any, value: Any) -> None:
        if len(self._frames) >= DEPTH_LIMIT:
            raise _refused(event, f"nested deeper than {DEPTH_LIMIT}")
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._frames.append(_Frame(value, event, self._nodes, self._length))
        self._count(event, _Size(1, 0, 0))

    def _close(self) -> None:
        frame = self._frames.pop()
        value = frame.value
        if frame.merged:  # what stands earlier counts more, and the mapping itself most
            value = {}
            for other in (*reversed(frame.merged), frame.value):
                value.update(other)
        if frame.event.tag is not None:
            value = self._tagged(frame.event, value)
        size = _Size(self._nodes - frame.nodes, self._length - frame.length, frame.height)
        self._place(frame.event, value, size, frame.event.anchor)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise _refused(event, f"alias *{event.anchor} of nothing")
        anchored = self._anchors[event.anchor]
        if anchored is None:
            raise _refused(event, f"alias *{event.anchor} of its own parent")
        if len(self._frames) + anchored.size.height > DEPTH_LIMIT:
            raise _refused(event, f"nested deeper than {DEPTH_LIMIT} by alias *{event.anchor}")
        self._count(event, anchored.size)
        self._place(event, anchored.value, anchored.size, None)

    def _count(self, event: Any, size: _Size) -> None:
        self._nodes += size.nodes
        self._length += size.length
        cause = " with its aliases written out" if type(event) is yaml.AliasEvent else ""
        if self._nodes > NODE_LIMIT:
            raise _refused(event, f"more than {NODE_LIMIT} values{cause}")
        if self._length > BYTE_LIMIT:
            raise _refused(event, f"more than {BYTE_LIMIT >> 20} MiB of text{cause}")

    def _place(self, event: Any, value: Any, size: _Size, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = _Anchored(value, size)
        if not self._frames:
            self.documents.append(value)
            return
        frame = self._frames[-1]
        frame.height = max(frame.height, size.height + 1)
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.awaits_value:
            frame.awaits_value = False
            self._pair(event, frame, value)
        else:
            frame.awaits_value = True
            frame.key = _key(event, value)

    def _pair(self, event: Any, frame: _Frame, value: Any) -> None:
        if frame.key == _MERGE:
            others = value if isinstance(value, list) else [value]
            if not all(isinstance(other, dict) for other in others):
                raise _refused(event, "a merge key names something that is no mapping")
            frame.merged += others
            return
        if frame.key in frame.value and len(self.remarks) < REMARK_LIMIT:
            remark = f"the key {frame.key[:80]!r} stands twice; the first value is lost"
            self.remarks.append(Remark(event.start_mark.line + 1, remark))
        frame.value[frame.key] = value

    def _tagged(self, event: Any, value: Any) -> Any:
        tag = event.tag
        read = self._tags.get(tag)
        if read is None:
            name = tag.replace(STANDARD, "!!", 1)
            raise _refused(event, f"the tag {name[:200]} is not read here")
        try:
            return read(value)
        except (ValueError, LookupError, TypeError) as error:
            name = tag.replace(STANDARD, "!!", 1)
            raise _refused(event, f"this is no {name[:200]}") from error


def _key(event: Any, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, (list, dict)):
        raise _refused(event, "a key must be text")
    return "null" if value is None else str(value).lower()


def _refused(event: Any, message: str) -> YamlRefused:
    return YamlRefused(message, event.start_mark.line + 1)
