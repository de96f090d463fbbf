"""Tools that say that they act: change, start, end, send or run something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.acting_verbs import BEGINS, ENDS, acting_verb, is_asking, is_changing
from harness.audit.mapped.argument_places import Path, argument_places, part_at
from harness.audit.parameters import parameter_of, snake_case

_CONTENT = frozenset({
    "claim", "content", "contents", "context", "conversation", "goal", "idea", "input", "inputs",
    "instruction", "instructions", "message", "messages", "objective", "problem", "prompt",
    "prompts", "query", "question", "questions", "request", "statement", "task", "tasks", "text",
    "texts", "topic",
})  # fmt: skip
"""Last words of arguments that a model is asked or told: `initial_message`, `user_query`."""
_ASKING = frozenset({"chat", "completion", "conversation", "inference", "prompt"})
"""Last words of names of tools that ask a model, whatever they take: `run_prompt(prompt_id)`."""
_SOURCES = ("code", "source_code", "diff", "snippet")
_ON_CODE = re.compile(
    r"(?:^|[\b_\s])(?:review|explain|analy[sz]|refactor|improv|document|translat|complet|fix)",
    re.IGNORECASE,
)
_STORED = re.compile(
    r"(?<![a-z])(?:sql|databases?|db|tables?|cypher|graphql|sparql|mongo\w*|postgres\w*)(?![a-z])",
    re.IGNORECASE,
)
"""Words that say that a query is one to a database."""
_RUNNABLE = re.compile(
    r"(?:^|_)(?:skill|tool|command|script|function|macro|plugin|hook|action|migration|container)s?"
    r"(?:_|$)"
)
"""What is run with its input, whatever a model has to do with it."""
_CHANGING = re.compile(
    r"\s*(?:(?:flush|purg|wip|clear|delet|invalidat|evict|activat|deactivat|enabl|disabl|reset|switch"
    r"|toggl|updat|rotat|revok|initiali[sz]|reconfigur|configur)(?:e?s|e)?|sets?)\s"
    r"(?!of\b|up\b|and\s|[^.\n]{0,30}\b(?:essays?|drafts?|photos?|images?|pictures?|audio|videos?)\b)",
    re.IGNORECASE,
)
"""How a description begins of what changes settings, or what is kept, and no work of a model."""
_SENT_OUT = re.compile(
    r"(?:^|_)(?:e?mails?|sms|tweets?|notifications?|webhooks?|slack|discord|telegram|whatsapp)(?:_|$)"
)
_RECEIVERS = re.compile(r"^(?:to|recipients?|receivers?|phone(?:_number)?|email(?:_address)?)$")


def acts(definition: Mapping[str, Any], *, asks_a_model: bool, shared: str = "") -> bool:
    """Whether the name of a tool says that it acts, and its arguments do not make that harmless.

    `asks_a_model` tells whether it takes a conversation or a prompt, `shared` the words before the
    verb that the server's tools share.
    """
    name = snake_case(str(definition.get("name")))
    verb = acting_verb(name, shared)
    if verb in BEGINS:
        is_sent_out = verb == "send" and _is_sent_out(definition)
        is_inference = name.rpartition("_")[2] in _ASKING
        is_question = not _RUNNABLE.search(name) and _takes_content(definition)
        return is_sent_out or not (is_inference or asks_a_model or is_question)
    return verb in ENDS and not asks_a_model


def changes(definition: Mapping[str, Any], shared: str = "") -> str:
    """Return what says that a tool changes settings, or what is kept: its name or description.

    The description counts where it begins with such a verb, the name has no other, and nothing that
    a model is told is taken.
    """
    name = str(definition.get("name"))
    verb = acting_verb(name, shared)
    if verb:
        return "name" if is_changing(verb) else ""
    told = str(definition.get("description") or "")
    is_told = _CHANGING.match(told) is not None and not is_asking(name, shared)
    return "description" if is_told and not _takes_content(definition) else ""


def _takes_content(definition: Mapping[str, Any]) -> bool:
    """Whether a tool takes any text that a model is asked or told; a bare object is none."""
    told = f"{definition.get('name')} {definition.get('description') or ''}"
    schema = definition.get("inputSchema") or {}
    for path in text_places(schema):
        name = snake_case(path[-1])
        if name in _SOURCES and _ON_CODE.search(told):
            return True
        is_stored = name.rpartition("_")[2] == "query" and _STORED.search(told)
        if is_stored or part_at(schema, path).get("type") == "object":
            continue
        parameter = parameter_of(name)
        is_told = parameter is not None and parameter.kind in ("content", "conversation")
        if name.rpartition("_")[2] in _CONTENT or is_told:
            return True
    return False


def free_texts(schema: Any) -> Iterator[str]:
    """Yield in snake case the arguments that are no numbers, switches or choices."""
    yield from (snake_case(path[-1]) for path in text_places(schema))


def text_places(schema: Any) -> Iterator[Path]:
    """Yield the places of the arguments that are no numbers, switches or choices."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties"), Mapping):
        return
    for path in argument_places(schema):
        part = part_at(schema, path)
        is_text = part.get("type") not in ("integer", "number", "boolean")
        if is_text and not {"enum", "const", "format"} & set(part):
            yield path


def _is_sent_out(definition: Mapping[str, Any]) -> bool:
    """Whether what is sent goes to people, and not to a model."""
    names = free_texts(definition.get("inputSchema"))
    is_named = _SENT_OUT.search(snake_case(str(definition.get("name")))) is not None
    return is_named or any(_RECEIVERS.search(name) for name in names)
