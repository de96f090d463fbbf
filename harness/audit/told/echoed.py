"""A credential that the provider's own message repeats, and whether a server takes it out."""

from __future__ import annotations

from collections.abc import Sequence

from harness.audit.told.internals import leaked_secret
from harness.audit.told.provider_message import is_told, message_of
from harness.audit.told.seen import seen_text
from harness.records.audit import Observation
from harness.upstream.faults import parse_fault
from harness.upstream.simulators.fault_answers import RECEIVED


def is_echo(item: Observation) -> bool:
    """Whether the provider repeated the credential of the request."""
    return _body_of(item) in ("echo", "echo-text")


def redacts_echo(item: Observation, secrets: Sequence[str]) -> bool:
    """Whether a repeated credential is gone from a message in JSON, and the rest of it is told.

    Who tells the words before a credential, and not the credential, has taken it out.
    """
    if _body_of(item) != "echo":
        return False
    seen = seen_text(item.call.outcome)
    responses = [one.response for one in item.call.interactions or () if one.response is not None]
    before = [message_of(response).partition(RECEIVED)[0] for response in responses]
    is_passed_on = any(before) and all(is_told(text, seen) for text in before)
    return is_passed_on and RECEIVED.strip() in seen and not leaked_secret(seen, secrets)


def _body_of(item: Observation) -> str | None:
    fault = item.probe.upstream.fault
    return parse_fault(fault).body if fault else None
