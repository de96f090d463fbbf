"""What a definition says of itself: parameters, coverage, annotations, verb, informative words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.scoring.descriptions.neighbours import Mention, Neighbours
from harness.scoring.descriptions.phrases import Span
from harness.scoring.descriptions.text import Text, name_words, read_text, stem, stems_of
from harness.scoring.descriptions.verbs import Verb, is_verb, kind_of
from harness.scoring.descriptions.word_lists import word_list

_MOST_OPENERS = 8
_ARGUMENT = re.compile(r"[\s*•`'\"-]*([\w.-]+?)[`'\"*]{0,3}\s*(?:\([^)\n]*\)|,[^:\n]*)?\s*[:=–—-]")
_PLAIN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One property at the top of the input schema."""

    name: str
    description: str
    is_required: bool
    is_nested: bool

    @property
    def is_described(self) -> bool:
        """Whether TDQS counts it as described: any text that is not empty."""
        return bool(self.description)

    @property
    def adds_meaning(self) -> bool:
        """Whether its description says more than its name."""
        if not self.description:
            return False
        own = set(map(stem, name_words(self.name)))
        known = stems_of("stop")
        stems = map(stem, _PLAIN.findall(self.description.lower()))
        return any(item not in own and item not in known for item in stems)


@dataclass(frozen=True)
class Definition:
    """One tool as its client sees it, with what the rules ask of it."""

    name: str
    title: str
    text: Text
    parameters: tuple[Parameter, ...]
    annotations: Mapping[str, bool]
    """The hints that are given, by their MCP names."""
    has_output_schema: bool
    neighbours: Neighbours

    @property
    def is_annotated(self) -> bool:
        """Whether the annotations say if the tool changes anything."""
        return "readOnlyHint" in self.annotations or "destructiveHint" in self.annotations

    @cached_property
    def coverage(self) -> int:
        """Described parameters in percent, as TDQS rounds it; 100 without parameters."""
        total = len(self.parameters)
        described = sum(item.is_described for item in self.parameters)
        return (200 * described + total) // (2 * total) if total else 100

    @cached_property
    def mentions(self) -> list[Mention]:
        """The other tools that the text names."""
        return [
            item
            for item in self.neighbours.mentioned(self.text, self.name)
            if not self.is_in_arguments(item.start)
        ]

    @cached_property
    def argument_lines(self) -> tuple[Span, ...]:
        """Where the text explains arguments line by line, as a docstring does."""
        if "\n" not in self.text.raw or not self.parameters:
            return ()
        names = {item.name.lower() for item in self.parameters}
        return tuple(_lines_of(names, self.text.lower))

    @cached_property
    def told(self) -> Mapping[str, Sequence[Span]]:
        """Where phrases stand outside of `argument_lines`: there they speak of one argument."""
        if not self.argument_lines:
            return self.text.said
        outside = {
            family: [span for span in spans if not self.is_in_arguments(span.start)]
            for family, spans in self.text.said.items()
        }
        return {family: spans for family, spans in outside.items() if spans}

    def is_in_arguments(self, place: int) -> bool:
        """Tell whether a place of the text is in one of `argument_lines`."""
        return any(line.start <= place < line.end for line in self.argument_lines)

    @cached_property
    def telling(self) -> int:
        """How many parameters have a description that says more than their name."""
        return sum(item.adds_meaning for item in self.parameters)

    @cached_property
    def own_stems(self) -> frozenset[str]:
        """The stems of name and title."""
        return frozenset(stem(word) for word in (*name_words(self.name), *name_words(self.title)))

    @cached_property
    def informative(self) -> frozenset[str]:
        """The stems in the description that neither the name has nor every description could."""
        known = stems_of("stop") | stems_of("generic") | {self.leading_verb}
        return self.text.stems - self.own_stems - known

    @cached_property
    def is_placeholder(self) -> bool:
        """Whether the description stands where one is missing."""
        plain = self.text.lower.strip(" \t\n.:!-_<>[]()*")
        return plain in word_list("placeholder") or (
            self.text.is_latin and len(self.text.words) <= 1 and len(plain) < 40
        )

    @cached_property
    def leading_verb(self) -> str:
        """The stem of the verb that the first sentence begins with, or an empty string."""
        own = name_words(self.name)[:1]
        for word in self.text.words[:_MOST_OPENERS]:
            stemmed = stem(word)
            if is_verb(stemmed) or (own and stemmed == stem(own[0])):
                return stemmed
            if word not in word_list("openers"):
                return ""
        return ""

    @cached_property
    def verb_kind(self) -> Verb:
        """What the verb, else the name, says that it does with its resource."""
        if self.annotations.get("readOnlyHint") is True:
            return "read"
        named = kind_of(map(stem, name_words(self.name)))
        told = kind_of((self.leading_verb,))
        is_vague = self.leading_verb in stems_of("vague")
        kind = (named if is_vague else None) or told or named or "read"
        changes = self.annotations.get("destructiveHint") or not self.annotations.get(
            "readOnlyHint", True
        )
        return "write" if changes and kind == "read" else kind

    @property
    def is_mutating(self) -> bool:
        """Whether it changes something."""
        return self.verb_kind != "read"


def read_definition(tool: Mapping[str, Any], neighbours: Neighbours) -> Definition:
    """Return what `tool`, as in `tools/list`, says; what has the wrong type counts as absent."""
    annotations = _mapping(tool.get("annotations"))
    return Definition(
        name=str(tool.get("name", "")),
        title=_text(tool.get("title")) or _text(annotations.get("title")),
        text=read_text(_text(tool.get("description"))),
        parameters=_parameters(_mapping(tool.get("inputSchema"))),
        annotations={key: item for key, item in annotations.items() if isinstance(item, bool)},
        has_output_schema=bool(_mapping(tool.get("outputSchema"))),
        neighbours=neighbours,
    )


def _lines_of(names: set[str], lower: str) -> Iterator[Span]:
    """Yield each line that begins with one of `names`, with the deeper lines below it.

    A name that begins several lines is not explained there: what it chooses from is.
    """
    lines = lower.splitlines(keepends=True)
    begun = [match[1] if (match := _ARGUMENT.match(line)) else "" for line in lines]
    start, depth = 0, -1
    for line, name in zip(lines, begun, strict=True):
        end = start + len(line)
        indent = len(line) - len(line.lstrip())
        is_argument = name in names and begun.count(name) == 1
        if is_argument:
            depth = indent
        elif indent <= depth:
            depth = -1
        if is_argument or (depth >= 0 and line.strip()):
            yield Span(start, end)
        start = end


def _parameters(schema: Mapping[str, Any]) -> tuple[Parameter, ...]:
    required = schema.get("required")
    names = set(map(str, required)) if isinstance(required, list) else set()
    return tuple(
        Parameter(
            name=name,
            description=_text(_mapping(item).get("description")),
            is_required=name in names,
            is_nested=_mapping(item).get("type") == "object" or "properties" in _mapping(item),
        )
        for name, item in _mapping(schema.get("properties")).items()
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
