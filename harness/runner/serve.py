"""What `toolreel serve` answers from: cassettes; on a miss, a target with a simulated provider."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from harness.cassette.cassette import Cassette
from harness.cassette.played_calls import PlayedCalls
from harness.cassette.redact import Redactor
from harness.cassette.store import load_mcp_side
from harness.configuration import Configuration
from harness.connect import connect
from harness.connection import Answer, Connection
from harness.documented.project import documented_configuration
from harness.errors import CassetteError, InvalidConfiguration, UsageError, did_you_mean
from harness.targets import UPSTREAM, InProcessTarget, Target, is_upstream_held
from harness.upstream.exchange import Source, Upstream
from harness.upstream.httpx_door import held
from harness.upstream.simulator_app import serve_simulator

CALL_SECONDS = 300.0
"""How long a call that nobody recorded may take."""


@dataclass(frozen=True)
class Served:
    """What is served, under which name, and the target behind it where one is known."""

    name: str
    played: PlayedCalls
    target: Target | None
    root: Path
    place: str = ""
    """File and line of the target."""

    def simulated(self) -> Target:
        """Return the target that answers what nobody recorded, with its provider simulated.

        Raises:
            UsageError: only cassettes were named.
            InvalidConfiguration: the target does not take its provider's address from us.
        """
        if self.target is None:
            raise UsageError(
                "--on-miss simulate needs a target that can answer: name one instead of its "
                "cassettes, toolreel serve grok"
            )
        if not is_upstream_held(self.target):
            raise InvalidConfiguration(
                self.place,
                f"--on-miss simulate: target {self.target.name!r} would ask its real provider, for "
                f"{UPSTREAM} is nowhere in it; add the setting that your server reads its "
                f'provider\'s address from: env = {{ BASE_URL = "{UPSTREAM}/api.openai.com/v1" }}',
            )
        return self.target


def served(
    words: Sequence[str], configuration: Configuration, environ: Mapping[str, str]
) -> Served:
    """Return what `words` name: cassette files and folders, a target, or a documented tool.

    Raises:
        CassetteError: there is no such cassette, or no call in it.
        UsageError: a word names neither; names the nearest.
    """
    documented = documented_configuration()
    folders: list[Path] = []
    target: Target | None = None
    root, place = configuration.root, ""
    for word in words:
        path = Path(word)
        if path.exists():
            folders.append(path)
            continue
        project = configuration if word in configuration.targets else documented
        if word not in project.targets or len(words) > 1:
            raise _unknown(word, configuration, documented)
        target, root = project.target(word, environ), project.root
        place = project.place_of(word, "env")
        folders.append(project.cassette_path(word, "any").parent)
    files = [file for folder in folders for file in _files(folder)]
    played = PlayedCalls(load_mcp_side(file) for file in files)
    if not len(played):
        raise CassetteError(
            f"{folders[0]}: no recorded call; record through MCP: "
            "toolreel run --record-mode all --upstream simulate"
        )
    return Served(words[0] if target else Path(words[0]).stem, played, target, root, place)


def _unknown(word: str, configuration: Configuration, documented: Configuration) -> UsageError:
    known = {**configuration.targets, **documented.targets}
    return UsageError(
        f"{word}: no such cassette or folder, and no target{did_you_mean(word, known)} "
        f"(targets, one at a time: {', '.join(sorted(known))})"
    )


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.rglob("*.yaml"))
    if not path.is_file():
        raise CassetteError(f"{path}: no such cassette")
    return [path]


class SimulatedTarget:
    """Answers what no cassette holds: the target itself, with simulators for its provider."""

    def __init__(self, connection: Connection, tools: list[dict[str, Any]], simulator: str) -> None:
        self.tools = tools
        self._connection = connection
        self._simulator = simulator
        self._turn = anyio.Lock()  # a connection makes its calls one after the other

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Answer:
        """Call the target."""
        async with self._turn:
            with _simulating(self._connection.target, self._simulator):
                return await self._connection.call(
                    tool, arguments, wants_progress=True, seconds=CALL_SECONDS
                )


@contextmanager
def _simulating(target: Target, simulator: str) -> Iterator[None]:
    """Let the simulator answer what a server in process asks; a process has its address."""
    if not isinstance(target, InProcessTarget):
        yield
        return
    upstream = Upstream(
        Cassette.of_entries("", None),
        mode="all",
        source=Source(simulator),
        redactor=Redactor({}),
        today=datetime.datetime.now(datetime.UTC).date(),
    )
    with held(upstream, simulator):
        yield


@asynccontextmanager
async def simulated_target(target: Target, root: Path) -> AsyncIterator[SimulatedTarget]:
    """Start `target` with its provider simulated, and give what asks it.

    Raises:
        TargetError: it cannot be reached.
    """
    async with serve_simulator() as base:
        with _simulating(target, base):  # a server may ask its provider while it is made
            async with connect(target, upstream=base, root=root) as connection:
                yield SimulatedTarget(connection, await connection.list_tools(), base)
