"""Starting a project: the target's tools are listed and tried, and the first files written."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import anyio

from harness.configuration import Configuration
from harness.errors import UsageError
from harness.runner.options import RunOptions
from harness.runner.run import run_scenarios
from harness.runner.score_input import list_tools
from harness.scenario.loader import load_file
from harness.starter.first_files import Ci, configuration_text, first_files, name_of
from harness.starter.first_scenarios import Called, candidates, first_of_each, scenario_text
from harness.targets import Target, is_upstream_held


class Written(NamedTuple):
    """What was written and what was left as it is; paths as a user names them."""

    name: str
    new: tuple[str, ...]
    left: tuple[str, ...]
    failing: tuple[str, ...]
    """Tools of which no call succeeded with a simulated provider."""


def start_project(root: Path, target: Target, *, name: str | None, ci: Ci) -> Written:
    """Write the first files for `target` into `root`; a file that exists is left as it is.

    Where the harness is sure to see the target's provider, each tool is tried with it simulated,
    so that the first scenarios are calls that succeed.

    Raises:
        TargetError: the target cannot be reached.
        UsageError: no call can be made up for any of its tools, or a file cannot be written.
    """
    chosen = name or name_of(target)
    called = candidates(anyio.run(list_tools, target, "auto", root))
    if not called:
        raise UsageError(f"{target.name} lists no tool that a call can be made up for")
    passed = {one.name for one in called}
    if is_upstream_held(target):
        passed = _succeeding(called, root, configuration_text(chosen, target), chosen)
    called.sort(key=lambda one: one.name not in passed)
    first = first_of_each(called)
    files = first_files(chosen, target, first, ci)
    left = tuple(place for place in files if (root / place).exists())
    new = {place: text for place, text in files.items() if place not in left}
    _write(root, new)
    succeeding = {one.tool for one in called if one.name in passed}
    failing = tuple(one.tool for one in first if one.tool not in succeeding)
    return Written(chosen, tuple(new), left, failing)


def _succeeding(called: Sequence[Called], root: Path, configuration: str, name: str) -> set[str]:
    """Return the names of the calls that succeed with a simulated provider."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tried.yaml"
        path.write_text(scenario_text(name, called), encoding="utf-8")
        settings: dict[str, Any] = {**tomllib.loads(configuration), "cassettes": folder}
        tried = anyio.run(
            partial(
                run_scenarios,
                load_file(path),
                Configuration.model_validate({**settings, "root": root}),
                RunOptions(record_mode="all", upstream="simulate"),
                lambda _: None,
            )
        )
    return {item.name for item in tried.scenarios if item.status == "passed"}


def _write(root: Path, files: Mapping[str, str]) -> None:
    for place, text in files.items():
        path = root / place
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror or error}") from error
