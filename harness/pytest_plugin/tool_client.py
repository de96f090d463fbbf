"""The client that a test calls the tools of a target with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from harness.errors import CassetteError
from harness.pytest_plugin.shared_session import SharedSession
from harness.pytest_plugin.short_traceback import without_own_frames
from harness.records.call import ToolCall
from harness.runner.tool_calls import ToolCalls


class ToolClient:
    """Connected to one target; calls are made one by one, from tests of any kind."""

    def __init__(
        self, shared: SharedSession, calls: ToolCalls, refused: Sequence[str] = ()
    ) -> None:
        self._shared, self._calls, self._refused = shared, calls, refused

    @property
    @without_own_frames
    def tools(self) -> dict[str, dict[str, Any]]:
        """The definitions of the tools as on the wire, by their names.

        Raises:
            TargetError: the target cannot be reached, or does not list its tools.
        """
        return {tool["name"]: tool for tool in self._shared.run(self._calls.list_tools)}

    def call(self, tool: str, /, **arguments: Any) -> ToolCall:
        """Call `tool` and return the record: `.outcome`, `.interactions`, `.progress` and more.

        Raises as `call_tool` does.
        """
        __tracebackhide__ = True
        return self.call_tool(tool, arguments)

    @without_own_frames
    def call_tool(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        *,
        progress: bool = False,
        timeout: float = 30.0,
        fault: str | None = None,
        unlisted: bool = False,
    ) -> ToolCall:
        """Call `tool` with arguments of any names.

        Args:
            tool: its name.
            arguments: what it is called with.
            progress: whether the call asks for progress notifications.
            timeout: seconds until the call counts as `timeout`.
            fault: what the simulator does to the call's upstream requests, `"429; nth=1"`; in a
                replay the recorded answer counts.
            unlisted: call the tool although the target does not list it.

        Raises:
            CassetteError: the cassette lacks an answer that the server asked for, or it went past
                the cassette.
            TargetError: the target cannot be reached.
            UsageError: the target lists no such tool, or the fault is none.
        """
        call = partial(
            self._calls.call,
            progress=progress,
            seconds=timeout,
            fault=fault,
            unlisted=unlisted,
        )
        record: ToolCall = self._shared.run(call, tool, arguments)
        if self._refused:
            # The server's answer to a refused connection says nothing about the server.
            raise CassetteError(self._refused[-1])
        return record
