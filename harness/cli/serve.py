"""`toolreel serve`: the MCP side of cassettes as a server."""

from __future__ import annotations

import logging
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from harness.errors import CassetteError


@click.command()
@click.argument("cassettes", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--http",
    "port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve Streamable HTTP at http://127.0.0.1:PORT/mcp instead of stdio.",
)
def command(cassettes: tuple[Path, ...], port: int | None) -> None:
    """Serve the MCP side of cassettes (files or folders) to any MCP client.

    \b
    Example: answer a client from every recording of one server, over stdio:
      toolreel serve cassettes/grok

    A call that was not recorded is a JSON-RPC error that names the nearest recorded one. What was
    served is told on stderr.
    """
    import anyio

    from harness.cassette.played_calls import PlayedCalls
    from harness.cassette.store import load_mcp_side
    from harness.replay_server import create_replay_server

    files = [file for path in cassettes for file in _files(path)]
    played = PlayedCalls(load_mcp_side(file) for file in files)
    if not len(played):
        raise CassetteError(
            f"{cassettes[0]}: no recorded call; record through MCP: toolreel run --record-mode all"
        )
    logging.getLogger("toolreel.serve").addHandler(_handler())
    logging.getLogger("toolreel.serve").setLevel(logging.INFO)
    click.echo(f"serving {len(played)} calls of {', '.join(played.tools)}", err=True)
    anyio.run(partial(_serve, create_replay_server(played), port))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.rglob("*.yaml"))
    if not path.is_file():
        raise CassetteError(f"{path}: no such cassette")
    return [path]


def _handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler


async def _serve(server: Any, port: int | None) -> None:
    if port is None:
        from mcp.server.stdio import stdio_server

        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())
        return
    import uvicorn

    app = server.streamable_http_app(host="127.0.0.1")
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")
    await uvicorn.Server(config).serve()
