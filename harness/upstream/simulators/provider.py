"""What the simulators know about a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call


class Provider(NamedTuple):
    """One origin: its endpoints by path, and how it words its failures."""

    endpoints: Mapping[str, Callable[[Call], Answer]]
    """Each returns the answer to a POST, or raises `Rejection` with one."""
    error: Callable[[Call, int], Answer]
    """The provider's answer of a given status, for faults and for 404 and 405."""
    no_route: Callable[[Call], Answer]
    wrong_method: Callable[[Call], Answer]
    error_in_200: Callable[[Call], Answer]
    error_frame: Callable[[Call], bytes]
    """The frame that reports a failure in the middle of an event stream."""
    named: Mapping[str, Callable[[Call], Answer]]
    """Name → answer, for failures that share a status with others or that no request causes.

    A key that contains such a name gets it: `xai-no_credits`.
    """
    reads: Mapping[str, Callable[[Call], Answer]] = {}
    """Beginning of a path → the answer to a GET."""
