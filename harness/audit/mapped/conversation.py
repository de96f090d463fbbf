"""Whether the messages that were given are those that the provider gets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.audit.dialect import Dialect
from harness.audit.mapped.held import leaves, parts
from harness.audit.mapped.unequal import Unequal, is_equal, unequal

SYSTEM_ROLES = ("system", "developer")
ROLES = frozenset({*SYSTEM_ROLES, "user", "assistant", "tool", "function"})
"""Of all dialects; providers refuse another one."""
_KEYS = frozenset({
    "role", "content", "name", "tool_calls", "tool_call_id", "function_call", "refusal", "audio",
    "type", "text", "image_url", "url", "detail", "id", "function", "arguments", "source", "input",
    "tool_use_id", "is_error", "cache_control", "title", "context", "citations", "data", "format",
})  # fmt: skip
"""Those of the providers' own messages and their parts."""


def is_conversation(value: Any) -> bool:
    """Whether `value` is a list of messages."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) and "role" in item for item in value)
    )


def has_strange_role(value: Any) -> bool:
    """Whether a message of a conversation speaks in a role that no provider has."""
    return is_conversation(value) and any(str(item["role"]) not in ROLES for item in value)


def unequal_messages(
    given: Sequence[Mapping[str, Any]],
    body: Mapping[str, Any],
    dialect: Dialect,
) -> Iterator[Unequal]:
    """Yield where the messages of a request are not those given; what is added is no matter here.

    A text and a list of one text part say the same; `developer` is the newer name of `system`.
    The Anthropic dialect has the system texts in a key of their own and tool calls in blocks, and
    joins turns of one role by itself, so there every text has to come, in order; what was given in
    blocks of its own has to come as it is. It refuses blanks at the end of a last assistant turn.
    """
    arrived = body.get("messages")
    if dialect == "messages":
        given, arrived = _ended(given), _ended(arrived) if isinstance(arrived, list) else None
    if isinstance(arrived, list):
        pairs = _aligned([_plain(item) for item in given], [_plain(item) for item in arrived])
        differing = list(_pairwise(pairs)) if pairs is not None else None
        if differing == []:
            return
        if dialect == "chat":
            yield from [_counted(given, arrived)] if differing is None else differing
            return
        is_own = _is_anthropic(given) or _is_plain_talk(given)
        if differing and len(arrived) == len(given) and is_own:
            yield from differing
            return
    yield from _missing_texts(given, body)


def _ended(messages: Sequence[Any]) -> list[Any]:
    """Return messages without the blanks at the end of a last text that the model is to go on."""
    *before, last = messages or [None]
    if isinstance(last, Mapping) and last.get("role") == "assistant":
        content = last.get("content")
        last = {**last, "content": content.rstrip()} if isinstance(content, str) else last
    return [*before, last] if messages else []


def _plain(message: Any) -> Any:
    """Return a message in one of the forms that say the same."""
    if not isinstance(message, Mapping):
        return message
    found = dict(message)
    if found.get("role") == "developer":
        found["role"] = "system"
    content = found.get("content")
    if content is None or content == "":
        found["content"] = []
    elif isinstance(content, str):
        found["content"] = [{"type": "text", "text": content}]
    elif isinstance(content, list):
        found["content"] = [
            _plain_result(part) for part in content if part != {"type": "text", "text": ""}
        ]
    return found


def _plain_result(part: Any) -> Any:
    """Return a tool's result whose text is in one part, every other part as it is."""
    if isinstance(part, Mapping) and part.get("type") == "tool_result":
        content = part.get("content")
        if isinstance(content, str) and content:
            return {**part, "content": [{"type": "text", "text": content}]}
    return part


