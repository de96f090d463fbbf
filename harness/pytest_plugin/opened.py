"""What the fixtures open for a test: its cassette, clients, stand-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from harness import upstream_server, use_cassette
from harness.errors import UsageError
from harness.pytest_plugin.held_test import HeldTest
from harness.pytest_plugin.network_block import network_block, own_hosts
from harness.pytest_plugin.shared_session import SharedSession
from harness.pytest_plugin.short_traceback import without_own_frames
from harness.pytest_plugin.tool_client import ToolClient
from harness.runner.tool_calls import Behind, ToolCalls

if TYPE_CHECKING:
    from harness.cassette.used_cassette import UsedCassette
    from harness.upstream.running_upstream import RunningUpstream


@without_own_frames
def open_cassette(held: HeldTest, stack: ExitStack) -> UsedCassette:
    """Use the test's cassette for what httpx and httpx2 send, until `stack` is closed.

    Raises:
        UsageError: it is to be recorded from the simulator, or an option is none.
    """
    mode, repair = held.choices.record_mode, held.repair("live")
    if mode != "none" and held.choices.upstream == "simulate":
        raise UsageError(
            "toolreel_cassette records what the test itself sends, from the real provider: "
            "--toolreel-upstream live; the simulator answers at toolreel_upstream()"
        )
    path = held.claim("toolreel_cassette")
    used = _used(str(path), {**held.options, "record_mode": mode})
    cassette: UsedCassette = stack.enter_context(used)
    held.watch(lambda: cassette.misses, repair)
    if cassette.write_protected:
        stack.enter_context(network_block(repair, held.choices.allowed_hosts))
    return cassette


@contextmanager
def _used(path: str, options: Mapping[str, Any]) -> Iterator[UsedCassette]:
    with use_cassette(path, **options) as cassette:
        yield cassette
        # They have failed the test itself; its tear-down has nothing to add.
        cassette.misses.clear()


def recorded_clients(
    held: HeldTest, shared: SharedSession, stack: ExitStack
) -> Callable[..., ToolClient]:
    """Return what connects a client whose provider is the test's cassette."""

    @without_own_frames
    def connect(
        target: str, *, env: Mapping[str, str] | None = None, cassette: str | None = None
    ) -> ToolClient:
        if held.options:
            raise UsageError(
                f"the marker's option {next(iter(held.options))!r} is for what the test itself "
                "sends; a client takes the name only"
            )
        found = shared.target(target, env or {})
        mode, source = shared.options.record_mode, shared.session.source
        path = held.claim(f"the client of {found.name}", cassette)
        repair = held.repair(held.choices.upstream or "simulate")
        behind = Behind(path=path, mode=mode, source=source, repair=repair)
        calls = ToolCalls(shared.session, found, held.item.name, behind)
        stack.enter_context(_finished(calls))
        held.watch(lambda: calls.misses, repair)
        if mode != "none":
            return ToolClient(shared, calls)
        allowed = (*held.choices.allowed_hosts, *own_hosts(found))
        block = stack.enter_context(network_block(repair, allowed))
        return ToolClient(shared, calls, block.refused)

    return connect


@contextmanager
def _finished(calls: ToolCalls) -> Iterator[None]:
    is_complete = False
    try:
        yield
        is_complete = True
    finally:
        calls.finish(is_complete=is_complete)


def simulated_clients(shared: SharedSession) -> Callable[..., ToolClient]:
    """Return what connects a client whose provider is the simulator."""

    @without_own_frames
    def connect(target: str, *, env: Mapping[str, str] | None = None) -> ToolClient:
        found = shared.target(target, env or {})
        behind = Behind(mode="all", source=shared.simulator)
        return ToolClient(shared, ToolCalls(shared.session, found, found.name, behind))

    return connect


def upstreams(held: HeldTest, stack: ExitStack) -> Callable[..., RunningUpstream]:
    """Return what starts a stand-in that serves until `stack` is closed."""

    @without_own_frames
    def serve(*cassettes: Any, **options: Any) -> RunningUpstream:
        running: RunningUpstream = stack.enter_context(_served(cassettes, options))
        held.watch(lambda: running.misses, "toolreel upstream --mode record CASSETTE")
        return running

    return serve


@contextmanager
def _served(cassettes: tuple[Any, ...], options: Mapping[str, Any]) -> Iterator[RunningUpstream]:
    with upstream_server(*cassettes, **options) as running:
        yield running
        running.forget_misses()  # as in `_used`
