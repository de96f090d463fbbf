"""`toolreel serve`: the MCP side of cassettes as a server."""

from __future__ import annotations

import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.client_configuration import CLIENTS, over_http, over_stdio, place

if TYPE_CHECKING:
    from harness.runner.serve import Served


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="NAME|CASSETTE…")
@click.option(
    "--http",
    "port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve Streamable HTTP at http://127.0.0.1:PORT/mcp instead of stdio.",
)
@click.option(
    "--on-miss",
    type=click.Choice(["error", "simulate"]),
    default="error",
    show_default=True,
    help="A call that no cassette has: an error that names the nearest, or an answer from the "
    "target itself with its provider simulated.",
)
@click.option(
    "--print-config",
    "client",
    type=click.Choice([*CLIENTS, "all"]),
    help="Print what a client's configuration needs to use this server, and stop.",
)
def command(sources: tuple[str, ...], port: int | None, on_miss: str, client: str | None) -> None:
    """Serve recorded calls to any MCP client, offline: a documented tool, a target, cassettes.

    \b
    Examples:
      toolreel serve grok --print-config cursor
      toolreel serve grok --on-miss simulate
      toolreel serve cassettes/mine --http 8080

    Clients of both protocol eras are served. What was served is told on stderr.

    \b
    Exit codes: 0, 2 usage or configuration, 3 no such cassette or no call in it,
    4 the target for --on-miss cannot be reached, 130 interrupted.
    """
    if client is not None:
        _print_configuration(client, sources, port, on_miss)
        return
    found = _served(sources, on_miss)
    import anyio

    logger = logging.getLogger("toolreel.serve")
    logger.addHandler(_handler())
    logger.setLevel(logging.INFO)
    click.echo(f"serving {len(found.played)} calls of {', '.join(found.played.tools)}", err=True)
    if port is not None or sys.stdin.isatty():
        _show_configurations(sources, port, on_miss)
    # Clients end a server so, with its stdin open, whose reading cannot be interrupted.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    anyio.run(partial(_serve, found, port, on_miss))


def _served(sources: tuple[str, ...], on_miss: str) -> Served:
    from harness.configuration import environment, load_configuration
    from harness.runner.serve import served

    found = served(sources, load_configuration(Path.cwd()), environment())
    if on_miss == "simulate":
        found.simulated()
    return found


def _print_configuration(
    client: str, sources: tuple[str, ...], port: int | None, on_miss: str
) -> None:
    _served(sources, on_miss)  # what cannot work is not told
    for name in CLIENTS if client == "all" else (client,):
        text = _configuration(name, sources, port, on_miss)
        if client == "all":
            click.echo(f"# {place(name)}")  # type: ignore[arg-type]
        click.echo(text)


def _show_configurations(sources: tuple[str, ...], port: int | None, on_miss: str) -> None:
    for name in CLIENTS:
        click.echo(f"\n{place(name)}:", err=True)
        click.echo(_configuration(name, sources, port, on_miss), err=True)
    click.echo("", err=True)


def _configuration(client: Any, sources: tuple[str, ...], port: int | None, on_miss: str) -> str:
    name = f"{Path(sources[0]).stem}-replay"
    words = [os.path.abspath(word) if Path(word).exists() else word for word in sources]
    more = ["--on-miss", on_miss] if on_miss != "error" else []
    command = [sys.executable, "-m", "harness.cli.main", "serve", *words, *more]
    if port:
        url = over_http(client, name, f"http://127.0.0.1:{port}/mcp")
        if url is not None:
            return url
    return over_stdio(client, name, command)


def _handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler


async def _serve(found: Served, port: int | None, on_miss: str) -> None:
    from harness.replay_server import create_replay_server
    from harness.runner.serve import simulated_target

    if on_miss == "error":
        await _listen(create_replay_server(found.played, name=f"{found.name}-replay"), port)
        return
    async with simulated_target(found.simulated(), found.root) as target:
        server = create_replay_server(found.played, target, name=f"{found.name}-replay")
        await _listen(server, port)


async def _listen(server: Any, port: int | None) -> None:
    if port is None:
        from mcp.server.stdio import stdio_server

        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())
        return
    import uvicorn

    app = server.streamable_http_app(host="127.0.0.1")
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")
    await uvicorn.Server(config).serve()
