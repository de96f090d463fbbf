"""An open link to a target: list its tools, call them, and put each answer on its plane."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import httpx2
import mcp_types as types
from mcp import Client
from mcp.shared.dispatcher import ProgressFnT
from mcp.shared.exceptions import MCPError
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from harness.errors import TargetError
from harness.link_failure import is_link_failure
from harness.loop_watch import WATCH
from harness.raw_listing import Page, raw_page, usable_tool
from harness.records.call import BROKEN_RESULT, Log, Outcome, Progress
from harness.server_process import ServerProcess
from harness.targets import InProcessTarget, Target

EXIT_SECONDS = 0.5
"""How long a process whose link broke has to end, so that its exit code can be told."""

# Raw, because the SDK's own model would drop what it does not know; the SDK's type variable
# admits models only, its code any adapter.
_RAW_RESULT: Any = TypeAdapter(dict[str, Any])

LISTING_SECONDS = 60.0
"""How long a server in process may block the loop while it lists its tools."""
MOST_TOOLS = 10_000
"""A server that lists more does not end its list."""


@dataclass
class Answer:
    """What one call brought: the outcome, the notifications in order, the time in seconds."""

    outcome: Outcome
    progress: list[Progress] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    seconds: float = 0.0


class Connection:
    """An open link to a target. Calls are made one after the other.

    Attributes:
        is_lenient: whether tools are listed although something in them has a wrong type.
    """

    def __init__(self, target: Target, process: ServerProcess | None) -> None:
        self.target = target
        self._process = process
        self._client: Client | None = None
        self._logs: list[Log] = []
        self.is_lenient = False

    def attach(self, client: Client) -> None:
        """Use `client`, which has been entered."""
        self._client = client

    @property
    def client(self) -> Client:
        """The SDK's client."""
        assert self._client is not None, "the connection is not open"
        return self._client

    @property
    def protocol(self) -> str:
        """The negotiated protocol revision."""
        return self.client.protocol_version

    def take_stray(self) -> list[str]:
        """Return what the server's process printed to stdout besides the protocol since then."""
        return [] if self._process is None else self._process.take_stray()

    def take_renumbered(self) -> list[str]:
        """Return the ids that the server's process gave back as texts since then."""
        return [] if self._process is None else self._process.take_renumbered()

    async def take_log(self, params: types.LoggingMessageNotificationParams) -> None:
        """Keep a log notification for the call that is under way."""
        self._logs.append(Log(level=params.level, logger=params.logger, data=params.data))

    async def list_tools(self) -> list[dict[str, Any]]:
        """Return every tool definition as on the wire, over all pages.

        Raises:
            TargetError: the server does not answer `tools/list`.
        """
        try:
            try:
                return await self._all_pages(self._page)
            except ValidationError:
                if not self.is_lenient:
                    raise
            return [usable_tool(tool, self.protocol) for tool in await self.raw_tools()]
        except ValidationError as error:
            raise await self._unlisted(error) from error

    async def raw_tools(self) -> list[dict[str, Any]]:
        """Return every tool definition as it came, whatever is in it, over all pages.

        Raises:
            TargetError: the server does not answer `tools/list`, or not with named tools.
        """
        return await self._all_pages(self._raw_page)

    async def _raw_page(self, cursor: str | None) -> Page:
        return await raw_page(self.client, cursor, seconds=LISTING_SECONDS)

    async def _page(self, cursor: str | None) -> Page:
        page = await self.client.list_tools(cursor=cursor)
        tools = [
            tool.model_dump(by_alias=True, mode="json", exclude_none=True) for tool in page.tools
        ]
        return tools, page.next_cursor

    async def _all_pages(
        self, page: Callable[[str | None], Awaitable[Page]]
    ) -> list[dict[str, Any]]:
        tools: list[dict[str, Any]] = []
        cursor: str | None = None
        with self._in_process(LISTING_SECONDS):
            while True:
                try:
                    found, following = await page(cursor)
                except MCPError as error:
                    raise await self._unlisted(error) from error
                tools += found
                if following is None:
                    return tools
                if following == cursor or len(tools) > MOST_TOOLS:
                    name = self.target.name
                    raise TargetError(f"{name}: tools/list does not end: {cursor!r} comes again")
                cursor = following

    async def _unlisted(self, error: Exception) -> TargetError:
        reason = f"{self.target.name}: tools/list failed: {error}"
        # Revision 2026-07-28 has no handshake: a process that ended at once is noticed here.
        if self._process is not None and await self._process.has_ended(EXIT_SECONDS):
            return await self._process.failure(reason)
        return TargetError(reason)

    async def call(
        self, tool: str, arguments: Mapping[str, Any], *, wants_progress: bool, seconds: float
    ) -> Answer:
        """Call `tool` and return its answer, whatever plane it is on; `seconds` is the limit."""
        answer = Answer(Outcome(plane="timeout"))
        self._logs = answer.logs

        async def take_progress(progress: float, total: float | None, message: str | None) -> None:
            answer.progress.append(Progress(progress=progress, total=total, message=message))

        started = time.perf_counter()
        blocked = WATCH.times
        with self._in_process(seconds), anyio.move_on_after(seconds) as scope:
            answer.outcome = await self._outcome(
                tool, arguments, take_progress if wants_progress else None, seconds
            )
        answer.seconds = time.perf_counter() - started
        # A call that cannot be cancelled, as one in a thread, ends later and counts as late.
        if scope.cancel_called or WATCH.times > blocked:
            why = ": the event loop was blocked" if WATCH.times > blocked else ""
            answer.outcome = Outcome(
                plane="timeout", message=f"no answer within {seconds:g} s{why}"
            )
        return answer

    async def _outcome(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        on_progress: ProgressFnT | None,
        seconds: float,
    ) -> Outcome:
        params = types.CallToolRequestParams(name=tool, arguments=dict(arguments))
        try:
            raw = await self.client.session.send_request(
                types.CallToolRequest(params=params),
                _RAW_RESULT,
                # Longer than our own limit, so that a time-out is always told by `call`.
                request_read_timeout_seconds=seconds + 60,
                progress_callback=on_progress,
            )
        except MCPError as error:
            return await self._error_outcome(error)
        except ValidationError as error:
            first = error.errors()[0]
            place = "/".join(str(part) for part in first["loc"])
            message = f"{BROKEN_RESULT}: {place}: {first['msg']}"
            return Outcome(plane="protocol_error", message=message)
        except (PydanticSerializationError, UnicodeEncodeError) as error:
            message = f"the SDK's client cannot send these arguments: {error}"
            return Outcome(plane="transport_error", message=message)
        except SystemExit as error:
            message = f"the server's tool called sys.exit({error.code!r})"
            return Outcome(plane="transport_error", message=message)
        except (httpx2.HTTPError, OSError, anyio.ClosedResourceError) as error:
            return Outcome(plane="transport_error", message=_reason(error))
        return result_outcome(raw)

    async def _error_outcome(self, error: MCPError) -> Outcome:
        if is_link_failure(self.target, error.code, error.message, error.data):
            message = error.message
            process = self._process
            if process is not None and await process.has_ended(EXIT_SECONDS):
                message += f"; the server's process ended with {process.returncode}"
            return Outcome(plane="transport_error", message=message)
        return Outcome(
            plane="protocol_error", code=error.code, message=error.message, data=error.data
        )

    @contextmanager
    def _in_process(self, seconds: float) -> Iterator[None]:
        """Let a server in process see its own environment, and end what blocks the loop."""
        if not isinstance(self.target, InProcessTarget):
            yield
            return
        with patched_environ(self.target.env), WATCH.call(seconds):
            yield


def result_outcome(raw: Mapping[str, Any]) -> Outcome:
    """Return the outcome of a `tools/call` result as it came over the wire."""
    if raw.get("resultType") == "input_required":
        message = "the server asks for input before it answers; toolreel gives none"
        return Outcome(plane="protocol_error", message=message, data=dict(raw))
    return Outcome(
        plane="tool_error" if raw.get("isError") else "result",
        content=raw.get("content") or [],
        structured=raw.get("structuredContent"),
        meta={key: value for key, value in (raw.get("_meta") or {}).items() if _is_own(key)},
    )


def _is_own(meta_key: str) -> bool:
    """Tell the server's own `_meta` from the stamp that revision 2026-07-28 puts on each result."""
    return not meta_key.startswith("io.modelcontextprotocol/")


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__


@contextmanager
def patched_environ(env: Mapping[str, str]) -> Iterator[None]:
    """Lay `env` over this process's environment for a while."""
    before = {name: os.environ.get(name) for name in env}
    os.environ.update(env)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
