"""Letting a selector choose among the tools of one or more servers, case by case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from harness.errors import InvalidScenario, UsageError, did_you_mean
from harness.records.selection import Choice, SelectionReport
from harness.scenario.loader import _invalid
from harness.scenario.strict_yaml import Document, YamlError, parse
from harness.selection.case import SelectionFile
from harness.selection.outcome import judge_choice, summed_up

Tools = Mapping[str, Mapping[str, Any]]


class Selector(Protocol):
    """What chooses a tool."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    def choose(self, request: str) -> Choice:
        """Return the tool for a user's request."""


class LoadedCases:
    """The cases of a file with the lines that they stand at.

    Raises:
        UsageError: the file cannot be read.
        InvalidScenario: it is no YAML, or breaks the form; names file, line and pointer.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        document = _document(path)
        try:
            self.cases = SelectionFile.model_validate(document.data).cases
        except ValidationError as error:
            raise _invalid(path, document, error) from error
        self.lines = [document.position(f"/cases/{at}")[0] for at in range(len(self.cases))]

    def require_tools(self, names: Sequence[str]) -> None:
        """Make sure that every tool that a case names exists.

        Raises:
            InvalidScenario: one does not; names the nearest.
        """
        for case, line in zip(self.cases, self.lines, strict=True):
            for name in (*case.expected, *case.forbidden):
                if name not in names:
                    hint = did_you_mean(name, names)
                    message = f"no tool {name!r}{hint} (there are: {', '.join(names)})"
                    raise InvalidScenario(self.path, message, line=line)


def _document(path: Path) -> Document:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except YamlError as error:
        raise InvalidScenario(path, error.message, line=error.line, column=error.column) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error


def all_tools(servers: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> Tools:
    """Return the tools of all servers by name; where two share one, `SERVER/NAME`.

    Raises:
        UsageError: there is no tool at all.
    """
    names = [str(tool["name"]) for _, tools in servers for tool in tools]
    found = {
        (name if names.count(name) == 1 else f"{server}/{name}"): tool
        for server, tools in servers
        for tool in tools
        if (name := str(tool["name"]))
    }
    if not found:
        raise UsageError("there is no tool to select from")
    return found


def select_all(
    cases: LoadedCases,
    tools: Tools,
    selector: Selector,
    *,
    names: Mapping[str, str] | None = None,
) -> SelectionReport:
    """Return what `selector` chose in every case.

    `names` tells what the tools that the cases name are called here, where that differs.
    """
    results = [
        judge_choice(case.renamed(names or {}), selector.choose(case.request), line=line)
        for case, line in zip(cases.cases, cases.lines, strict=True)
    ]
    return summed_up(results, selector=selector.name, tools=len(tools))
