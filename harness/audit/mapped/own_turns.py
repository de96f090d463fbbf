"""A conversation in a form of the tool's own: turns whose keys are not `role` and `content`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from harness.audit.mapped.argument_places import FORMAL, resolved
from harness.audit.mapped.conversation import texts_of

SPEAKERS = {
    "user": ("user", "human", "me", "customer", "person"),
    "assistant": ("assistant", "ai", "bot", "model", "agent"),
    "system": ("system",),
}


def plain_turns(
    messages: Sequence[Mapping[str, Any]], words: Mapping[str, str]
) -> list[tuple[str, Any]] | None:
    """Return who says what, None where a role has no word, or a message says more than that."""
    is_plain = all(set(one) == {"role", "content"} for one in messages)
    if not is_plain or not all(one["role"] in words for one in messages):
        return None
    return [(words[one["role"]], one["content"]) for one in messages]


class TurnForm(NamedTuple):
    """Where a turn has who speaks and what is said, and the tool's word for each role."""

    speaker: str
    text: str
    words: Mapping[str, str]
    """Role → the word of the tool."""

    def turns(self, messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
        """Return messages in this form, None when it has no word for a role, or they say more."""
        said = plain_turns(messages, self.words)
        if said is None:
            return None
        return [{self.speaker: word, self.text: content} for word, content in said]

    def messages(self, turns: Any) -> list[dict[str, Any]] | None:
        """Return turns as the messages that they stand for, None when they are no such turns."""
        roles = {word: role for role, word in self.words.items()}
        if not isinstance(turns, list) or not turns:
            return None
        if not all(isinstance(one, Mapping) and one.get(self.speaker) in roles for one in turns):
            return None
        return [
            {"role": roles[one[self.speaker]], "content": one.get(self.text, "")} for one in turns
        ]


def turn_form(part: Mapping[str, Any], schema: Mapping[str, Any]) -> TurnForm | None:
    """Return the form of the turns that an argument takes, None when it takes none.

    They are objects with one text that is free and one word to choose, among whose words are one
    for the user and one for the assistant.
    """
    items = resolved(part.get("items"), schema)
    keys = {name: resolved(one, schema) for name, one in (items.get("properties") or {}).items()}
    speakers = [name for name, one in keys.items() if _words(one.get("enum"))]
    texts = [
        name for name, one in keys.items() if one.get("type") == "string" and not FORMAL & set(one)
    ]
    if len(speakers) != 1 or len(texts) != 1 or (speakers[0], texts[0]) == ("role", "content"):
        return None
    return TurnForm(speakers[0], texts[0], _words(keys[speakers[0]]["enum"]))


def arrive_as_messages(messages: Sequence[Mapping[str, Any]], body: Mapping[str, Any]) -> bool:
    """Whether a turn is a message of the request, and not a line of a longer text."""
    arrived = [one for one in body.get("messages") or () if isinstance(one, Mapping)]
    said = [text for one in arrived for text in texts_of(one)]
    return any(one["content"] in said for one in messages if one["content"])


def _words(enum: Any) -> dict[str, str]:
    """Return role → word of an enum of speakers, nothing when it is none."""
    words = [word for word in enum if isinstance(word, str)] if isinstance(enum, list) else []
    found = {
        role: word
        for role, names in SPEAKERS.items()
        for word in words
        if word.lower() in names
    }  # fmt: skip
    return found if {"user", "assistant"} <= set(found) else {}
