"""Servers of the catalogue that share their imports: each is a fork of one process.

A campaign of thousands of audits over stdio would spend most of its time importing the SDK. The
command of a target is a relay, which leads its stdin and stdout to the fork.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
from mcp import Client

from servers.defects import REFERENCE
from servers.defects.__main__ import main
from servers.defects.catalogue import made

RELAY = """
import json, os, socket, sys, threading
link = socket.socket(socket.AF_UNIX)
link.connect(sys.argv[1])
link.sendall(json.dumps([sys.argv[2:], dict(os.environ)]).encode() + b"\\n")
def lead():
    while piece := os.read(0, 65536):
        link.sendall(piece)
    link.shutdown(socket.SHUT_WR)
threading.Thread(target=lead, daemon=True).start()
while piece := link.recv(65536):
    while piece:
        piece = piece[os.write(1, piece):]
os._exit(0)
"""
"""Python: tells its arguments and environment first, then passes bytes on in both directions."""
READY = b"ready\n"


@contextmanager
def forking(folder: Path) -> Iterator[tuple[str, ...]]:
    """Yield the command of a target, to which the arguments of `servers.defects` are added."""
    place = str(folder / "forks")
    command = (sys.executable, "-m", "tests.audit.forked_server", place)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == READY
        try:
            yield (sys.executable, "-I", "-S", "-c", RELAY, place)
        finally:
            process.terminate()


async def _warm_up() -> None:
    """Have built what the SDK builds at its first message."""
    server, _ = made(REFERENCE)
    async with Client(server) as client:
        await client.list_tools()
        await client.call_tool("create_chat_completion", {})


def _serve(place: str) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen()
        os.write(1, READY)
        while True:
            link, _ = listener.accept()
            if os.fork() == 0:
                _become_server(link)
            link.close()


def _become_server(link: socket.socket) -> None:
    line = b""
    while not line.endswith(b"\n"):
        line += link.recv(1)
    arguments, environment = json.loads(line)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = arguments
    for descriptor in (0, 1):
        os.dup2(link.fileno(), descriptor)
    link.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = 1
    try:
        code = main()
    finally:
        os._exit(code)


if __name__ == "__main__":
    anyio.run(_warm_up)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _serve(sys.argv[1])
