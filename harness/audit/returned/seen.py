"""Everything that a client sees of an outcome, whatever it is wrapped in."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from harness.audit.dialect import Dialect
from harness.audit.json_text import json_value
from harness.records.call import Outcome

MOST_TRIES = 8
"""Opening braces of a text that are tried as the beginning of a JSON document."""
_ELEMENT = re.compile(r"<([A-Za-z][\w.-]*)(?:\s[^>]*)?>.*</\1>", re.DOTALL)
_NO_JSON = object()
_WRITTEN: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
)
"""As it is, and as JSON writes it."""
_READER = json.JSONDecoder()


class Seen:
    """The texts and JSON values of one outcome: content, structured content, meta, error data.

    A text that is JSON, or has a JSON document in it, counts as that document too, and so does a
    JSON text inside of it: servers wrap answers in sentences and in members of their own.
    """

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    @cached_property
    def content_trees(self) -> list[Any]:
        """JSON values in the content."""
        return [tree for text in self._content_strings for tree in trees_in(text)]

    @cached_property
    def content(self) -> list[Any]:
        """The content blocks."""
        return list(self.outcome.content or ())

    @cached_property
    def trees(self) -> list[Any]:
        """All JSON values: those of the content, structured content, meta and error data."""
        outcome = self.outcome
        given = [item for item in (outcome.structured, outcome.meta, outcome.data) if item]
        inner = [tree for item in given for text in strings_in(item) for tree in trees_in(text)]
        inner += trees_in(outcome.message or "")
        return [*self.content_trees, *given, *inner]

    @cached_property
    def strings(self) -> list[str]:
        """All texts, those inside of JSON too."""
        message = [self.outcome.message] if self.outcome.message else []
        found = [*self._content_strings, *message]
        return found + [text for tree in self.trees for text in strings_in(tree)]

    @cached_property
    def _content_strings(self) -> list[str]:
        return list(strings_in(self.outcome.content))

    def says(self, text: str) -> bool:
        """Tell whether `text` stands somewhere, as it is, as JSON writes it, or within elements."""
        forms = {write(text) for write in _WRITTEN}
        if any(form in string for string in self.strings for form in forms):
            return True
        return any(text in html.unescape(markup) for markup in filter(_is_markup, self.strings))

    def says_in_order(self, texts: Sequence[str]) -> bool:
        """Tell whether `texts` stand one after another: in the content, or in one JSON value."""
        parts = (self._content_strings, *map(strings_in, self.trees))
        wholes = [whole for part in parts for whole in _as_read("\n".join(part))]
        written = [[write(text) for text in texts] for write in _WRITTEN]
        return any(_follow(row, whole) for whole in wholes for row in written)

    def most_often(self, text: str) -> int:
        """Return how often `text` stands in the content, or in one JSON value, at most."""
        parts = (self._content_strings, *(list(strings_in(tree)) for tree in self.trees))
        return max(
            sum(string.count(write(text)) for string in part)
            for part in parts
            for write in _WRITTEN
        )

    def holds(self, value: Any) -> bool:
        """Tell whether a JSON value equal to `value` stands somewhere."""
        return any(value == item for tree in self.trees for item in _walk(tree))

    def holds_inside(self, value: Any) -> bool:
        """Tell whether a JSON value equal to `value` is a part of another one."""
        return any(value == item for tree in self.trees for item in _walk(tree) if item is not tree)

    def documents(self, dialect: Dialect) -> list[dict[str, Any]]:
        """Return the objects that have the form of the provider's own answers."""
        found = (item for tree in self.trees for item in _walk(tree))
        return [item for item in found if isinstance(item, dict) and is_answer(item, dialect)]


def _as_read(text: str) -> tuple[str, str]:
    return text, html.unescape(text)


def _follow(texts: Sequence[str], whole: str) -> bool:
    at = 0
    for text in texts:
        found = whole.find(text, at)
        if found < 0:
            return False
        at = found + len(text)
    return True


def _is_markup(text: str) -> bool:
    """Tell whether a text is an element of its own, in which other texts have to be escaped."""
    return _ELEMENT.fullmatch(text.strip()) is not None


def is_answer(value: dict[str, Any], dialect: Dialect) -> bool:
    """Tell whether `value` has the form of an answer in `dialect`."""
    if dialect == "messages":
        return _is_list_of(value.get("content"), "type") and (
            "stop_reason" in value or value.get("type") == "message"
        )
    return _is_list_of(value.get("choices"), "message" if dialect == "chat" else "text")


def _is_list_of(value: Any, key: str) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and key in item for item in value)


def trees_in(text: str) -> list[Any]:
    """Return the JSON containers in `text`: the whole of it, or the first that stands inside."""
    if "{" not in text and "[" not in text:
        return []
    whole = json_value(text, otherwise=_NO_JSON)
    if whole is _NO_JSON:
        return _inside(text)
    if isinstance(whole, str):
        return trees_in(whole)
    return _with_inner(whole) if isinstance(whole, dict | list) else []


def _with_inner(tree: Any) -> list[Any]:
    """Return a JSON value and the documents that are texts in it, one level down."""
    texts = (text for text in strings_in(tree) if text[:1] in ("{", "["))
    inner = (json_value(text) for text in texts)
    return [tree, *(one for one in inner if one is not None)]


def _inside(text: str) -> list[Any]:
    at = -1
    for _ in range(MOST_TRIES):
        at = text.find("{", at + 1)
        if at < 0:
            break
        try:
            tree, _end = _READER.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if tree:
            return _with_inner(tree)
    return []


def strings_in(value: Any) -> Iterator[str]:
    """Yield the texts in a JSON value."""
    return (item for item in _walk(value) if isinstance(item, str))


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects in a JSON value, itself too."""
    return (item for item in _walk(value) if isinstance(item, dict))


def lists_in(value: Any) -> Iterator[list[Any]]:
    """Yield the lists in a JSON value, itself too."""
    return (item for item in _walk(value) if isinstance(item, list))


def _walk(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        for item in value.values():
            yield from _walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)
