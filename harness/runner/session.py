"""What the scenarios of one run share: connections, the stand-in, where cassettes are."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from harness.configuration import Configuration
from harness.connect import connect
from harness.connection_pool import Connect, ConnectionPool
from harness.errors import UsageError
from harness.runner.options import RunOptions
from harness.upstream.exchange import Source
from harness.upstream.standin import StandIn, serve_standin


@dataclass
class Session:
    """The shared parts; `source` is None while nothing is recorded."""

    configuration: Configuration
    options: RunOptions
    pool: ConnectionPool
    standin: StandIn
    standin_base: str
    """The base URL of the stand-in."""
    source: Source | None
    today: datetime.date


@asynccontextmanager
async def open_session(
    configuration: Configuration, options: RunOptions, *, connect: Connect = connect
) -> AsyncIterator[Session]:
    """Start what a run needs and stop it at the end; `connect` opens the links to the targets.

    Raises:
        UsageError: the port for the stand-in is taken.
    """
    async with AsyncExitStack() as stack:
        source = None
        if options.upstream == "simulate":
            # Replay, the usual case, starts 80 ms sooner without the simulators.
            from harness.upstream.simulator_app import serve_simulator

            source = Source(await stack.enter_async_context(serve_simulator()))
        elif options.upstream == "live":
            source = Source()
        try:
            base, standin = await stack.enter_async_context(serve_standin(options.upstream_port))
        except OSError as error:
            raise UsageError(f"--upstream-port {options.upstream_port}: {error}") from error
        pool = await stack.enter_async_context(
            ConnectionPool(era=options.era, upstream=base, root=configuration.root, connect=connect)
        )
        today = datetime.datetime.now(datetime.UTC).date()
        yield Session(configuration, options, pool, standin, base, source, today)
