"""The first scenarios of a project: one ordinary call of each tool."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import yaml

from harness.audit.first_arguments import first_arguments
from harness.generation.samples import NAMED
from harness.generation.validity import Validity
from harness.scenario.model import ScenarioFile

MOST_GENERATED = 2
"""Generated arguments of one tool, each of which is tried with every model name."""


class Called(NamedTuple):
    """A call that a first scenario may make; the name is that of the scenario."""

    name: str
    tool: str
    arguments: dict[str, Any]


def candidates(tools: Sequence[Mapping[str, Any]]) -> list[Called]:
    """Return calls for each tool, the most ordinary first; their names are unique."""
    found = []
    for place, tool in enumerate(tools):
        for number, arguments in enumerate(_arguments(tool)):
            slug = re.sub(r"[^a-z0-9]+", "-", tool["name"].lower()).strip("-") or "tool"
            found.append(Called(f"{slug[:60]}-{place}-{number}", tool["name"], arguments))
    return found


def _arguments(tool: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    validity = Validity(dict(tool.get("inputSchema") or {}))
    for arguments in islice(first_arguments(tool, 0), MOST_GENERATED):
        yield arguments
        # Which provider is behind the tool is not known, and each has its own models.
        for model in NAMED["model"] if "model" in arguments else ():
            changed = {**arguments, "model": model}
            if changed != arguments and validity.accepts(changed):
                yield changed


def first_of_each(called: Sequence[Called]) -> list[Called]:
    """Return the first call of each tool, under the name that the tool gives it."""
    first: dict[str, Called] = {}
    for one in called:
        first.setdefault(one.tool, one)
    names = [one.name.rsplit("-", 2)[0] for one in first.values()]
    return [
        one._replace(name=name if names.count(name) == 1 else one.name.rpartition("-")[0])
        for one, name in zip(first.values(), names, strict=True)
    ]


def scenario_text(target: str, called: Sequence[Called]) -> str:
    """Return a scenario file: each call succeeds, and no secret is in its answer."""
    document = {"target": target, "scenarios": [_scenario(one) for one in called]}
    ScenarioFile.model_validate(document)
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    return f"# yaml-language-server: $schema=scenario.schema.json\n{text}"


def _scenario(one: Called) -> dict[str, Any]:
    step = {
        "tool": one.tool,
        "arguments": one.arguments,
        "expect": [{"plane": "result"}, {"no_secrets": True}],
    }
    return {"name": one.name, "steps": [step]}
