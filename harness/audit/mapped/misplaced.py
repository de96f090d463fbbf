"""Whether a value stands where it means something else to the provider than what was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from harness.audit.dialect import Dialect
from harness.audit.mapped.conversation import SYSTEM_ROLES
from harness.audit.mapped.held import leaves, parts, value_on
from harness.audit.mapped.unequal import is_equal
from harness.audit.parameters import Parameter, parameter_of, parameters, snake_case, wire_keys

NEAR = 0.85
"""How alike a key is to the right one that it is a slip of the pen: `stops`, `max_token`."""
_SYSTEM_NAMES = (
    "system", "system_prompt", "system_message", "system_instruction", "system_instructions",
    "developer_message",
)  # fmt: skip
"""Names that speak of the role; `instructions` may be what the user says."""


def is_foreign_key(key: str, parameter: Parameter, dialect: Dialect) -> bool:
    """Whether a provider of `dialect` does not read `parameter` under the top-level `key`.

    It is the key of another parameter, or its own in another spelling (`topP`, `max_token`).
    Anthropic refuses every key that it does not know; other providers may have keys that nobody
    here knows.
    """
    own = parameter.keys(dialect)
    if key in own or not own:
        return False
    other = wire_keys(dialect).get(key)
    is_spelling = snake_case(key) in own or (
        dialect == "messages" and parameter_of(key) is parameter
    )
    is_spelling = is_spelling or (other is None and bool(get_close_matches(key, own, cutoff=NEAR)))
    return is_spelling or (other is not None and not _is_related(other, parameter))


def _is_related(one: Parameter, other: Parameter) -> bool:
    """Whether one is a part of what the other asks for: `logprobs` and `top_logprobs`."""
    names = {one.name, other.name}
    return (
        one.name in other.needs or other.name in one.needs or names == {"tools", "functions"}
        or names == {"user", "metadata"} or "messages" in names or "prompt" in names
    )  # fmt: skip


def misplaced(
    name: str,
    parameter: Parameter,
    value: Any,
    body: Mapping[str, Any],
    without: Mapping[str, Any],
    dialect: Dialect,
) -> str:
    """Return where the value stands wrongly, in words, or nothing when it may stand there.

    Args:
        name: the argument's name.
        parameter: what it stands for; its own keys do not have it.
        value: what was given.
        body: the request's body.
        without: that of the call without the argument.
        dialect: the provider's API.
    """
    if value in (None, "", [], {}) or (isinstance(value, str) and not value.strip()):
        return ""
    if parameter.name == "system" and snake_case(name) in _SYSTEM_NAMES:
        return _system(str(value), body, dialect) if isinstance(value, str) else ""
    places = [
        route
        for route, item in parts(body)
        if route and value_on(route, without) != item and is_equal(value, item)
    ]
    if places:
        wrong = [
            str(route[0])
            for route in places
            if len(route) == 1 and is_foreign_key(str(route[0]), parameter, dialect)
        ]
        return f"stands in {wrong[0]!r} of the request" if len(wrong) == len(places) else ""
    is_text = isinstance(value, str) and parameter.kind == "content" and parameter.name != "prompt"
    if is_text and parameter.keys(dialect) and any(value in text for text in _texts(body)):
        return "stands inside another text of the request"
    return ""


def refused_type(
    value: Any,
    is_anything: bool,
    body: Mapping[str, Any],
    without: Mapping[str, Any],
    dialect: Dialect,
) -> str:
    """Return which key of the request has a value of a type that no provider takes, in words.

    The tool may take another type than the provider does; then it has to write it in the
    provider's own. A tool that takes anything (`is_anything`) may pass it on.
    """
    for key, arrived in body.items():
        owners = [one for one in parameters().values() if key in one.keys(dialect)]
        if not owners or arrived is None or arrived == without.get(key):
            continue
        is_passed_on = is_anything and is_equal(value, arrived)
        if not is_passed_on and not any(one.takes(arrived) for one in owners):
            kinds = " or ".join(dict.fromkeys(kind for one in owners for kind in one.types))
            return f"makes {key} = {arrived!r:.60} in the request, where providers take {kinds}"
    return ""


def _texts(value: Any) -> Iterator[str]:
    return (item for item in leaves(value) if isinstance(item, str))


def _system(text: str, body: Mapping[str, Any], dialect: Dialect) -> str:
    """Return where a text for the system role stands instead of in it."""
    if dialect == "legacy":
        return ""  # there are no roles
    apart = {key: item for key, item in body.items() if key not in ("messages", "prompt")}
    if any(text.strip() in item for item in _texts(apart)):
        return ""
    messages = body.get("messages")
    roles = [
        str(message.get("role"))
        for message in (messages if isinstance(messages, list) else ())
        if isinstance(message, Mapping)
        and any(text.strip() in item for item in _texts(message.get("content")))
    ]
    if dialect == "chat" and any(role in SYSTEM_ROLES for role in roles):
        return "stands after the message that it is to rule" if _is_last(messages) else ""
    if not roles:
        return ""
    return f"stands in a message of the role {roles[0]!r}"


def _is_last(messages: Any) -> bool:
    """Whether one message of a user stands before those of the system, and no other turn."""
    roles = [message.get("role") for message in messages if isinstance(message, Mapping)]
    return roles[:1] == ["user"] and set(roles[1:]) <= set(SYSTEM_ROLES)
