"""Which generated arguments an audit sends: distinct, few, and each keyword at each place."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.first_arguments import first_arguments
from harness.audit.parameters import parameter_of
from harness.audit.refusals.disputed import is_disputed, plain_numbers
from harness.audit.refusals.full_conversation import with_user
from harness.audit.refusals.later_items import in_later_items
from harness.audit.refusals.needed_beside import with_needed
from harness.audit.refusals.wide_characters import in_wide_characters
from harness.errors import UsageError
from harness.generation import Case, Generator, UnsupportedSchema, generator_for
from harness.records.audit import Phase, Violation

MOST_BOUNDARY, MOST_INVALID = 240, 480
"""Calls for one tool; the first case of each keyword at each place is made in any case."""
MOST_CASES = 1_600
"""Calls of both kinds for all tools together."""
MOST_WITHOUT_FORM = 3
"""Calls with NaN or an infinity: the transport replaces these."""
NO_FORM = "json"
"""The keyword of a violation that JSON itself forbids (RFC 8259 §6)."""
_BYTES = 48


class Planned(NamedTuple):
    """One call to make, with the cases that it stands for."""

    id: str
    phase: Phase
    cases: tuple[Case, ...]

    @property
    def case(self) -> Case:
        """The case that it is named by."""
        return self.cases[0]

    @property
    def violation(self) -> Violation | None:
        """What is wrong with the arguments; None when nothing is."""
        case = self.case
        if case.is_valid:
            return None
        keyword = case.keyword if _has_form(case.arguments) else NO_FORM
        return Violation(keyword=keyword, pointer=case.pointer, was=case.was, now=case.now)


def generator_of(tool: ToolFacts) -> Generator | None:
    """Return the generator of the tool's input schema, None when nothing can be made for it."""
    try:
        return generator_for(_with_accepted(tool))
    except (UnsupportedSchema, UsageError):
        return None


def _with_accepted(tool: ToolFacts) -> dict[str, Any]:
    """Return the input schema with what the tool accepted as examples, where not anything will do.

    A tool that refused ordinary arguments has forms of its own: a name of its own list, a path.
    Around what is wrong everything else has to be right.
    """
    schema, base = dict(tool.schema), tool.base
    properties = schema.get("properties")
    is_usual = base is None or base == next(first_arguments(tool.definition, 0), None)
    if is_usual or not base or not isinstance(properties, Mapping):
        return schema
    shown = {
        name: {**part, "examples": [base[name]]}
        for name, part in properties.items()
        if name in base and isinstance(part, Mapping)
    }
    return {**schema, "properties": {**properties, **shown}}


def planned_cases(tool: ToolFacts, context: AuditContext) -> list[Planned]:
    """Return the calls of the phases valid, boundary and invalid, always the same for one seed."""
    # Planning and coverage ask for the same calls, and large schemas take a second.
    definition, base = json.dumps(dict(tool.definition)), json.dumps(tool.base and dict(tool.base))
    share = MOST_CASES // max(1, len(context.tools))
    return list(_planned(definition, base, share, context.seed, context.max_examples))


