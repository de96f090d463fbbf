"""The catalogue's command line: one defect or style, over stdio."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import Any

import anyio
from mcp.server import MCPServer, Server

from servers.configuration import ConfigurationError
from servers.defects import REFERENCE
from servers.defects.catalogue import DEFECTS, STYLE_NAMES, made
from servers.stdio_lines import serve_stdio


def main() -> int:
    """Serve until the client leaves; return 0, or 2 for an unknown name or setting."""
    parser = argparse.ArgumentParser(prog="python -m servers.defects", description=__doc__)
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--defect", metavar="NAME", help="serve with this defect")
    chosen.add_argument("--style", metavar="NAME", help="serve correctly, in this style")
    chosen.add_argument("--list", action="store_true", help="print all names")
    options = parser.parse_args()
    if options.list:
        sys.stdout.write("\n".join((*STYLE_NAMES, *DEFECTS)) + "\n")
        return 0
    try:
        server, stages = made(options.defect or options.style or REFERENCE)
    except ConfigurationError as error:
        sys.stderr.write(f"servers.defects: {error}\n")
        return 2
    logging.disable()
    if stages is not None:
        stages.start()
    _serve(server)
    return 0


def _serve(server: Server[Any] | MCPServer) -> None:
    if isinstance(server, MCPServer):
        server.run("stdio")
    else:
        anyio.run(serve_stdio, server)


if __name__ == "__main__":
    raise SystemExit(main())
