"""Reading scenario files; every mistake is told with file, line, column and the nearest word."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonpointer import escape
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from harness.errors import InvalidScenario, UsageError, did_you_mean
from harness.scenario.file_names import is_scenario_name
from harness.scenario.model import Scenario, ScenarioFile, captured_names
from harness.scenario.strict_yaml import Document, YamlError, parse
from harness.wrong_value import told_value


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario with its target and the place where it stands."""

    scenario: Scenario
    target: str
    path: Path
    line: int

    @property
    def id(self) -> str:
        """How users name it: target and scenario name, `grok/chat-minimal`."""
        return f"{self.target}/{self.scenario.name}"

    @property
    def place(self) -> str:
        """The file, as seen from the current folder."""
        return os.path.relpath(self.path)


def load_paths(paths: Sequence[Path]) -> list[LoadedScenario]:
    """Return the scenarios of files and folders (searched whole), in the order of their paths.

    `FILE::NAME` is one scenario of a file.

    Raises:
        UsageError: a path does not exist or holds no scenario file, or a file has no such scenario.
        InvalidScenario: a file is wrong, or a target has two scenarios of one name.
    """
    loaded: dict[tuple[Path, int], LoadedScenario] = {}
    for path in paths:
        file, found, name = str(path).partition("::")
        inside = [item for one in _files([Path(file)]) for item in load_file(one)]
        chosen = [item for item in inside if item.scenario.name == name] if found else inside
        if not chosen:
            hint = did_you_mean(name, [item.scenario.name for item in inside])
            raise UsageError(f"{file}: no scenario {name!r}{hint}")
        loaded.update(((item.path, item.line), item) for item in chosen)
    _require_unique(loaded.values())
    return list(loaded.values())


def _files(paths: Sequence[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_file():
            found[path] = None
        elif path.is_dir():
            inside = sorted(item for item in path.rglob("*") if is_scenario_name(item))
            if not inside:
                raise UsageError(f"{path}: no scenario file (*.yaml) in this folder")
            found.update(dict.fromkeys(inside))
        else:
            known = [str(item) for item in path.parent.glob("*")] if path.parent.is_dir() else []
            raise UsageError(f"{path}: no such file or folder{did_you_mean(str(path), known)}")
    return list(found)


def _require_unique(loaded: Iterable[LoadedScenario]) -> None:
    first: dict[str, LoadedScenario] = {}
    for item in loaded:
        other = first.setdefault(item.id, item)
        if other is not item:
            raise InvalidScenario(
                item.path,
                f"scenario {item.id!r} is already defined at {other.path}:{other.line}",
                line=item.line,
            )


def load_file(path: Path) -> list[LoadedScenario]:
    """Return the scenarios of one file.

    Raises:
        InvalidScenario: the file is not UTF-8 or YAML, or breaks the scenario schema.
    """
    try:
        document = parse(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidScenario(path, f"not UTF-8 at byte {error.start}") from error
    except YamlError as error:
        raise InvalidScenario(path, error.message, line=error.line, column=error.column) from error
    try:
        file = ScenarioFile.model_validate(document.data)
    except ValidationError as error:
        raise _invalid(path, document, error) from error
    for index, scenario in enumerate(file.scenarios):
        _require_captures(path, document, f"/scenarios/{index}", scenario)
    return [
        LoadedScenario(
            scenario=scenario,
            target=scenario.target or file.target,
            path=path,
            line=document.position(f"/scenarios/{index}/name")[0],
        )
        for index, scenario in enumerate(file.scenarios)
    ]


def _invalid(path: Path, document: Document, error: ValidationError) -> InvalidScenario:
    places = [(_pointer(document.data, item), item) for item in error.errors()]
    # Where a value may have several forms, the form that fits furthest tells the mistake.
    below_first = [place for place in places if place[0].startswith(places[0][0])]
    pointer, first = max(below_first, key=lambda place: place[0].count("/"))
    line, column = document.position(pointer)
    message = told_value(first)
    if first["type"] == "missing":
        message = f"key {first['loc'][-1]!r} is missing"
    return InvalidScenario(path, message, line=line, column=column, pointer=pointer)


def _pointer(data: Any, error: ErrorDetails) -> str:
    """Return the JSON pointer of an error; names of union members in its location are no places."""
    pointer, location = "", error["loc"]
    for at, part in enumerate(location):
        if at >= 2 and location[at - 2] in ("expect", "score"):
            continue  # the kind of the expectation or scorer, which is a key of it as well
        is_key = isinstance(data, dict) and part in data
        is_index = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if is_key or is_index:
            data = data[part]
            pointer += f"/{escape(str(part))}"
    if error["type"] == "unknown_key":
        pointer += f"/{escape(str(error['ctx']['key']))}"
    return pointer


def _require_captures(path: Path, document: Document, pointer: str, scenario: Scenario) -> None:
    known: set[str] = set()
    for index, step in enumerate(scenario.steps):
        place = f"{pointer}/steps/{index}"
        used = captured_names(step.model_dump(include={"arguments", "expect"}))
        for name in sorted(used - known):
            hint = did_you_mean(name, known) or "; write $${…} for the text itself"
            line, column = document.position(place)
            raise InvalidScenario(
                path,
                f"${{{name}}} is captured by no earlier step{hint}",
                line=line,
                column=column,
                pointer=place,
            )
        known |= set(step.capture)
