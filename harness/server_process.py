"""A server under test as a child process: its streams, its exit code, the end of its stderr."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO

import anyio
from anyio.abc import Process
from mcp.client.stdio import get_default_environment

from harness.errors import TargetStartError, did_you_mean

MOST_STRAY = 20
"""Lines of stdout that are kept although they are no messages; a server may print without end."""
STDERR_TAIL = 4_000
"""Bytes of stderr that a message quotes from."""
SHOWN = 80
"""Bytes of a line that a message quotes."""
_USUAL_PROGRAMS = ("python", "python3", "uv", "uvx", "node", "npx", "npm", "tsx", "deno", "bun")
STOP_SECONDS = 2.0
"""How long the process has to end by itself, and again after SIGTERM, before it is killed.
The MCP stdio shutdown sequence: close stdin, wait, SIGTERM, SIGKILL."""


class ServerProcess:
    """A running server; stderr goes to a file that is gone with the process."""

    def __init__(self, process: Process, command: str, stderr: IO[bytes]) -> None:
        self.process = process
        self.command = command
        self._stderr = stderr
        self.heard = b""
        """The first line of its stdout."""
        self.has_spoken = False
        """Whether a line of its stdout was a message of the protocol."""
        self._stray: list[str] = []
        self._asked: set[int | str] = set()
        self._renumbered: list[str] = []

    def ask(self, number: int | str) -> None:
        """Remember the id of a request that is sent to it."""
        self._asked.add(number)

    def answer(self, number: int | str | None) -> None:
        """Look at the id of a response: a text for a number is told by `take_renumbered`.

        JSON-RPC 2.0 §5: it MUST be the same as the value of the id in the request.
        """
        if not isinstance(number, str) or number in self._asked:
            return
        if number in map(str, self._asked) and len(self._renumbered) < MOST_STRAY:
            self._renumbered.append(number)

    def take_renumbered(self) -> list[str]:
        """Return the first ids since the last time that came back as texts."""
        taken, self._renumbered = self._renumbered, []
        return taken

    def hear(self, line: bytes, *, is_message: bool) -> None:
        """Remember a line of stdout; one that is no message is told by `take_stray`."""
        self.heard = self.heard or line
        self.has_spoken |= is_message
        text = line.decode("utf-8", errors="replace").strip()
        if text and not is_message and len(self._stray) < MOST_STRAY:
            self._stray.append(text)

    def take_stray(self) -> list[str]:
        """Return the first lines since the last time that were no messages, without their ends."""
        taken, self._stray = self._stray, []
        return taken

    @property
    def returncode(self) -> int | None:
        """The exit code, None while it runs."""
        return self.process.returncode

    def stderr_tail(self) -> str:
        """Return the last of what the process wrote to stderr."""
        size = os.fstat(self._stderr.fileno()).st_size
        tail = os.pread(self._stderr.fileno(), STDERR_TAIL, max(0, size - STDERR_TAIL))
        return tail.decode("utf-8", errors="replace")

    async def failure(self, reason: str) -> TargetStartError:
        """Return the error that tells why the server did not start; waits briefly for its end."""
        await self.has_ended(STOP_SECONDS)
        return TargetStartError(
            self.command,
            f"{reason}{self._silence()}",
            returncode=self.returncode,
            stderr=self.stderr_tail(),
        )

    def _silence(self) -> str:
        """Say what came in place of the protocol, when nothing of it came."""
        if self.has_spoken:
            return ""
        if not self.heard:
            return "; it wrote no line to its stdout"
        shown = self.heard[:SHOWN].decode("utf-8", errors="replace").strip()
        return f"; the first line of its stdout is no JSON-RPC message: {shown!r}"

    async def stop(self) -> None:
        """End the process: close stdin, then SIGTERM, then SIGKILL, each after a bounded wait."""
        if self.process.stdin is not None:
            with suppress(OSError, anyio.ClosedResourceError, anyio.BrokenResourceError):
                await self.process.stdin.aclose()
            if await self.has_ended(STOP_SECONDS):
                return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            if await self.has_ended(STOP_SECONDS):
                return

    async def has_ended(self, seconds: float) -> bool:
        """Tell whether the process ends within `seconds`; its streams close before it does."""
        with anyio.move_on_after(seconds, shield=True):
            await self.process.wait()
        return self.returncode is not None


@asynccontextmanager
async def start(
    command: Sequence[str], *, env: Mapping[str, str], cwd: Path, piped: bool
) -> AsyncIterator[ServerProcess]:
    """Start `command` without a shell and stop it at the end.

    The child gets the variables that MCP clients let through (`PATH`, `HOME` and the like) and
    `env`. With `piped`, stdin and stdout are pipes; else both are closed to it.

    Raises:
        TargetStartError: there is no such program, or it may not be run.
    """
    shown = shlex.join(command)
    with tempfile.TemporaryFile() as stderr:
        try:
            process = await anyio.open_process(
                list(command),
                stdin=PIPE if piped else DEVNULL,
                stdout=PIPE if piped else DEVNULL,
                stderr=stderr,
                env={**get_default_environment(), **env},
                cwd=cwd,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise TargetStartError(shown, _not_started(command, cwd, error)) from error
        server = ServerProcess(process, shown, stderr)
        try:
            yield server
        finally:
            with anyio.CancelScope(shield=True):
                await server.stop()
                await process.aclose()


def _not_started(command: Sequence[str], cwd: Path, error: Exception) -> str:
    """Say why; of a program that is nowhere, which one that is there has nearly its name."""
    if not cwd.is_dir() or not isinstance(error, FileNotFoundError) or "/" in command[0]:
        return str(error)
    there = [name for name in _USUAL_PROGRAMS if shutil.which(name)]
    return f"no program {command[0]!r} on the PATH{did_you_mean(command[0], there)}"
