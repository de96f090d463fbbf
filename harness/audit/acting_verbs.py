"""Which acting verb the name of a tool says, whatever prefix stands before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from harness.audit.parameters import snake_case

BEGINS = frozenset({
    "start", "launch", "spawn", "boot", "run", "rerun", "execute", "exec", "send", "load",
})  # fmt: skip
"""Verbs that are harmless where what is begun, run or sent is a question to a model."""
ENDS = frozenset({
    "stop", "restart", "reboot", "shutdown", "kill", "terminate", "deploy", "undeploy", "upload",
    "publish", "unpublish", "prune", "drop", "pull", "push", "unload",
})  # fmt: skip
"""Verbs that are harmless only where the tool takes a conversation or a prompt."""
CHANGES = frozenset({
    "set", "switch", "toggle", "configure", "change", "enable", "disable", "activate", "deactivate",
    "reset", "clear", "flush", "invalidate", "evict", "purge", "wipe", "destroy", "delete",
    "remove", "save", "update", "rotate", "revoke", "install", "uninstall", "register",
    "unregister", "upgrade", "downgrade", "migrate", "init", "initialize", "initialise", "setup",
    "reconfigure", "reinitialize", "bootstrap",
})  # fmt: skip
"""Verbs of changing settings, or what a server keeps; harmless likewise."""
_CHANGES_FIRST = frozenset({"sync", "cancel", "move", "rename", "rollback", "subscribe", "invite"})
"""Those that are nouns elsewhere: `lip_sync`, `best_move`."""
_CHANGES_LAST = frozenset({"add"})
"""Those that are more than a change elsewhere: `add_numbers`."""
_NO_NOUNS = frozenset({
    "bootstrap", "clear", "configure", "deactivate", "delete", "destroy", "disable", "enable",
    "evict", "execute", "flush", "init", "initialize", "install", "invalidate", "kill", "launch",
    "purge", "register", "remove", "revoke", "set", "terminate", "uninstall", "unload",
    "unregister", "wipe",
})  # fmt: skip
"""Verbs that are hardly anything else, so that the last word does not matter behind them."""
_OTHER_VERBS = frozenset({
    "analyze", "ask", "build", "chat", "check", "classify", "compare", "complete", "consult",
    "count", "create", "critique", "describe", "detect", "diagnose", "draft", "estimate",
    "evaluate", "explain", "extract", "fetch", "find", "fix", "generate", "get", "has", "improve",
    "inspect", "is", "list", "optimize", "plan", "predict", "query", "read", "recommend",
    "refactor", "research", "review", "rewrite", "search", "show", "simulate", "solve", "suggest",
    "summarize", "think", "transcribe", "translate", "troubleshoot", "validate", "view", "wait",
    "watch", "write",
})  # fmt: skip
"""A name that begins with one of them says nothing with a second verb: `get_cpu_load`."""
_READ = frozenset({
    "analysis", "average", "config", "count", "detail", "details", "history", "info", "list", "log",
    "logs", "report", "result", "results", "stats", "status", "summary", "time", "url", "urls",
})  # fmt: skip
"""Last words of what is looked at: `vllm_start_time`, `file_upload_status`."""
_SETS = re.compile(r"(?:character|data|icon|problem|question|result|rule|test|tool|training)_set")


def acting_verb(name: str, shared: str = "") -> str:
    """Return the verb by which a name says that its tool acts or changes something, or nothing.

    It is the first word behind what the names of the server's tools share (`shared`, as
    `shared_prefix` has it); or the second or the last, where the first is another prefix or a thing
    (`vllm_stop_server`, `memory_clear`).
    """
    words, acting = _words(name, shared), BEGINS | ENDS | CHANGES
    if not words:
        return ""
    if words[0] in acting | _CHANGES_FIRST:
        return words[0]
    if words[0] in _OTHER_VERBS:
        return ""
    if words[1:2] and words[1] in _NO_NOUNS:
        return words[1]
    if words[-1] in _READ | _OTHER_VERBS:
        return ""
    is_last = words[-1] in acting | _CHANGES_LAST and words[-1] != "change" and len(words) > 1
    return words[-1] if is_last else next((word for word in words[1:2] if word in acting), "")


def is_changing(verb: str) -> bool:
    """Whether a verb of `acting_verb` changes settings, or what is kept."""
    return verb in CHANGES | _CHANGES_FIRST | _CHANGES_LAST


def is_asking(name: str, shared: str = "") -> bool:
    """Whether a name begins with a verb of looking something up, or of asking a model."""
    words = _words(name, shared)
    return bool(words) and words[0] in _OTHER_VERBS


def shared_prefix(names: Iterable[str]) -> str:
    """Return the first words that most of at least three tools share, in snake case.

    Those are the server's own name, and no verb: `omniroute_` of `omniroute_cache_flush`.
    """
    rests = [_words(name) for name in names]
    number, prefix = len(rests), ""
    while number >= 3:
        firsts = Counter(words[0] for words in rests if len(words) > 1)
        word, times = max(firsts.items(), key=lambda item: item[1], default=("", 0))
        known = BEGINS | ENDS | CHANGES | _CHANGES_FIRST | _OTHER_VERBS
        if times < 3 or times <= number / 2 or word in known:
            break
        prefix += f"{word}_"
        rests = [words[1:] for words in rests if words[:1] == [word] and len(words) > 1]
    return prefix


def _words(name: str, shared: str = "") -> list[str]:
    plain = "_".join(re.findall(r"[a-z0-9]+", snake_case(name))).removeprefix(shared)
    plain = re.sub(r"shut_?down", "shutdown", plain).replace("pull_request", "request")
    return re.findall(r"[a-z0-9]+", _SETS.sub("collection", plain))
