"""Bodies that Anthropic refuses whatever is asked, by what its reference demands of all.

Contract sheet `facts/providers.md` §5.1: `messages` and `max_tokens` are required, a message has
the role `user` or `assistant`, metadata has `user_id` and nothing else, and thinking has a budget
of 1,024 tokens or more and fewer than `max_tokens`. The model, required as well, is often left to
the caller. Other providers, and gateways to this one, may fill in what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.mapped.held import leaves, parts
from harness.audit.mapped.requests import body_of
from harness.audit.parameters import parameter_of, snake_case
from harness.audit.thinking_budget import LEAST_BUDGET
from harness.records.http import HttpRequest

REQUIRED = ("messages", "max_tokens")
ROLES = ("user", "assistant")


def reasons(request: HttpRequest, arguments: Any) -> Iterator[str]:
    """Yield why a request for a message is refused, other than for what its caller gave."""
    body = body_of(request)
    if body is None or not request.path.rstrip("/").endswith("/messages"):
        return  # tokens are counted, and batches made, by bodies of other forms
    for key in REQUIRED:
        if body.get(key) is None:
            yield f"it has no {key}"
    given = leaves(arguments)
    for role in _roles(body):
        if role not in ROLES and role not in given:
            yield f"it has a message of the role {role!r}, which Anthropic does not know"
    yield from _of_metadata(body, arguments)
    if not _says_how_much(arguments):
        yield from _of_budget(body)


def of_openai(request: HttpRequest) -> Iterator[str]:
    """Yield why OpenAI, and who has its API, refuses a request: it lacks what is asked (§2.3)."""
    path, body = request.path.rstrip("/"), body_of(request)
    if body is None or "/completions" not in path:
        return
    key = "messages" if path.endswith("/chat/completions") else "prompt"
    if path.endswith("/completions") and body.get(key) is None:
        yield f"it has no {key}"


def _roles(body: Mapping[str, Any]) -> Iterator[Any]:
    messages = body.get("messages")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, Mapping):
            yield message.get("role")


def _says_how_much(arguments: Any) -> bool:
    """Whether a caller gives a number of tokens, so that the sum is the caller's affair."""
    for route, value in parts(arguments):
        if not route or value is None or not isinstance(route[-1], str):
            continue
        parameter = parameter_of(route[-1])
        is_limit = parameter is not None and parameter.name in ("max_tokens", "thinking")
        if is_limit or {"budget", "tokens"} & set(snake_case(route[-1]).split("_")):
            return True
    return False


def _of_metadata(body: Mapping[str, Any], arguments: Any) -> Iterator[str]:
    metadata = body.get("metadata")
    given = {str(route[-1]) for route, _ in parts(arguments) if route}
    for key in metadata if isinstance(metadata, Mapping) else ():
        if key != "user_id" and key not in given:
            yield f"its metadata has {key!r}, of which Anthropic knows user_id only"


def _of_budget(body: Mapping[str, Any]) -> Iterator[str]:
    thinking, most = body.get("thinking"), body.get("max_tokens")
    budget = thinking.get("budget_tokens") if isinstance(thinking, Mapping) else None
    if not isinstance(budget, int):
        return
    if budget < LEAST_BUDGET:
        yield f"its thinking budget is below {LEAST_BUDGET} tokens"
    elif isinstance(most, int) and budget >= most:
        yield "its thinking budget is not below max_tokens"
