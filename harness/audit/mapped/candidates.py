"""Which values of one argument are tried, out of what its schema takes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from harness.audit.context import ToolFacts
from harness.audit.described import description_of
from harness.audit.json_text import json_value
from harness.audit.mapped.argument_places import MISSING, Path, part_at, value_at, with_value
from harness.audit.mapped.conversation import has_strange_role
from harness.audit.mapped.declared import is_declared
from harness.audit.mapped.declared_talks import DECLARED
from harness.audit.mapped.json_turns import form_of_turns
from harness.audit.mapped.sentinels import (
    ARRAYS,
    LABELS,
    LONG,
    NAMED,
    NUMBERS,
    OBJECTS,
    TEXTS,
)
from harness.audit.mapped.talks import CONVERSATIONS
from harness.audit.mapped.told_as import told_keys
from harness.audit.mapped.told_needs import told_needs
from harness.audit.parameters import Parameter, parameter_of
from harness.audit.told_forms import examples, is_document, is_list
from harness.errors import UsageError
from harness.generation import UnsupportedSchema, generator_for
from harness.generation.validity import Validity

MOST_VALUES = 56
"""Values of one argument."""
MOST_DRAWN = 8
"""Of these, values at the bounds and of the branches of its schema."""
LISTS = ("quokka,wombat", "quokka, wombat, numbat", "quokka, wombat, numbat, dingo, emu")
"""Texts for arguments that are told to be lists."""
LONGEST_TEXT = 200_000
"""Characters of a text that is as long as its schema allows."""
LONGEST = 30_000
"""Characters of a value as JSON."""
DEEPEST = 1
"""How many times what an argument needs may need something else."""


class Candidate(NamedTuple):
    """Arguments for one probe."""

    label: str
    arguments: dict[str, Any]


def candidates(tool: ToolFacts, path: Path) -> Iterator[Candidate]:
    """Yield accepted arguments that differ from the base at `path`, and in what that needs."""
    parameter = parameter_of(path[-1])
    validity = Validity(dict(tool.schema))
    base = _needed(tool, tool.base or {}, path, validity)
    before = value_at(base, path)
    seen = set() if before is MISSING else {_identity(before)}
    for label, value in _values(tool, path, parameter, base, validity):
        arguments = with_value(base, path, value)
        if _identity(value) not in seen and validity.accepts(arguments):
            seen.add(_identity(value))
            yield Candidate(label, arguments)
        if len(seen) >= MOST_VALUES:
            return


def _needed(
    tool: ToolFacts, base: Mapping[str, Any], path: Path, validity: Validity, depth: int = 0
) -> dict[str, Any]:
    """Return `base` with what the argument at `path` needs, and with what that needs itself."""
    found, parameter = dict(base), parameter_of(path[-1])
    known = parameter.needs.items() if parameter else ()
    needs = [((*path[:-1], other), values) for other, values in known]
    for other, values in (*needs, *told_needs(tool, path, base)):
        around = _needed(tool, found, other, validity, depth + 1) if depth < DEEPEST else found
        forms = (with_value(around, other, value) for value in values)
        found = next((form for form in forms if validity.accepts(form)), found)
    return found


def _values(
    tool: ToolFacts,
    path: Path,
    parameter: Parameter | None,
    base: Mapping[str, Any],
    validity: Validity,
) -> Iterator[tuple[str, Any]]:
    part = part_at(tool.schema, path)
    yield from _conversations(tool, path, base, validity)
    drawn = list(_drawn(tool, path))
    yield from _numbered("drawn", [value for value in drawn if not isinstance(value, list | dict)])
    if len(path) == 1:
        described = description_of(tool.definition, path[0])
        told = examples(described, path[0])
        yield from _numbered("told", told)
        if is_document(described):
            keys = told_keys(described).items()
            yield from _numbered("told-key", [json.dumps({key: value}) for key, value in keys])
        yield from _numbered("told-list", LISTS if is_list(described) else ())
        yield from _numbered("told-several", [[one] for one in told])
    yield from _numbered("named", NAMED.get(parameter.name if parameter else path[-1], ()))
    if parameter is None or parameter.name == "functions":
        # Tools of the model by another name; two, so that their order shows.
        yield from _numbered("tools", (*NAMED["tools"], *NAMED["functions"]))
    # A model, a user or a service tier is a name; only texts are tried with every kind of text.
    if parameter is None or parameter.is_text or parameter.kind == "conversation":
        yield from TEXTS.items()
        most = part.get("maxLength")
        if isinstance(most, int) and len(LONG) < most <= LONGEST_TEXT:
            yield "longest", (LONG * math.ceil(most / len(LONG)))[:most]
    yield from _numbered("label", LABELS)
    yield from _numbered("number", NUMBERS)
    yield from (("true", True), ("false", False), ("null", None))
    yield from _numbered("array", ARRAYS)
    yield from _numbered("object", OBJECTS)
    yield from _numbered("drawn-whole", [item for item in drawn if isinstance(item, list | dict)])


def _conversations(
    tool: ToolFacts, path: Path, base: Mapping[str, Any], validity: Validity
) -> Iterator[tuple[str, Any]]:
    part = part_at(tool.schema, path)
    declared = {name: talk.forms for name, talk in DECLARED.items() if talk.is_declared(tool)}
    for feature, forms in (*CONVERSATIONS.items(), *declared.items()):
        for form in forms:
            is_taken = validity.accepts(with_value(base, path, form))
            if is_taken and is_declared(tool.schema, part, form, "/0/content"):
                yield feature, form
                break
    own = form_of_turns(tool, path)
    if own is not None:
        turns = ((feature, own.turns(forms[0])) for feature, forms in CONVERSATIONS.items())
        yield from ((feature, one) for feature, one in turns if one is not None)


def _numbered(label: str, values: Any) -> Iterator[tuple[str, Any]]:
    return ((f"{label}-{number}", value) for number, value in enumerate(values))


def _drawn(tool: ToolFacts, path: Path) -> Iterator[Any]:
    """Yield values at the bounds, enum members and branches; no type is drawn to exhaustion."""
    try:
        cases = generator_for(dict(tool.schema)).boundary_cases
    except (UnsupportedSchema, UsageError):
        return
    counts: dict[bool, int] = {}
    seen = set()
    for case in cases:
        value = value_at(case.arguments, path)
        if value is MISSING:
            continue
        key, is_whole = _identity(value), isinstance(value, list | dict)
        if key in seen or len(key) > LONGEST or _is_read_otherwise(value, key):
            continue
        if has_strange_role(value):
            continue
        if counts.get(is_whole, 0) >= MOST_DRAWN:
            continue
        seen.add(key)
        counts[is_whole] = counts.get(is_whole, 0) + 1
        yield value


def _is_read_otherwise(value: Any, text: str) -> bool:
    """Whether an SDK itself reads the value as another one.

    Node's validators build objects, in which `__proto__` is no key; the Python SDK takes a text
    that is JSON for what it says, unless the argument is nothing but a text.
    """
    if "__proto__" in text:
        return True
    if not isinstance(value, str):
        return False
    return not isinstance(json_value(value, otherwise=""), str | int | float)


def _identity(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
