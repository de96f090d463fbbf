"""The command line of a server: stdio by default, Streamable HTTP with `--http`."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any

import anyio
import uvicorn
from mcp.server import Server
from mcp.server.transport_security import TransportSecuritySettings

from servers.configuration import ConfigurationError
from servers.stdio_lines import serve_stdio

LARGEST_REQUEST = 32 * 1024 * 1024
"""Bytes of an HTTP request: Anthropic's own limit, so that images in messages fit."""

CreateServer = Callable[[Mapping[str, str] | None], Server[Any]]


def main(create_server: CreateServer, module: str, arguments: list[str] | None = None) -> int:
    """Run a server until its client leaves or it is interrupted; return the exit code.

    Standard output carries the protocol only; everything else goes to standard error.

    Args:
        create_server: makes the server from the environment.
        module: what `python -m` was called with, for the usage text.
        arguments: the command line, by default the process's.

    Returns:
        0 after a normal end, 2 for an unusable configuration or address, 130 after Ctrl-C.
    """
    options = _options(module, arguments)
    try:
        _log_to_stderr(os.environ.get("LOG_LEVEL") or "INFO")
        server = create_server(None)
        if options.http is None:
            anyio.run(serve_stdio, server)
        else:
            _serve_http(server, options.host, options.http)
    except (ConfigurationError, OSError) as error:
        sys.stderr.write(f"{module}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _options(module: str, arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description="An MCP server.")
    parser.add_argument("--http", type=int, metavar="PORT", help="serve HTTP on /mcp, not stdio")
    parser.add_argument("--host", default="127.0.0.1", help="address for --http (%(default)s)")
    parser.add_argument(
        "--allow-remote",
        action="store_true",
        help="allow a --host that other machines can reach; there is no authentication",
    )
    options = parser.parse_args(arguments)
    if options.http is not None and not 0 <= options.http <= 65535:
        parser.error("--http must be a port from 0 to 65535")
    if not (_is_loopback(options.host) or options.allow_remote):
        parser.error(f"--host {options.host} is not a loopback address; add --allow-remote")
    return options


def _log_to_stderr(level: str) -> None:
    # Only this package follows LOG_LEVEL: the SDK and httpx log bodies and URLs when they talk.
    line = "%(levelname)s %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=line)
    try:
        logging.getLogger("servers").setLevel(level.strip().upper())
    except ValueError:
        raise ConfigurationError("LOG_LEVEL", f"is not a level: {level}") from None


def _serve_http(server: Server[Any], host: str, port: int) -> None:
    app = server.streamable_http_app(
        host=host,
        max_request_body_size=LARGEST_REQUEST,
        transport_security=_transport_security(host),
    )
    with _listener(host, port) as listener:
        bound = listener.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        sys.stderr.write(f"listening on http://{name}:{bound}/mcp\n")
        config = uvicorn.Config(
            app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=3
        )
        uvicorn.Server(config).run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    # Named as TCP: of a socket without that asyncio leaves Nagle's algorithm on, and the body of
    # an answer waits up to 40 ms for the acknowledgement of its head.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listener.detach())


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _transport_security(host: str) -> TransportSecuritySettings:
    """Accept only local names on a loopback address, against DNS rebinding.

    A remote address has names that the server cannot know, so there nothing is checked.
    """
    if not _is_loopback(host):
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    names = {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host}
    return TransportSecuritySettings(
        allowed_hosts=[f"{name}:*" for name in sorted(names)],
        allowed_origins=[f"http://{name}:*" for name in sorted(names)],
    )
