"""Opening a link to a target: in process, over stdio, or over Streamable HTTP."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server import MCPServer, Server, ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError

from harness import server_process
from harness.connection import Connection, patched_environ
from harness.errors import TargetError, TargetStartError, UsageError, did_you_mean
from harness.http_link import HttpLinkClient
from harness.link_failure import CONNECTION_CLOSED, LINK_MARK
from harness.loopback import is_loopback
from harness.server_process import ServerProcess
from harness.stdio_link import stdio_link
from harness.targets import (
    PORT,
    UPSTREAM,
    Era,
    HttpTarget,
    InProcessTarget,
    StdioTarget,
    Target,
    substitute,
    uses,
)

CONNECT_SECONDS = 30.0
"""How long a target has to answer for the first time."""
READ_SECONDS = 300.0
"""How long an HTTP target may keep a response stream open without sending anything."""
DISCOVER = "server/discover"
"""The first request of the era of 2026-07-28, which older servers do not know."""
_MODES: dict[Era, str] = {"auto": "auto", "modern": "2026-07-28", "handshake": "legacy"}


@asynccontextmanager
async def connect(
    target: Target, *, era: Era = "auto", upstream: str | None = None, root: Path
) -> AsyncIterator[Connection]:
    """Yield an open connection to `target`.

    `upstream` is the base URL that `{upstream}` stands for; `root` is the folder that commands
    start in and modules are found in.

    Raises:
        TargetError: the target cannot be reached, or does not speak MCP.
        UsageError: `module:attribute` names no MCP server, or `{upstream}` has no value here.
    """
    target = substitute(target, _values(target, upstream))
    raised: Exception | None = None
    async with AsyncExitStack() as stack:
        connection = await _connected(target, root, era, stack)
        try:
            yield connection
        except Exception as error:  # the task groups of the link would wrap it
            raised = error
    if raised is not None:
        raise raised


@asynccontextmanager
async def connect_leniently(
    target: Target, *, era: Era = "auto", upstream: str | None = None, root: Path
) -> AsyncIterator[Connection]:
    """Yield what `connect` does; tools are listed although something in them has a wrong type."""
    async with connect(target, era=era, upstream=upstream, root=root) as connection:
        connection.is_lenient = True
        yield connection


async def _connected(target: Target, root: Path, era: Era, stack: AsyncExitStack) -> Connection:
    """Return an open connection, which `stack` closes.

    A process that ends of `server/discover`, which only the newer era has, is started once more
    and spoken to in the older one.
    """
    try:
        return await _tried(target, root, era, stack)
    except TargetStartError as error:
        if era != "auto" or DISCOVER not in error.stderr:
            raise
    return await _tried(target, root, "handshake", stack)


async def _tried(target: Target, root: Path, era: Era, stack: AsyncExitStack) -> Connection:
    async with AsyncExitStack() as attempt:
        server, process = await _open(target, root, attempt)
        connection = Connection(target, process)
        client = client_of(server, connection, era)
        await _enter(client, target, process, attempt)
        connection.attach(client)
        stack.push_async_exit(attempt.pop_all())
    return connection


def client_of(server: Any, connection: Connection, era: Era) -> Client:
    """Return the SDK's client, not yet entered, that `connection` calls `server` with."""
    return Client(
        server,
        mode=_MODES[era],
        logging_callback=connection.take_log,
        log_level="info",
        read_timeout_seconds=CONNECT_SECONDS,
        cache=None,
    )


def _values(target: Target, upstream: str | None) -> dict[str, str]:
    values = {}
    if uses(target, UPSTREAM):
        if upstream is None:
            raise UsageError(f"target {target.name!r} uses {UPSTREAM}, but no stand-in is running")
        values[UPSTREAM] = upstream
    if uses(target, PORT):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            values[PORT] = str(free.getsockname()[1])
    return values


async def _open(
    target: Target, root: Path, stack: AsyncExitStack
) -> tuple[Any, ServerProcess | None]:
    """Return what the SDK's client connects to, and the process behind it if it is ours."""
    if isinstance(target, InProcessTarget):
        return await load_server(target, root), None
    if isinstance(target, StdioTarget):
        process = await stack.enter_async_context(_process(target, root, piped=True))
        return stdio_link(process), process
    process = None
    if target.command is not None:
        process = await stack.enter_async_context(_process(target, root, piped=False))
        await _wait_for_port(target, process)
    http = await stack.enter_async_context(
        HttpLinkClient(
            headers=target.headers,
            timeout=httpx2.Timeout(CONNECT_SECONDS, read=READ_SECONDS),
            trust_env=not is_loopback(urlsplit(target.url).hostname or ""),
        )
    )
    return streamable_http_client(target.url, http_client=http), process


