"""What the plugin keeps in pytest's stashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.pytest_plugin.options import Asked, Choices

if TYPE_CHECKING:
    from harness.pytest_plugin.held_test import HeldTest
    from harness.pytest_plugin.shared_session import SharedSession

CHOICES = pytest.StashKey[Choices]()
ASKED = pytest.StashKey[Asked]()
SCENARIO_PLACES = pytest.StashKey[dict[str, str]]()
SHARED = pytest.StashKey["SharedSession"]()
HELD = pytest.StashKey["HeldTest"]()


def shared_of(config: pytest.Config) -> SharedSession:
    """Return what the tests of this run share; it ends with the run.

    Raises:
        UsageError: the configuration of toolreel is wrong.
    """
    if SHARED not in config.stash:
        # mcp, uvicorn and pydantic: only for a test that needs them.
        from harness.pytest_plugin.shared_session import SharedSession

        shared = SharedSession(config, config.stash[CHOICES])
        config.stash[SHARED] = shared
        config.add_cleanup(shared.close)
    return config.stash[SHARED]


def held_of(item: pytest.Item) -> HeldTest:
    """Return what holds the providers in the test `item`."""
    if HELD not in item.stash:
        from harness.pytest_plugin.held_test import HeldTest

        item.stash[HELD] = HeldTest(item, item.config.stash[CHOICES])
    return item.stash[HELD]
