"""Errors of the harness as the author of a test needs them: at the line of the test."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from harness.errors import HarnessError

P = ParamSpec("P")
T = TypeVar("T")


def without_own_frames(function: Callable[P, T]) -> Callable[P, T]:
    """Return `function` with errors of the harness that show the caller's frames only."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        __tracebackhide__ = True
        try:
            return function(*args, **kwargs)
        except HarnessError as error:
            raise error.with_traceback(None) from None

    return call