def paired(given: Sequence[Any], arrived: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Return each message with the one that came for it, both in one of the forms that say so."""
    found = _aligned([_plain(item) for item in given], [_plain(item) for item in arrived])
    return [(message, other) for _, message, other in found or ()]


def _aligned(given: list[Any], arrived: list[Any]) -> list[tuple[int, Any, Any]] | None:
    """Pair what was given with what came, which may stand among messages that were added."""
    added = len(arrived) - len(given)
    if added < 0:
        return None
    found, start = [], 0
    for number, message in enumerate(given):
        place = next(
            (at for at in range(start, len(arrived)) if is_equal(message, arrived[at])), None
        )
        if place is None:
            break
        found.append((number, message, arrived[place]))
        start = place + 1
    else:
        return found
    return [(number, message, arrived[added + number]) for number, message in enumerate(given)]


def _pairwise(pairs: Sequence[tuple[int, Any, Any]]) -> Iterator[Unequal]:
    for number, message, other in pairs:
        for item in unequal(message, other, f"/{number}"):
            if _is_renamed(item, other):
                continue
            # The one part that a plain text was turned into for comparison.
            yield item._replace(pointer=item.pointer.replace("/content/0/text", "/content"))


def _is_renamed(item: Unequal, message: Any) -> bool:
    """Whether a member in words of the tool's own stands in the message under the provider's.

    Inside of a part a member of the provider's may also stand deeper, as `detail` of an image does.
    """
    if item.arrived is not None:
        return False
    *around, key = item.pointer.split("/")[1:]
    if key in _KEYS and len(around) > 1:
        members = [(route, value) for route, value in parts(message) if route]
        return any(route[-1] == key and is_equal(item.given, value) for route, value in members)
    if key in _KEYS or key.isdigit():
        return False
    said = leaves(item.given)
    return bool(said) and all(one in leaves(message) for one in said)


def _is_anthropic(given: Sequence[Mapping[str, Any]]) -> bool:
    """Whether messages have blocks that only Anthropic's API has, and nothing of another's."""
    blocks = [
        block
        for message in given
        if isinstance(message.get("content"), list)
        for block in message["content"]
    ]
    is_own = all(message.get("role") in ("user", "assistant") for message in given)
    is_plain = all(set(message) <= {"role", "content"} for message in given)
    objects = [block for block in blocks if isinstance(block, Mapping)]
    kinds = [block.get("type") for block in objects]
    own_kinds = ("tool_use", "tool_result", "thinking", "document")
    has_own = any(kind in own_kinds for kind in kinds) or any("source" in one for one in objects)
    return is_own and is_plain and has_own and "image_url" not in kinds


def _is_plain_talk(given: Sequence[Mapping[str, Any]]) -> bool:
    """Whether user and assistant speak in turn, in texts: as every provider takes it."""
    roles = [message.get("role") for message in given]
    in_turn = [("user", "assistant")[number % 2] for number in range(len(given))]
    return roles == in_turn and all(
        set(message) == {"role", "content"} and message["content"]
        and isinstance(message["content"], str)
        for message in given
    )  # fmt: skip


def _counted(given: Sequence[Any], arrived: Sequence[Any]) -> Unequal:
    return Unequal("", f"{len(given)} messages", f"{len(arrived)} messages")


def _missing_texts(
    given: Sequence[Mapping[str, Any]], body: Mapping[str, Any]
) -> Iterator[Unequal]:
    """Yield the messages of which a text does not come, or comes before an earlier one's.

    One that comes right behind another message's, with nothing between, is run together with it.
    """
    system = "\n".join(_spelled(body.get("system")))
    others = _spelled({key: item for key, item in body.items() if key != "system"})
    talk = "\n".join(others)
    ends, whose = {True: 0, False: 0}, {True: -1, False: -1}
    for number, message in enumerate(given):
        is_system = message.get("role") in SYSTEM_ROLES and bool(system)
        for text in texts_of(message):
            place = (system if is_system else talk).find(text, ends[is_system])
            before = (system if is_system else talk)[:place]
            is_glued = number != whose[is_system] and _is_glued(before, text, ends[is_system])
            if place < 0 or is_glued:
                yield Unequal(f"/{number}", text, None)
                break
            ends[is_system], whose[is_system] = place + len(text), number
        else:
            identities = [message.get("tool_call_id"), *_call_identities(message)]
            lost = [item for item in identities if item and str(item) not in talk]
            if lost:
                yield Unequal(f"/{number}", lost[0], None)


def _is_glued(before: str, text: str, end: int) -> bool:
    """Whether `text` follows what ends at `end` with not even a blank between."""
    return 0 < end == len(before) and not before[-1].isspace() and not text[0].isspace()


def _spelled(value: Any) -> list[str]:
    return [item if isinstance(item, str) else json.dumps(item) for item in leaves(value)]


def texts_of(message: Mapping[str, Any]) -> list[str]:
    """Return what a message says: its content, or the texts of its parts."""
    content = message.get("content")
    if isinstance(content, str):
        return [content] if content else []
    blocks = content if isinstance(content, list) else []
    return [
        block["text"]
        for block in blocks
        if isinstance(block, Mapping) and isinstance(block.get("text"), str) and block["text"]
    ]


def _call_identities(message: Mapping[str, Any]) -> list[Any]:
    calls = message.get("tool_calls")
    return [call.get("id") for call in calls if isinstance(call, Mapping)] if calls else []
