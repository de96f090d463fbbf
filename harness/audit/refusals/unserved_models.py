"""Masked refusals of the models of a provider that was not set up.

A server that chooses its provider by the model's name fails for the providers without a key, and
some SDKs mask what it says of that (mcp 2: `Error executing tool …`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.audit.context import ToolFacts
from harness.audit.found import Found, Verdict
from harness.audit.mapped.argument_places import part_at
from harness.audit.mapped.requests import asked
from harness.audit.parameters import parameter_of
from harness.audit.refusals.wording import is_bare_failure
from harness.records.audit import NotTested, Observation

UNSERVED = "every one of these failures, of which nothing is told, is for models that never worked"


def without_unserved_models(
    found: Sequence[Verdict], own: Sequence[Observation], tool: ToolFacts
) -> Iterator[Verdict]:
    """Yield `found`, masked refusals as "not tested" where only models without an answer have them.

    Another model has to have worked, given by name, and none of those that were refused; what
    fails without a model, or with one that works, is no matter of the model. Names that the schema
    lists have to work.

    Args:
        found: the verdicts on the tool's valid calls.
        own: all calls of the tool.
        tool: the tool.
    """
    masked = [item for item in found if isinstance(item, Found) and _is_masked(item)]
    served = {
        name
        for item in own
        if item.call.outcome.plane == "result" and asked(item) is not None
        if (name := _model_of(item, tool))
    }
    refused = {_model_of(item.observation, tool) for item in masked if item.observation}
    if not masked or not served or "" in refused or refused & served:
        yield from found
        return
    yield NotTested(tool=tool.name, what=masked[0].rule, reason=UNSERVED)
    yield from (item for item in found if item not in masked)


def _is_masked(found: Found) -> bool:
    return found.observation is not None and is_bare_failure(found.observation.call.outcome)


def _model_of(item: Observation, tool: ToolFacts) -> str:
    """Return the model that a call names of its own choice, nothing where it names none."""
    arguments = item.call.arguments
    for name, value in arguments.items() if isinstance(arguments, dict) else ():
        parameter = parameter_of(name)
        if parameter is not None and parameter.kind == "model" and isinstance(value, str):
            return "" if {"enum", "const"} & set(part_at(tool.schema, (name,))) else value
    return ""
