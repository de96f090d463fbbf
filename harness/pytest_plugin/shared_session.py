"""What the tests of one pytest run share: an event loop beside them, connections, the stand-in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from harness.configuration import Configuration, environment, load_configuration
from harness.errors import CassetteError
from harness.pytest_plugin.network_block import network_block, own_hosts
from harness.pytest_plugin.options import Choices
from harness.records.results import ScenarioResult
from harness.runner.audit_target import audit_target
from harness.runner.command_line import record_command
from harness.runner.options import RunOptions, resolve_target
from harness.runner.scenario import run_scenario
from harness.runner.session import Session, open_session
from harness.scenario.loader import LoadedScenario
from harness.targets import Target
from harness.upstream.exchange import Source
from harness.upstream.holding import holding
from harness.upstream.simulator_app import serve_simulator
from harness.upstream.upstream_options import pace_of


class SharedSession:
    """Started piece by piece, as tests need it; `close` ends all of it.

    The loop has a thread of its own, so that tests of any kind can wait for it, those that have a
    running loop themselves among them.
    """

    def __init__(self, config: pytest.Config, choices: Choices) -> None:
        self.choices = choices
        self.configuration = _configuration(config)
        self._stack = ExitStack()
        self._lock = threading.RLock()

    @cached_property
    def options(self) -> RunOptions:
        """The choices as the runner has them."""
        record: dict[str, Any] = {
            "record_mode": self.choices.record_mode,
            "upstream": self.choices.upstream,
        }
        return RunOptions(pace=pace_of(self.choices.pace), **record)

    @cached_property
    def _portal(self) -> BlockingPortal:
        # What holds the test that happens to be first must not hold the loop for good.
        with holding(None):
            return self._stack.enter_context(start_blocking_portal())

    @cached_property
    def session(self) -> Session:
        """The connections and the stand-in."""
        opened = open_session(self.configuration, self.options)
        with holding(None):
            context = self._portal.wrap_async_context_manager(opened)
            return self._stack.enter_context(context)

    @cached_property
    def simulator(self) -> Source:
        """The simulator, for what is recorded nowhere."""
        if self.session.source is not None and self.session.source.simulator is not None:
            return self.session.source
        with holding(None):
            served = self._portal.wrap_async_context_manager(serve_simulator())
            return Source(self._stack.enter_context(served))

    def run(self, function: Callable[..., Coroutine[Any, Any, Any]], *arguments: Any) -> Any:
        """Run `function` in the loop and return its result; one runs at a time.

        It sees the context variables of the caller, so a cassette in use there holds here as well.
        """
        with self._lock:
            future = self._portal.start_task_soon(function, *arguments)
            try:
                return future.result()
            except BaseException:
                future.cancel()  # interrupted: nobody waits for it any more
                raise

    def run_scenario(self, loaded: LoadedScenario) -> ScenarioResult:
        """Run one scenario as `toolreel run` does; while it is replayed, the network is blocked.

        Raises:
            UsageError: its target is unknown or badly configured.
            CassetteError: the server went past the cassette, so it is not judged.
        """
        target = resolve_target(loaded, self.configuration, self.options, environment())
        result: ScenarioResult
        if self.options.record_mode != "none":
            result = self.run(run_scenario, loaded, target, self.session)
            return result
        allowed = (*self.choices.allowed_hosts, *own_hosts(target))
        with network_block(record_command(loaded, self.options), allowed) as block:
            result = self.run(run_scenario, loaded, target, self.session)
        if block.refused:
            raise CassetteError(block.refused[-1])
        return result

    def target(self, text: str, env: Mapping[str, str]) -> Target:
        """Return the target: a configured name, `module:attribute`, a command or a URL.

        Raises:
            UsageError: the name is unknown, or a variable of its configuration is not set.
        """
        return audit_target(
            (text,),
            url=None,
            env=env,
            headers={},
            configuration=self.configuration,
            environ=environment(),
        )

    def close(self) -> None:
        """End the processes, the servers and the loop."""
        self._stack.close()


def _configuration(config: pytest.Config) -> Configuration:
    """Return the configuration that `toolreel run` would have here; without any, of the rootdir."""
    found = load_configuration(config.invocation_params.dir)
    is_empty = not found.targets and found.model_fields_set <= {"root", "targets"}
    return load_configuration(Path(config.rootpath)) if is_empty else found
