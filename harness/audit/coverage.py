"""Which keywords of the input schemas were tried, and on which sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.audit.context import AuditContext
from harness.audit.refusals.planned import generator_of, planned_cases
from harness.records.audit import CoveredPlace, Observation


def coverage(observations: Sequence[Observation], context: AuditContext) -> Iterator[CoveredPlace]:
    """Yield each keyword at each place of each tool's schema, with the sides that calls tried.

    A keyword is tried on the accepted side by valid arguments in which it holds, on the rejected
    side by arguments that break it. `format` is an annotation: nothing breaks it.
    """
    sent = {seen.probe.id for seen in observations}
    for tool in context.tools:
        generator = generator_of(tool)
        if generator is None:
            continue
        made = [
            case
            for planned in planned_cases(tool, context)
            if planned.id in sent
            for case in planned.cases
        ]
        sides = {(case.keyword, case.schema_pointer, case.is_valid) for case in made}
        if any(_is_no_object(seen, tool.name) for seen in observations):
            sides.add(("type", "", False))
        for place in generator.coverage:
            key = (place.keyword, place.schema_pointer)
            is_annotation = place.keyword == "format" and any(case.is_valid for case in made)
            yield CoveredPlace(
                tool=tool.name,
                keyword=place.keyword,
                pointer=place.schema_pointer,
                accepted=place.accepted and ((*key, True) in sides or is_annotation),
                rejected=(*key, False) in sides,
            )


def _is_no_object(seen: Observation, tool: str) -> bool:
    """Whether a call of the phase protocol sent something else than an object."""
    is_raw = seen.probe.phase == "protocol" and seen.probe.tool == tool
    return is_raw and not isinstance(seen.call.arguments, dict | None)
