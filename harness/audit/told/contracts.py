"""Which faults a call cannot survive, and what each is an example of."""

from __future__ import annotations

from typing import Literal, NamedTuple

from harness.upstream.faults import Fault, parse_fault

Family = Literal["status", "network", "answer"]


class Contract(NamedTuple):
    """What a fault demands of a server."""

    family: Family
    """The provider says that it failed; it was not reached or fell silent; what it sent is no
    answer."""
    must_fail: bool
    """Whether the answer is lost. Where it can be read all the same, as after a wrong
    content-type, neither the providers' contracts nor RFC 9110 forbid to take it."""


_LOST = Contract("answer", must_fail=True)
_READABLE = Contract("answer", must_fail=False)
_BROKEN_OFF = Contract("network", must_fail=True)

CONTRACTS: dict[str, Contract] = {
    "error-in-200": Contract("status", must_fail=True),
    "stream-error": Contract("status", must_fail=True),
    "not-json": _LOST,
    "other-json": _LOST,
    "no-choices": _LOST,
    "empty": _LOST,
    "truncated": _LOST,
    "truncated-character": _LOST,
    "gzip-garbage": _LOST,
    "redirect-loop": _LOST,
    # RFC 8259 §4: what a parser makes of names that come twice is unpredictable.
    "duplicate-keys": _READABLE,
    # RFC 8259 §8.1, §8.2: parsers may replace what is no text.
    "invalid-utf8": _READABLE,
    "surrogate": _READABLE,
    # RFC 8259 §6 has no NaN, and common parsers take it.
    "nan": _READABLE,
    "huge": _READABLE,
    "wrong-content-type": _READABLE,
    "wrong-content-length": _READABLE,
    "slow": _READABLE,
    "drip": _READABLE,
    "timeout": _BROKEN_OFF,
    "stalled": _BROKEN_OFF,
    "refused": _BROKEN_OFF,
    "reset": _BROKEN_OFF,
    "reset-mid-body": _BROKEN_OFF,
}
"""By the names of `harness.upstream.fault_kinds.KINDS`."""


def contract_of(fault: Fault | str) -> Contract:
    """Return what a fault, or its text, demands."""
    fault = parse_fault(fault) if isinstance(fault, str) else fault
    if fault.status is not None:
        return Contract("status", must_fail=True)
    if fault.kind == "wrong-content-length" and (fault.by or 0) < 0:
        # HTTP says that the body ends in the middle of the JSON.
        return _LOST
    return CONTRACTS[fault.kind]
