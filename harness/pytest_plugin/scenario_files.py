"""Scenario files as pytest collects them: a scenario is an item, run as `toolreel run` runs it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import HarnessError
from harness.pytest_plugin.keys import SCENARIO_PLACES, shared_of
from harness.records.results import ScenarioResult
from harness.report.scenario_failure import failure_lines
from harness.scenario.loader import LoadedScenario, load_paths

_TOP_KEY = re.compile(rb"""^(?:\{\s*)?["']?(?:target|scenarios)["']?\s*:""", re.MULTILINE)


def is_scenario_file(path: Path) -> bool:
    """Tell a scenario file, maybe a wrong one, from YAML that belongs to something else."""
    return _TOP_KEY.search(path.read_bytes()) is not None


class ScenarioFile(pytest.File):
    """A scenario file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the scenarios in the order in which they stand.

        Raises:
            pytest.Collector.CollectError: the file is wrong, or a target has two scenarios of one
                name, in whatever files.
        """
        try:
            loaded = load_paths([self.path])
        except HarnessError as error:
            raise self.CollectError(str(error)) from None
        for item in loaded:
            self._require_unique(item)
            yield ScenarioItem.from_parent(self, name=item.scenario.name, loaded=item)

    def _require_unique(self, loaded: LoadedScenario) -> None:
        places = self.session.stash.setdefault(SCENARIO_PLACES, {})
        place = f"{loaded.place}:{loaded.line}"
        other = places.setdefault(loaded.id, place)
        if other != place:
            raise self.CollectError(
                f"{place}: scenario {loaded.id!r} is already defined at {other}; both would use "
                "one cassette"
            )


class ScenarioNotPassed(Exception):
    """A scenario failed, or could not be judged; its result says why."""

    def __init__(self, result: ScenarioResult) -> None:
        self.result = result
        super().__init__(f"{result.target}/{result.name}: {result.status}")


class ScenarioItem(pytest.Item):
    """One scenario."""

    def __init__(self, *, loaded: LoadedScenario, **rest: Any) -> None:
        super().__init__(**rest)
        self._loaded = loaded
        self.add_marker(pytest.mark.toolreel_scenario)
        # What `toolreel run -k` would find as well.
        tools = {step.tool for step in loaded.scenario.steps}
        self.extra_keyword_matches.update({loaded.id, loaded.target, *tools})

    def runtest(self) -> None:
        """Run the scenario.

        Raises:
            ScenarioNotPassed: it did not pass.
            UsageError: its target is unknown or badly configured.
        """
        result = shared_of(self.config).run_scenario(self._loaded)
        self.user_properties.append(("toolreel_score", round(result.score, 4)))
        if result.notes:
            self.add_report_section("call", "toolreel", "\n".join(result.notes))
        if result.status != "passed":
            raise ScenarioNotPassed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        """Return what failed, in the words of the command line."""
        if isinstance(excinfo.value, ScenarioNotPassed):
            return "\n".join(failure_lines(excinfo.value.result))
        if isinstance(excinfo.value, HarnessError):
            place, told = f"{self._loaded.place}:{self._loaded.line}: ", str(excinfo.value)
            return told if told.startswith(place) else place + told
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Return where the scenario stands; pytest counts lines from 0."""
        return self.path, self._loaded.line - 1, f"scenario: {self.name}"
