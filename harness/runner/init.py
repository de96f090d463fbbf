"""Starting a project: the target's tools are listed and tried, and the first files written."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import anyio

from harness.configuration import Configuration, load_configuration
from harness.errors import UsageError
from harness.records.results import ScenarioResult
from harness.runner.options import RunOptions
from harness.runner.run import run_scenarios
from harness.runner.score_input import list_tools
from harness.scenario.loader import load_file
from harness.starter.ci_file import NODE_FILES, Ci
from harness.starter.first_files import configuration_text, first_files, name_of
from harness.starter.first_scenarios import Called, candidates, first_of_each, scenario_text
from harness.targets import Target, is_upstream_held


class Written(NamedTuple):
    """What was written and what was left as it is; paths as a user names them."""

    name: str
    new: tuple[str, ...]
    left: tuple[str, ...]
    failing: dict[str, str]
    """Tools of which no call succeeded with a simulated provider, and what the first one said."""
    lacking: str
    """The target as toolreel.toml would have it, when that file was left and has no such target."""


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
    failed: dict[str, str] = {}
    if is_upstream_held(target):
        failed = _failing(called, root, configuration_text(chosen, target), chosen)
    called.sort(key=lambda one: one.name in failed)
    first = first_of_each(called)
    present = [name for name in NODE_FILES if (root / name).is_file()]
    files = first_files(chosen, target, first, ci, present)
    left = tuple(place for place in files if (root / place).exists())
    new = {place: text for place, text in files.items() if place not in left}
    _write(root, new)
    succeeding = {one.tool for one in called if one.name not in failed}
    told = {one.tool: failed[one.name] for one in reversed(called) if one.name in failed}
    failing = {tool: text for tool, text in told.items() if tool not in succeeding}
    return Written(chosen, tuple(new), left, failing, _lacking(root, files, left, chosen))


def _lacking(root: Path, files: Mapping[str, str], left: Sequence[str], name: str) -> str:
    if "toolreel.toml" not in left or name in load_configuration(root).targets:
        return ""
    return files["toolreel.toml"]


def _failing(called: Sequence[Called], root: Path, configuration: str, name: str) -> dict[str, str]:
    """Return the names of the calls that fail with a simulated provider, and what came of them."""
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
    return {item.name: _told(item) for item in tried.scenarios if item.status != "passed"}


def _told(result: ScenarioResult) -> str:
    calls = [step.call for step in result.steps if step.call is not None]
    text = result.error or (calls[0].outcome.text if calls else "")
    return " ".join(text.split())[:300]


def _write(root: Path, files: Mapping[str, str]) -> None:
    for place, text in files.items():
        path = root / place
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror or error}") from error
