"""Tools whose names say that they start, end, move, send or run something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.mapped.argument_places import argument_places, part_at
from harness.audit.parameters import parameter_of, snake_case

_BEGINS = frozenset({
    "start", "launch", "spawn", "boot", "run", "rerun", "execute", "exec", "send", "load",
})  # fmt: skip
"""Verbs that are harmless where what is begun, run or sent is a question to a model."""
_ENDS = frozenset({
    "stop", "restart", "reboot", "shutdown", "kill", "terminate", "deploy", "undeploy", "upload",
    "publish", "unpublish", "prune", "drop", "pull", "push", "unload", "purge", "wipe", "destroy",
})  # fmt: skip
"""Verbs that are harmless only where the tool takes a conversation or a prompt."""
_OTHER_VERBS = frozenset({
    "analyze", "ask", "build", "chat", "check", "classify", "compare", "complete", "count",
    "create", "describe", "detect", "draft", "estimate", "evaluate", "explain", "extract",
    "fetch", "find", "generate", "get", "has", "inspect", "is", "list", "plan", "predict",
    "query", "read", "review", "search", "show", "suggest", "summarize", "translate",
    "validate", "view", "wait", "watch", "write",
})  # fmt: skip
"""A name that begins with one of them says nothing with a second verb: `get_cpu_load`."""
_READ = frozenset({
    "analysis", "average", "config", "count", "detail", "details", "history", "info", "list", "log",
    "logs", "report", "result", "results", "stats", "status", "summary", "time", "url", "urls",
})  # fmt: skip
"""Last words of what is looked at: `vllm_start_time`, `file_upload_status`."""
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
_SENT_OUT = re.compile(
    r"(?:^|_)(?:e?mails?|sms|tweets?|notifications?|webhooks?|slack|discord|telegram|whatsapp)(?:_|$)"
)
_RECEIVERS = re.compile(r"^(?:to|recipients?|receivers?|phone(?:_number)?|email(?:_address)?)$")


def acts(definition: Mapping[str, Any], *, asks_a_model: bool) -> bool:
    """Whether the name of a tool says that it acts, and its arguments do not make that harmless.

    The verb is the first word; or the second or the last, where the first is a prefix or a thing
    (`vllm_stop_server`, `server_stop`). `asks_a_model` tells whether it takes a conversation or a
    prompt.
    """
    name = snake_case(str(definition.get("name")))
    verb = _verb(name)
    if verb in _BEGINS:
        is_sent_out = verb == "send" and _is_sent_out(definition)
        is_asking = name.rpartition("_")[2] in _ASKING
        return is_sent_out or not (is_asking or asks_a_model or _takes_content(definition))
    return verb in _ENDS and not asks_a_model


def _verb(name: str) -> str:
    """Return which of the verbs a name says, or nothing."""
    plain = re.sub(r"shut_?down", "shutdown", name).replace("pull_request", "request")
    words: list[str] = re.findall(r"[a-z0-9]+", plain)
    acting = _BEGINS | _ENDS
    if words and words[0] in acting:
        return words[0]
    if not words or words[0] in _OTHER_VERBS or words[-1] in _READ:
        return ""
    return next((word for word in (words[-1], *words[1:2]) if word in acting), "")


def _takes_content(definition: Mapping[str, Any]) -> bool:
    """Whether a tool takes any text that a model is asked or told."""
    told = f"{definition.get('name')} {definition.get('description') or ''}"
    for name in free_texts(definition.get("inputSchema")):
        if name in _SOURCES and _ON_CODE.search(told):
            return True
        if name.rpartition("_")[2] == "query" and _STORED.search(told):
            continue
        parameter = parameter_of(name)
        is_told = parameter is not None and parameter.kind in ("content", "conversation")
        if name.rpartition("_")[2] in _CONTENT or is_told:
            return True
    return False


def free_texts(schema: Any) -> Iterator[str]:
    """Yield in snake case the arguments that are no numbers, switches or choices."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties"), Mapping):
        return
    for path in argument_places(schema):
        part = part_at(schema, path)
        is_text = part.get("type") not in ("integer", "number", "boolean")
        if is_text and not {"enum", "const", "format"} & set(part):
            yield snake_case(path[-1])


def _is_sent_out(definition: Mapping[str, Any]) -> bool:
    """Whether what is sent goes to people, and not to a model."""
    names = free_texts(definition.get("inputSchema"))
    is_named = _SENT_OUT.search(snake_case(str(definition.get("name")))) is not None
    return is_named or any(_RECEIVERS.search(name) for name in names)
