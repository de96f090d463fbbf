"""Connections that outlive a scenario, so that a server is started once for a run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import anyio
from anyio.abc import TaskGroup, TaskStatus

from harness.connect import connect
from harness.connection import Connection
from harness.errors import HarnessError
from harness.targets import Era, Target

Connect = Callable[..., AbstractAsyncContextManager[Connection]]
"""Opens a link as `harness.connect.connect` does, and takes what that takes."""


@dataclass
class _Held:
    connection: Connection
    close: anyio.Event
    closed: anyio.Event
    tools: list[dict[str, Any]]


class ConnectionPool:
    """Opens each target once. A link must be closed in the task that opened it, hence a task each.

    Use as an async context manager; at its end every connection is closed. `connect` may lay
    something between client and target.
    """

    def __init__(
        self, *, era: Era, upstream: str | None, root: Path, connect: Connect = connect
    ) -> None:
        self._era, self._upstream, self._root = era, upstream, root
        self._connect = connect
        self._held: dict[str, _Held] = {}
        self._failed: dict[str, HarnessError] = {}
        self._tasks: TaskGroup

    async def __aenter__(self) -> ConnectionPool:
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        for held in self._held.values():
            held.close.set()
        return await self._tasks.__aexit__(kind, error, traceback)

    async def get(self, target: Target) -> tuple[Connection, list[dict[str, Any]]]:
        """Return the connection to `target` and its tool definitions.

        Raises:
            TargetError: the target cannot be reached or does not list its tools.
        """
        key = target.model_dump_json()
        if key in self._failed:
            raise self._failed[key]
        if key not in self._held:
            try:
                self._held[key] = await self._tasks.start(self._hold, target)
            except HarnessError as error:
                self._failed[key] = error  # it is not started again for each scenario
                raise
        held = self._held[key]
        return held.connection, held.tools

    async def drop(self, target: Target) -> None:
        """Close the connection to `target`; the next `get` opens a new one."""
        held = self._held.pop(target.model_dump_json(), None)
        if held is not None:
            held.close.set()
            await held.closed.wait()

    def forget_failure(self, target: Target) -> None:
        """Let the next `get` start a target again that could not be reached."""
        self._failed.pop(target.model_dump_json(), None)

    async def _hold(self, target: Target, *, task_status: TaskStatus[_Held]) -> None:
        closed = anyio.Event()
        try:
            async with self._connect(
                target, era=self._era, upstream=self._upstream, root=self._root
            ) as connection:
                tools = await connection.list_tools()
                held = _Held(connection, anyio.Event(), closed, tools)
                task_status.started(held)
                await held.close.wait()
        finally:
            closed.set()
