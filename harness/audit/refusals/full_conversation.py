"""A conversation in which somebody speaks: providers refuse one of system texts alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.mapped.conversation import SYSTEM_ROLES, is_conversation
from harness.audit.parameters import parameter_of
from harness.generation import Case
from harness.generation.validity import Validity

_OF_COUNTS = ("minItems", "maxItems")
_USER = {"role": "user", "content": "hello"}


def is_of_system_alone(messages: Any) -> bool:
    """Whether a conversation has messages, and none but those of the system."""
    return is_conversation(messages) and all(one["role"] in SYSTEM_ROLES for one in messages)


def with_user(case: Case, validity: Validity) -> Case:
    """Return a valid case with a user's message after those of the system, where it may have one.

    Anthropic refuses a request whose messages are all system texts; what is tried in such a
    message is tried in a conversation that every provider takes.
    """
    if case.keyword in _OF_COUNTS:
        return case
    for arguments in _fuller(case.arguments):
        if validity.agree(arguments, True):
            return case._replace(arguments=arguments)
    return case


def _fuller(arguments: Any) -> Iterator[Any]:
    """Yield the arguments with a user's message more, written plainly and as those beside it."""
    for name, value in arguments.items() if isinstance(arguments, Mapping) else ():
        if isinstance(value, Mapping):
            yield from ({**arguments, name: one} for one in _fuller(value))
        parameter = parameter_of(name)
        if parameter is None or parameter.name != "messages" or not is_of_system_alone(value):
            continue
        for message in (_USER, {**value[0], "role": "user"}):
            yield {**arguments, name: [*value, message]}
