"""Requests to the provider that are not what the caller asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from servers.defects.json_places import changed, each, everywhere, without
from servers.defects.stages import Answer, Defect, Stages
from servers.failures import UpstreamFailure
from servers.provider_client import Upstream

_LONGEST = 200
_MOST_MESSAGES = 3
_PLACE = re.compile(r"\{\{ ?\w+ ?\}\}|\$\$")
"""What a template fills in, `{{name}}`, and its escaped dollar."""


def _body(change: Callable[[Any], Any]) -> Defect:
    def apply(stages: Stages) -> Stages:
        return replace(stages, body=lambda tool, arguments: change(stages.body(tool, arguments)))

    return apply


def _dropping(*names: str) -> Defect:
    return _body(lambda body: without(body, *names))


def _changing(name: str, change: Callable[[Any], Any]) -> Defect:
    return _body(lambda body: changed(body, name, change))


def _in_messages(change: Callable[[Any], Any]) -> Defect:
    return _changing("messages", each(change))


def _headers(change: Callable[[str], dict[str, str]]) -> Defect:
    def apply(stages: Stages) -> Stages:
        def upstream(tool: str) -> Upstream:
            right = stages.upstream(tool)
            return replace(right, headers={**right.headers, **change(stages.settings.key)})

        return replace(stages, upstream=upstream)

    return apply


def _sent_as(headers: Callable[[str], dict[str, str]]) -> Defect:
    """Send these headers and no other."""

    def apply(stages: Stages) -> Stages:
        def upstream(tool: str) -> Upstream:
            return replace(stages.upstream(tool), headers=headers(stages.settings.key))

        return replace(stages, upstream=upstream)

    return apply


def _key_in_url(stages: Stages) -> Stages:
    def upstream(tool: str) -> Upstream:
        right = stages.upstream(tool)
        return replace(right, url=f"{right.url}?api_key={stages.settings.key}")

    return replace(stages, upstream=upstream)


def _key_in_body(stages: Stages) -> Stages:
    return _body(lambda body: {**body, "api_key": stages.settings.key})(stages)


def _asking_twice(stages: Stages) -> Stages:
    async def send(upstream: Upstream, body: Any) -> Answer:
        await stages.send(upstream, body)
        return await stages.send(upstream, body)

    return replace(stages, send=send)


def _refusals_sent_again(stages: Stages) -> Stages:
    """Try again whatever the provider says of who asks, and for what."""

    async def send(upstream: Upstream, body: Any) -> Answer:
        try:
            return await stages.send(upstream, body)
        except UpstreamFailure as failed:
            if failed.status not in (401, 403, 404):
                raise
            return await stages.send(upstream, body)

    return replace(stages, send=send)


def _system_merged(messages: list[Any]) -> list[Any]:
    system = [item["content"] for item in messages if item["role"] == "system"]
    others = [item for item in messages if item["role"] != "system"]
    if not all(isinstance(text, str) for text in system) or not system:
        return messages
    return [{"role": "system", "content": "\n".join(system)}, *others]


def _flattened(message: Any) -> Any:
    if not isinstance(message["content"], list):
        return message
    return {**message, "content": "".join(part["text"] for part in message["content"])}


def _text(change: Callable[[str], str]) -> Callable[[Any], Any]:
    """Return the change of every text inside a value."""
    return lambda value: everywhere(
        value, lambda item: change(item) if isinstance(item, str) else item
    )


def _in_texts(change: Callable[[str], str]) -> Defect:
    return _in_messages(lambda item: {**item, "content": _text(change)(item["content"])})


def _swapped(body: Any) -> Any:
    """Mix up two settings, where both are given."""
    if not {"temperature", "top_p"} <= body.keys():
        return body
    return {**body, "temperature": body["top_p"], "top_p": body["temperature"]}


DEFECTS: dict[str, Defect] = {
    "mapping-temperature-dropped": _dropping("temperature"),
    "mapping-stop-dropped": _dropping("stop"),
    "mapping-seed-dropped": _dropping("seed"),
    "mapping-seed-lost-beside-temperature": _body(
        lambda body: without(body, "seed") if "temperature" in body else body
    ),
    "mapping-numbers-swapped": _body(_swapped),
    "mapping-tools-dropped": _dropping("tools", "tool_choice"),
    "mapping-response-format-dropped": _dropping("response_format"),
    "mapping-user-and-metadata-dropped": _dropping("user", "metadata"),
    "mapping-zero-dropped": _body(
        lambda body: {name: value for name, value in body.items() if value or value is False}
    ),
    "mapping-author-name-dropped": _in_messages(lambda item: without(item, "name")),
    "mapping-tool-call-id-dropped": _in_messages(lambda item: without(item, "tool_call_id")),
    "mapping-asked-tool-calls-dropped": _in_messages(lambda item: without(item, "tool_calls")),
    "mapping-temperature-clamped": _changing("temperature", lambda value: min(value, 1)),
    "mapping-top-p-rounded": _changing("top_p", lambda value: round(value, 1)),
    "mapping-seed-through-float": _changing("seed", lambda value: int(float(value))),
    "mapping-stop-first-only": _changing(
        "stop", lambda value: value[0] if isinstance(value, list) else value
    ),
    "mapping-stop-as-list-sorted": _changing(
        "stop", lambda value: sorted(value) if isinstance(value, list) else value
    ),
    "mapping-text-trimmed": _in_texts(str.strip),
    "mapping-rules-trimmed": _in_messages(
        lambda item: (
            {**item, "content": item["content"].strip()}
            if item["role"] == "system" and isinstance(item["content"], str)
            else item
        )
    ),
    "mapping-text-ascii": _in_texts(lambda text: text.encode("ascii", "replace").decode()),
    "mapping-text-cut": _in_texts(lambda text: text[:_LONGEST]),
    "mapping-text-filled-in": _in_texts(lambda text: _PLACE.sub("", text)),
    "mapping-text-unescaped": _in_texts(lambda text: text.replace("\\n", "\n")),
    "mapping-text-as-number": _in_messages(
        lambda item: (
            {**item, "content": int(item["content"])}
            if isinstance(item["content"], str) and item["content"].isdigit()
            else item
        )
    ),
    "mapping-text-null-lost": _in_messages(
        lambda item: {**item, "content": ""} if item["content"] == "null" else item
    ),
    "mapping-parts-flattened": _in_messages(_flattened),
    "mapping-system-merged": _changing("messages", _system_merged),
    "mapping-order-reversed": _changing("messages", lambda items: items[::-1]),
    "mapping-history-cut": _changing("messages", lambda items: items[-_MOST_MESSAGES:]),
    "mapping-role-rewritten": _in_messages(
        lambda item: {**item, "role": "user"} if item["role"] == "system" else item
    ),
    "mapping-model-lowercase": _changing("model", str.lower),
    "mapping-temperature-invented": _body(lambda body: {"temperature": 0.7, **body}),
    "mapping-limit-invented": _body(lambda body: {"max_tokens": 256, **body}),
    "mapping-storage-invented": _body(lambda body: {"store": True, **body}),
    "mapping-tools-invented": _body(
        lambda body: {"tools": [{"type": "function", "function": {"name": "delete_files"}}], **body}
    ),
    "mapping-user-invented": _body(lambda body: {"user": "mcp", **body}),
    "mapping-user-invented-for-several": _body(
        lambda body: {"user": "mcp", **body} if body.get("n", 1) > 1 else body
    ),
    "mapping-system-invented": _changing(
        "messages",
        lambda items: [{"role": "system", "content": "You are a helpful pirate."}, *items],
    ),
    "mapping-asked-twice": _asking_twice,
    "mapping-refusals-sent-again": _refusals_sent_again,
    "mapping-key-without-scheme": _sent_as(
        lambda key: {"Authorization": key, "Content-Type": "application/json"}
    ),
    "mapping-key-in-wrong-header": _sent_as(
        lambda key: {"X-Api-Key": key, "Content-Type": "application/json"}
    ),
    "mapping-key-unsent": _sent_as(lambda key: {"Content-Type": "application/json"}),
    "mapping-label-wrong": _sent_as(
        lambda key: {"Authorization": f"Bearer {key}", "Content-Type": "text/plain"}
    ),
    "mapping-key-in-url": _key_in_url,
    "mapping-key-in-body": _key_in_body,
    "mapping-key-in-other-header": _headers(lambda key: {"X-Trace": f"caller={key}"}),
}
