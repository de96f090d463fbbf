"""`upstream_server`: the stand-in as a context manager, for programs and tests.

Importing this costs little; what a server needs is imported when the first one is entered.
"""

from __future__ import annotations

from contextlib import AsyncExitStack, ExitStack
from typing import TYPE_CHECKING, Any

from harness.upstream.upstream_options import UpstreamOptions, upstream_options

if TYPE_CHECKING:
    from harness.upstream.running_upstream import RunningUpstream


def upstream_server(*cassettes: Any, **options: Any) -> UpstreamServer:
    """Stand in for the providers on loopback; `with` and `async with` give a `RunningUpstream`.

    Programs in any language ask it with `server.env` in their environment, or at
    `server.url_for("https://api.openai.com/v1")`. A request that no cassette answers gets status
    418 and a description of the nearest one, and leaving the block raises `CassetteMiss`, since
    the program may have swallowed it; `server.forget_misses()` prevents that.

    Args:
        *cassettes: files, or folders with all `*.yaml` in them.
        **options: `mode` ("replay" with cassettes, "simulate" without; "record" into the one
            cassette), `record_mode` ("new_episodes", "once", "all"), `upstream` (record from:
            "live", "simulate"), `faults` (texts as `--fault` takes them), `seed` (of the faults),
            `pace` ("instant", "recorded" or a factor of the waiting times), `port` (0: any),
            `host`, `allow_non_loopback`, `allow_hosts` (names in `Host`, beside loopback), `log`
            (a file for one JSON line a request, "-" for stderr), `redaction` and `secrets` as at
            `use_cassette`.

    Raises:
        UsageError: an option is unknown or has an impossible value.
    """
    return UpstreamServer(upstream_options(cassettes, options))


class UpstreamServer:
    """One way to stand in; each `with` starts it anew."""

    def __init__(self, options: UpstreamOptions) -> None:
        self._options = options
        self._left = ExitStack()
        self._left_async = AsyncExitStack()
        self._running: RunningUpstream | None = None

    def __enter__(self) -> RunningUpstream:
        from anyio.from_thread import start_blocking_portal

        from harness.upstream.running_upstream import serve_upstream

        with ExitStack() as stack:
            portal = stack.enter_context(start_blocking_portal())
            served = portal.wrap_async_context_manager(serve_upstream(self._options))
            self._running = stack.enter_context(served)
            self._left = stack.pop_all()
        return self._running

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self._left.close()
        self._raise_misses(error)

    async def __aenter__(self) -> RunningUpstream:
        from harness.upstream.running_upstream import serve_upstream

        async with AsyncExitStack() as stack:
            self._running = await stack.enter_async_context(serve_upstream(self._options))
            self._left_async = stack.pop_all()
        return self._running

    async def __aexit__(
        self, _kind: object, error: BaseException | None, _traceback: object
    ) -> None:
        await self._left_async.aclose()
        self._raise_misses(error)

    def _raise_misses(self, error: BaseException | None) -> None:
        from harness.cassette.cassette_miss import CassetteMiss
        from harness.upstream.miss_reply import record_command

        misses = self._running.misses if self._running is not None else []
        if not misses or isinstance(error, CassetteMiss):
            return
        if error is None or isinstance(error, Exception):
            raise CassetteMiss(misses, record_command(misses[0])) from error
