"""Scenarios as data, run with chosen mutants against the scripted target."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio

from harness.configuration import Configuration
from harness.mutation_proxy import MutationProxy
from harness.records.mutation import MutantResult, MutationResult
from harness.runner.mutate import MutationOptions, mutants_within
from harness.runner.options import RunOptions
from harness.runner.session import open_session
from harness.scenario.loader import LoadedScenario
from harness.scenario.model import Scenario
from harness.targets import Era

Key = TypeVar("Key")
TARGET = "tests.mutation.scripted_target:make"
ROOT = Path(__file__).parents[2]
ANY_PLANE = {"plane": ["result", "tool_error", "protocol_error", "transport_error", "timeout"]}
"""Holds whatever happens: the expectation that notices nothing."""


class Silent:
    """A progress display that shows nothing."""

    def begin(self, phase: str, total: int, unit: str = "") -> None:
        """Show nothing."""

    def advance(self) -> None:
        """Show nothing."""


def scenario(*steps: dict[str, Any], name: str = "one") -> LoadedScenario:
    made = Scenario.model_validate_json(json.dumps({"name": name, "steps": steps}))
    return LoadedScenario(made, TARGET, ROOT / "scenarios" / "one.yaml", 1)


def trials(
    asked: Mapping[Key, tuple[str, Sequence[dict[str, Any]]]], era: Era = "auto"
) -> dict[Key, MutantResult]:
    """Return what became of one mutant at a time, each with a scenario of these steps."""
    return anyio.run(partial(_trials, asked, era))


async def _trials(
    asked: Mapping[Key, tuple[str, Sequence[dict[str, Any]]]], era: Era
) -> dict[Key, MutantResult]:
    configuration = Configuration(root=ROOT, cassettes="tests/mutation/none")
    proxy, found = MutationProxy(), {}
    async with open_session(configuration, RunOptions(era=era), connect=proxy.connect) as session:
        for key, (mutant, steps) in asked.items():
            choice = MutationOptions(mutants=(mutant,))
            result = await mutants_within(session, proxy, [scenario(*steps)], choice, Silent())
            assert isinstance(result, MutationResult), result
            (found[key],) = result.mutants
    return found


def only(*steps: dict[str, Any], mutant: str) -> MutantResult:
    """Return what became of the one mutant that was on."""
    return trials({0: (mutant, steps)})[0]


def played(text: Any = "", **more: Any) -> dict[str, Any]:
    """Return the arguments that let `play` succeed with a text, or with JSON as its text."""
    written = text if isinstance(text, str) else json.dumps(text)
    return {"result": {"content": [{"type": "text", "text": written}], **more}}


def failed(text: str, **more: Any) -> dict[str, Any]:
    """Return the arguments that let `play` fail as tool_error."""
    return played(text, isError=True, **more)


def refused(message: str, **more: Any) -> dict[str, Any]:
    """Return the arguments that let `play` fail as protocol_error."""
    return {"error": {"code": -32602, "message": message, **more}}
