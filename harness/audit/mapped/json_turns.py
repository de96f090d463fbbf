"""A conversation as JSON in a text, in the form that an example in its description shows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from harness.audit.context import ToolFacts
from harness.audit.described import description_of
from harness.audit.json_text import json_value
from harness.audit.mapped.argument_places import Path, part_at
from harness.audit.mapped.own_turns import SPEAKERS, TurnForm, plain_turns, turn_form
from harness.audit.told_forms import documents


class JsonTurns(NamedTuple):
    """Where a turn has who speaks and what is said: keys of an object, or places in a pair."""

    speaker: str | int
    text: str | int
    words: Mapping[str, str]
    """Role → the word of the tool."""

    def turns(self, messages: Sequence[Mapping[str, Any]]) -> str | None:
        """Return messages as the text, None when they say more than turns of this form can."""
        said = plain_turns(messages, self.words)
        if said is None or not all(isinstance(content, str) for _, content in said):
            return None
        if isinstance(self.speaker, int):
            return json.dumps(said, ensure_ascii=False)
        turns = [{self.speaker: word, self.text: content} for word, content in said]
        return json.dumps(turns, ensure_ascii=False)

    def messages(self, text: Any) -> list[dict[str, Any]] | None:
        """Return the messages that a text stands for, None when it is no text of this form."""
        turns: Any = json_value(text) if isinstance(text, str) else None
        roles = {word: role for role, word in self.words.items()}
        try:
            found = [
                {"role": roles[turn[self.speaker]], "content": turn[self.text]} for turn in turns
            ]
        except (TypeError, KeyError, IndexError):
            return None
        return found or None


def form_of_turns(tool: ToolFacts, path: Path) -> TurnForm | JsonTurns | None:
    """Return the form of the conversation that an argument takes, of the tool's own or as JSON."""
    part = part_at(tool.schema, path)
    form = turn_form(part, tool.schema)
    if form is None and len(path) == 1:
        return json_turns(part, description_of(tool.definition, path[0]))
    return form


def json_turns(part: Mapping[str, Any], told: str) -> JsonTurns | None:
    """Return the form of the conversation that a text argument takes, None when it takes none.

    An example in `told` shows it, and the words for user and assistant stand there too.
    """
    if part.get("type") != "string":
        return None
    words = {
        role: name
        for role, names in SPEAKERS.items()
        for name in reversed(names)
        if re.search(rf"\b{name}\b", told)
    }
    lists = (one for one in documents(told) if isinstance(one, list) and one)
    places = next((found for one in lists if (found := _places(one[0], words))), None)
    is_talk = {"user", "assistant"} <= set(words)
    return JsonTurns(*places, words) if places is not None and is_talk else None


def _places(turn: Any, words: Mapping[str, str]) -> tuple[str | int, str | int] | None:
    """Return where one turn has its speaker and its text."""
    names: dict[Any, Any] = {}
    if isinstance(turn, dict):
        names = turn
    elif isinstance(turn, list):
        names = dict(enumerate(turn))
    speakers = [place for place, value in names.items() if value in words.values()]
    texts = [place for place in names if place not in speakers]
    return (speakers[0], texts[0]) if len(speakers) == len(texts) == 1 else None
