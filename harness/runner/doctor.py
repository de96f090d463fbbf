"""Looking for what a project lacks: configuration, targets, keys, scenarios, cassettes."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import anyio

from harness.cassette.store import load_entries
from harness.configuration import Configuration
from harness.connection_pool import ConnectionPool
from harness.errors import CassetteError, HarnessError, TornCassetteWarning, UsageError
from harness.records.diagnosis import Diagnosis, Prerequisite, provider_of
from harness.runner.cassette_project import CassetteProject
from harness.runner.score_input import NO_UPSTREAM
from harness.scenario.loader import LoadedScenario, load_paths
from harness.targets import UPSTREAM, Target, is_upstream_held

PACKAGES = ("toolreel", "mcp", "vcrpy", "httpx", "httpx2", "hypothesis")
RECORD = "toolreel run --record-mode once --upstream simulate"
RECORD_ANEW = "toolreel run --record-mode all --upstream simulate"
SHOWN = 10
"""Missing cassettes that are named one by one."""


def examine(
    configuration: Configuration, environ: Mapping[str, str], *, connects: bool
) -> Diagnosis:
    """Return what is there and what is missing; `connects` starts each target and lists its tools.

    Nothing is raised for what is missing, a wrong scenario file included.
    """
    project = CassetteProject(configuration, environ)
    found = [*_machine(), _configured(configuration)]
    for name in configuration.targets:
        found += _target(name, configuration, environ, connects=connects)
    found += _scenarios(project)
    return Diagnosis(prerequisites=tuple(found))


def _there(name: str, detail: str) -> Prerequisite:
    return Prerequisite(name=name, status="there", detail=detail)


def _missing(name: str, detail: str, repair: str) -> Prerequisite:
    return Prerequisite(name=name, status="missing", detail=detail, repair=repair)


def _optional(name: str, detail: str, repair: str) -> Prerequisite:
    return Prerequisite(name=name, status="optional", detail=detail, repair=repair)


def _machine() -> Iterator[Prerequisite]:
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    yield _there("installation", f"Python {platform.python_version()}, {told}")
    try:
        yield _there("pytest plugin", f"pytest {importlib.metadata.version('pytest')}")
    except importlib.metadata.PackageNotFoundError:
        repair = "pip install pytest"
        yield _optional("pytest plugin", "pytest is not installed; only tests need it", repair)


def _configured(configuration: Configuration) -> Prerequisite:
    if configuration.targets:
        names = ", ".join(sorted(configuration.targets))
        return _there("configuration", f"{configuration.root}: targets {names}")
    detail = f"no target is configured in {configuration.root} or above"
    return _missing("configuration", detail, "toolreel init 'python -m my_server'")


def _target(
    name: str, configuration: Configuration, environ: Mapping[str, str], *, connects: bool
) -> Iterator[Prerequisite]:
    label = f"target {name}"
    try:
        target = configuration.target(name, environ)
    except UsageError as error:
        yield _missing(label, str(error), "set the variable, or give it a default")
        return
    command = getattr(target, "command", None)
    if command and shutil.which(command[0]) is None:
        yield _missing(label, f"no program {command[0]!r} on the PATH", f"install {command[0]}")
        return
    if not is_upstream_held(target):
        detail = "not seen: {upstream} is nowhere in the target, so nothing is replayed for it"
        yield _optional(provider_of(name), detail, _seen_by(name, configuration))
    if connects:
        yield anyio.run(_reached, label, target, configuration)
    for key in configuration.secrets_by_default(name, environ):
        repair = f"export {key}=…"
        yield _optional(label, f"{key} is not set; only --upstream live needs it", repair)


def _seen_by(name: str, configuration: Configuration) -> str:
    """Return the edit that leads a target's requests to the stand-in."""
    return (
        f"in {configuration.place_of(name, 'env')}, give the setting that your server reads its "
        f'provider\'s address from: env = {{ BASE_URL = "{UPSTREAM}/api.openai.com/v1" }}'
    )


async def _reached(label: str, target: Target, configuration: Configuration) -> Prerequisite:
    async with ConnectionPool(era="auto", upstream=NO_UPSTREAM, root=configuration.root) as pool:
        try:  # inside: what leaves the pool is a group
            connection, tools = await pool.get(target)
        except HarnessError as error:
            return _missing(label, str(error), "start it by hand and look at what it says")
        names = ", ".join(tool["name"] for tool in tools)
        return _there(label, f"MCP {connection.protocol}, {len(tools)} tools: {names}")


def _scenarios(project: CassetteProject) -> Iterator[Prerequisite]:
    configuration = project.configuration
    folders = [configuration.root / path for path in configuration.scenarios]
    present = [path for path in folders if path.exists()]
    if not present:
        told = ", ".join(configuration.scenarios)
        yield _missing("scenarios", f"no folder {told}", "toolreel init TARGET writes a first one")
        return
    try:
        loaded = load_paths(present)
    except UsageError as error:
        yield _missing("scenarios", str(error), "mend the file; toolreel schema helps editors")
        return
    yield _there("scenarios", f"{len(loaded)} scenarios")
    yield from _cassettes(project, loaded)


def _cassettes(project: CassetteProject, loaded: list[LoadedScenario]) -> Iterator[Prerequisite]:
    lacking = []
    requests: dict[str, int] = {}
    for item in loaded:
        path = project.configuration.cassette_path(item.target, item.scenario.name)
        try:
            requests[item.target] = requests.get(item.target, 0) + _recorded(path)
        except (CassetteError, TornCassetteWarning) as error:
            lacking.append((item.id, str(error)))
    for name, reason in lacking[:SHOWN]:
        yield _missing(f"cassette {name}", reason, RECORD)
    if len(lacking) > SHOWN:
        yield _missing("cassettes", f"{len(lacking) - SHOWN} more are missing", RECORD)
    if not lacking:
        yield _there("cassettes", f"one for each of {len(loaded)} scenarios")
        yield from _silent(project, [name for name, count in requests.items() if not count])


def _silent(project: CassetteProject, names: list[str]) -> Iterator[Prerequisite]:
    """Tell of targets that were recorded without a request, though one would have been seen."""
    configuration = project.configuration
    for name in names:
        if name in configuration.targets and project.holds_upstream(name):
            detail = "not seen: its cassettes hold calls and no request to a provider"
            repair = f"if it asks one: {_seen_by(name, configuration)}; then {RECORD_ANEW}"
            yield _optional(provider_of(name), detail, repair)


def _recorded(path: Path) -> int:
    """Return how many requests a cassette holds.

    Raises:
        CassetteError: it is not there, or no cassette.
        TornCassetteWarning: its end is missing.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", TornCassetteWarning)
            entries = load_entries(path)
    except CassetteError as error:
        raise CassetteError(f"{error}; delete the file first") from error
    except TornCassetteWarning as error:
        raise TornCassetteWarning(f"{error}; delete the file first") from error
    if entries is None:
        raise CassetteError(f"no file {path}")
    return len(entries)
