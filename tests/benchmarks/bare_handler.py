"""A bare Starlette handler under uvicorn: the same bytes for every request of a kind.

    python tests/benchmarks/bare_handler.py PORT FOLDER

FOLDER holds `plain.bin`, `stream.bin`, whose frames end with a blank line, and `heads.json`, the
header lines of both.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route


def main(port: int, folder: Path) -> None:
    plain = (folder / "plain.bin").read_bytes()
    frames = [
        frame + b"\n\n" for frame in (folder / "stream.bin").read_bytes().split(b"\n\n") if frame
    ]
    heads: dict[str, dict[str, str]] = json.loads((folder / "heads.json").read_text())

    async def parts() -> AsyncIterator[bytes]:
        for frame in frames:
            yield frame

    async def answer(request: Request) -> Response:
        if b'"stream":true' in await request.body():
            return StreamingResponse(parts(), headers=heads["stream"])
        return Response(plain, headers=heads["plain"])

    routes = [Route("/{path:path}", answer, methods=["POST"])]
    uvicorn.run(
        Starlette(routes=routes),
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
