"""What a parameter needs beside it: a server may refuse it by itself, right or wrong.

Providers take `top_logprobs` with `logprobs` only. A bound that is tried without is refused on
both of its sides, and would be held to be enforced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.mapped.argument_places import part_at
from harness.audit.parameters import parameter_of
from harness.audit.thinking_budget import with_room
from harness.generation import Case
from harness.generation.validity import Validity


def with_needed(case: Case, validity: Validity) -> Case:
    """Return a case with what its parameters need, as valid or as wrong as before."""
    for arguments in _completed(case.arguments, validity.schema):
        if _is_alike(case, arguments, validity):
            case = case._replace(arguments=arguments)
    if not isinstance(case.arguments, dict):
        return case
    roomy = with_room(case.arguments, lambda found: _is_alike(case, found, validity))
    return case._replace(arguments=roomy)


def _completed(arguments: Any, part: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the arguments with one thing more that a parameter among them needs.

    Args:
        arguments: an object, of which only declared members are looked at.
        part: its schema.
    """
    declared = part.get("properties")
    if not isinstance(arguments, Mapping) or not isinstance(declared, Mapping):
        return
    for name, value in arguments.items():
        parameter = parameter_of(name) if name in declared else None
        if parameter is None:
            inside = _completed(value, part_at(part, (name,)))
            yield from ({**arguments, name: inner} for inner in inside)
            continue
        for other, forms in parameter.needs.items():
            if other in declared and not arguments.get(other):
                yield from ({**arguments, other: form} for form in forms)


def _is_alike(case: Case, arguments: Any, validity: Validity) -> bool:
    if not validity.agree(arguments, case.is_valid):
        return False
    one, other = (
        [place for place, _ in validity.findings(given)] for given in (case.arguments, arguments)
    )
    return one == other