@lru_cache(maxsize=32)
def _planned(
    definition: str, base: str, share: int, seed: int, max_examples: int
) -> tuple[Planned, ...]:
    tool = ToolFacts(json.loads(definition), base=json.loads(base))
    generator = generator_of(tool)
    if generator is None:
        return ()
    boundary = _settled(generator, _with_needed(generator, generator.boundary_cases))
    wide = in_wide_characters(boundary, generator.validity)
    at_bounds = [*_chosen(boundary, min(MOST_BOUNDARY, share // 3) - len(wide)), *wide]
    known = {_text(case.arguments) for case in at_bounds}
    wrong = _settled(generator, _with_needed(generator, generator.invalid_cases))
    wrong = _with_few_nans(wrong)
    # What is tried on the far side of a bound need not come again, unless it is all there is.
    rest = [case for case in wrong if _text(case.arguments) not in known]
    left = {_place(case) for case in rest}
    later = in_later_items(wrong, generator.validity)
    invalid = _chosen(
        [case for case in wrong if _text(case.arguments) not in known or _place(case) not in left],
        min(MOST_INVALID, share * 2 // 3) - len(later),
    )
    phases: tuple[tuple[Phase, Iterable[Case]], ...] = (
        ("valid", _settled(generator, _examples(tool, generator, seed, max_examples))),
        ("boundary", at_bounds),
        ("invalid", [*invalid, *later]),
    )
    return tuple(
        Planned(f"{phase}/{tool.name}/{_label(equal[0])}{number}", phase, tuple(equal))
        for phase, cases in phases
        for number, equal in enumerate(_merged(cases))
    )


def _merged(cases: Iterable[Case]) -> list[list[Case]]:
    """Return the cases by their arguments: one call stands for all that have the same."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(_text(case.arguments), []).append(case)
    return list(found.values())


def _examples(
    tool: ToolFacts, generator: Generator, seed: int, max_examples: int
) -> Iterator[Case]:
    """Yield generated arguments; every other time on top of those that the tool has accepted."""
    chosen = random.Random(f"{seed} {tool.name}")
    for number in range(max_examples):
        case = generator.valid(chosen.randbytes(_BYTES))
        if number % 2 and tool.base is not None and isinstance(case.arguments, dict):
            more = {key: item for key, item in case.arguments.items() if not _is_stream(key, item)}
            merged = {**more, **tool.base}
            if generator.validity.agree(merged, True):
                case = case._replace(arguments=merged)
        yield case


def _is_stream(name: str, value: Any) -> bool:
    """Whether an argument asks for another way of answering, which servers may refuse."""
    parameter = parameter_of(name)
    return value is True and parameter is not None and parameter.kind == "transport"


def _settled(generator: Generator, cases: Iterable[Case]) -> list[Case]:
    """Return distinct cases about whose validity no correct server can have another opinion."""
    found: dict[tuple[str, str, str], Case] = {}
    for case in cases:
        if not isinstance(case.arguments, dict):
            continue
        sent = case
        if case.is_valid:
            plain = case._replace(arguments=plain_numbers(case.arguments))
            sent = with_user(plain, generator.validity)
        if not is_disputed(sent, generator.validity):
            found.setdefault((*_place(sent), _text(sent.arguments)), sent)
    return list(found.values())


def _with_needed(generator: Generator, cases: Iterable[Case]) -> Iterator[Case]:
    yield from (with_needed(case, generator.validity) for case in cases)


def _with_few_nans(cases: Iterable[Case]) -> list[Case]:
    left = MOST_WITHOUT_FORM
    found = []
    for case in cases:
        has_form = _has_form(case.arguments)
        if has_form or left:
            found.append(case)
            left -= not has_form
    return found


def _chosen(cases: Sequence[Case], most: int) -> list[Case]:
    """Return at most `most` cases, in turn from each keyword at each place, in their order."""
    by_place: dict[tuple[str, str], list[int]] = {}
    for number, case in enumerate(cases):
        by_place.setdefault(_place(case), []).append(number)
    taken = [numbers[0] for numbers in by_place.values()]
    turn = 1
    longest = max(map(len, by_place.values()), default=0)
    while len(taken) < most and turn < longest:
        later = [numbers[turn] for numbers in by_place.values() if turn < len(numbers)]
        taken += later[: most - len(taken)]
        turn += 1
    return [cases[number] for number in sorted(taken)]


def _place(case: Case) -> tuple[str, str]:
    # Each key that has to be there is a place of its own.
    missing = case.pointer.rsplit("/", 1)[-1] if case.change == "removed" else ""
    return case.keyword, f"{case.schema_pointer} {case.kind} {missing}"


def _label(case: Case) -> str:
    return f"{case.keyword}{case.pointer}/" if case.keyword else ""


def _text(arguments: Any) -> str:
    return json.dumps(arguments, sort_keys=True)


def _has_form(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(_has_form, value.values()))
    return not isinstance(value, list) or all(map(_has_form, value))
