"""Linting cassettes together with the scenarios that are replayed from them."""

from __future__ import annotations

import datetime
import json
import os
import shlex
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.cassette.lint import Opened, Surroundings, lint
from harness.errors import InvalidCassette, TornCassetteWarning
from harness.records.cassette_results import LintResult
from harness.records.finding import Finding
from harness.runner.cassette_files import find_cassettes, open_cassette
from harness.runner.cassette_project import CassetteProject
from harness.scenario.expectation import UpstreamCalls, UpstreamRequest
from harness.scenario.loader import LoadedScenario

UNREADABLE = "unreadable"
TORN = "torn"


def lint_cassettes(
    paths: Sequence[Path],
    project: CassetteProject,
    *,
    max_age: int | None,
    today: datetime.date,
) -> LintResult:
    """Lint the cassettes at `paths`, by default all of the project.

    A cassette that cannot be read is a finding like others, so that the rest is judged too.

    Raises:
        UsageError: a path does not exist, or leads out of its folder.
        InvalidScenario: a scenario file is wrong.
    """
    folders = list(paths) or [project.folder]
    files = find_cassettes(folders)
    findings: list[Finding] = []
    interactions = 0
    for path in files:
        try:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always", TornCassetteWarning)
                cassette = open_cassette(path)
        except InvalidCassette as error:
            findings.append(_unreadable(path, error))
            continue
        findings += [_torn(path, str(one.message)) for one in warned]
        interactions += len(cassette.interactions)
        around = _surroundings(path, project, max_age=max_age, today=today)
        opened = Opened(os.path.relpath(path), cassette.interactions, cassette.lines)
        findings += lint(opened, around)
        findings += _orphan(path, project)
    findings += _missing(folders, project)
    notes = () if project.scenarios else ("no scenarios here: orphans are not judged",)
    return LintResult(
        cassettes=len(files), interactions=interactions, findings=tuple(findings), notes=notes
    )


def _surroundings(
    path: Path, project: CassetteProject, *, max_age: int | None, today: datetime.date
) -> Surroundings:
    secrets = project.secrets_of(path)
    loaded = project.scenario_of(path)
    if loaded is None:
        return Surroundings(today=today, secrets=secrets, rules=project.redaction, max_age=max_age)
    calls = [
        json.dumps([step.tool, step.arguments], ensure_ascii=False)
        for step in loaded.scenario.steps
    ]
    return Surroundings(
        today=today,
        secrets=secrets,
        rules=project.redaction,
        max_age=max_age,
        written="".join([*calls, *loaded.scenario.env.values()]),
        repeats=max(Counter(calls).values()),
        record_command=_record_command(loaded),
    )


def _record_command(loaded: LoadedScenario) -> str:
    chosen = shlex.quote(f"{loaded.place}::{loaded.scenario.name}")
    return f"toolreel run {chosen} --record-mode all --upstream simulate"


def _unreadable(path: Path, error: InvalidCassette) -> Finding:
    return Finding(
        rule=UNREADABLE,
        severity="high",
        message=str(error),
        file=os.path.relpath(path),
        line=error.line,
        source="cassettes are YAML in vcrpy's format 1",
        repair="delete the file and record it again, or take it from version control",
    )


def _torn(path: Path, told: str) -> Finding:
    return Finding(
        rule=TORN,
        severity="high",
        message=told,
        file=os.path.relpath(path),
        source="what a killed process leaves; the whole interactions before it are replayed",
        repair="delete the file and record it again, or take it from version control",
    )


def _orphan(path: Path, project: CassetteProject) -> Iterator[Finding]:
    if project.is_judged(path) and project.scenario_of(path) is None:
        yield Finding(
            rule="orphan-cassette",
            severity="medium",
            message="no scenario is replayed from it",
            file=os.path.relpath(path),
            source="a scenario's cassette is cassettes/TARGET/NAME.yaml",
            repair=f"git rm {shlex.quote(os.path.relpath(path))}, or give a scenario this name",
        )


def _missing(folders: Sequence[Path], project: CassetteProject) -> Iterator[Finding]:
    """Yield the scenarios that cannot be replayed, of those whose cassette belongs in `folders`."""
    roots = [folder.resolve() for folder in folders if folder.is_dir()]
    for cassette, loaded in project.scenarios.items():
        is_asked_for = any(cassette.is_relative_to(root) for root in roots)
        if is_asked_for and not cassette.exists() and _expects_upstream(loaded):
            yield Finding(
                rule="missing-cassette",
                severity="high",
                message=f"scenario {loaded.id} expects upstream calls and has no cassette "
                f"{os.path.relpath(cassette)}",
                file=loaded.place,
                line=loaded.line,
                source="the scenario's expectations about upstream requests",
                repair=_record_command(loaded),
            )


def _expects_upstream(loaded: LoadedScenario) -> bool:
    expected = [item for step in loaded.scenario.steps for item in step.expect]
    return any(
        isinstance(item, UpstreamRequest)
        or (isinstance(item, UpstreamCalls) and item.upstream_calls > 0)
        for item in expected
    )