def _process(target: StdioTarget | HttpTarget, root: Path, *, piped: bool) -> Any:
    folder = root / target.cwd if target.cwd else root
    return server_process.start(target.command or (), env=target.env, cwd=folder, piped=piped)


async def _wait_for_port(target: HttpTarget, process: ServerProcess) -> None:
    address = urlsplit(target.url)
    with anyio.move_on_after(CONNECT_SECONDS):
        while process.returncode is None:
            try:
                stream = await anyio.connect_tcp(address.hostname or "", address.port or 80)
            except OSError:
                await anyio.sleep(0.02)
                continue
            await stream.aclose()
            return
    raise await process.failure(f"nothing listens at {target.url}")


async def _enter(
    client: Client, target: Target, process: ServerProcess | None, stack: AsyncExitStack
) -> None:
    env: Mapping[str, str] = target.env if isinstance(target, InProcessTarget) else {}
    try:
        with patched_environ(env):
            await stack.enter_async_context(client)
    except Exception as error:  # whatever the handshake met, the target was not reached
        reason = _innermost(error)
        if process is not None:
            raise await process.failure(reason) from error
        raise TargetError(f"cannot reach {target.name}: {reason}") from error


def _innermost(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) or type(error).__name__


async def load_server(target: InProcessTarget, root: Path) -> Server[Any] | MCPServer:
    """Return the server object at `module:attribute`, calling it first when it is a function.

    Raises:
        UsageError: there is no such module or attribute, or it is no MCP server.
        TargetError: the module or the function raised.
    """
    module_name, _, attribute = target.server.partition(":")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    with patched_environ(target.env):
        found = _attribute(module_name, attribute)
        if callable(found) and not isinstance(found, Server | MCPServer):
            found = await _make(target, found)
    if not isinstance(found, Server | MCPServer):
        kind = type(found).__name__
        raise UsageError(
            f"{target.server} is a {kind}; it must be an mcp.server.Server or MCPServer, "
            "or a function without arguments that returns one"
        )
    _survive_exit(found)
    return found


def _survive_exit(server: Server[Any] | MCPServer) -> None:
    """Let a tool that calls `sys.exit` end its call, as it ends its process out of process."""
    lowlevel = server._lowlevel_server if isinstance(server, MCPServer) else server
    if _exit_to_error not in lowlevel.middleware:
        lowlevel.middleware.append(_exit_to_error)


async def _exit_to_error(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    try:
        return await call_next(ctx)
    except SystemExit as error:
        text = f"Connection closed: the server called sys.exit({error.code!r})"
        raise MCPError(CONNECTION_CLOSED, text, LINK_MARK) from error


def _attribute(module_name: str, attribute: str) -> Any:
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            hint = did_you_mean(error.name, _modules_beside(error.name), cutoff=0.8)
            raise UsageError(
                f"no module named {error.name!r}{hint} (target {module_name}): modules are found "
                "in the folder of the configuration and among what is installed"
            ) from error
        raise TargetError(f"importing {module_name} failed: {error}") from error
    except Exception as error:
        raise TargetError(f"importing {module_name} failed: {_describe(error)}") from error
    if not hasattr(module, attribute):
        hint = did_you_mean(attribute, vars(module))
        raise UsageError(f"module {module_name!r} has no attribute {attribute!r}{hint}")
    return getattr(module, attribute)


def _modules_beside(name: str) -> list[str]:
    """Return the full names of the modules that stand where `name` was looked for."""
    package = name.rpartition(".")[0]
    places = sys.modules[package].__path__ if package in sys.modules else None
    prefix = f"{package}." if package else ""
    return [f"{prefix}{found.name}" for found in pkgutil.iter_modules(places)]


async def _make(target: InProcessTarget, function: Any) -> Any:
    try:
        made = function()
        return await made if inspect.isawaitable(made) else made
    except (Exception, SystemExit) as error:
        raise TargetError(f"{target.server}() failed: {_describe(error)}") from error


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
