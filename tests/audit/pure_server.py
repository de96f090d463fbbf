"""A server as two functions, whole answer → outcome and stream → outcome: audits without a link."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.dialect import Dialect, recognised
from harness.audit.oracles import outputs as output_oracle
from harness.audit.oracles import streaming as streaming_oracle
from harness.audit.phases import outputs, streaming
from harness.audit.scripts import scripted_answer, sent_by
from harness.cassette.joined_stream import join_stream
from harness.records.audit import NotTested, Observation, Probe
from harness.records.call import ArgumentsOrigin, Outcome, ToolCall
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.upstream.faults import parse_fault
from harness.upstream.wire_answer import faulty

Document = dict[str, Any]
Answering = Callable[[Document], Outcome]

PATHS: dict[Dialect, str] = {
    "chat": "/v1/chat/completions",
    "legacy": "/v1/completions",
    "messages": "/v1/messages",
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "prompt": {"type": "string"},
        "n": {"type": "integer", "minimum": 1},
        "tools": {"type": "array"},
        "stream": {"type": "boolean"},
        "logprobs": {"type": "boolean"},
        "thinking": {"type": "object"},
    },
    "required": ["prompt"],
    "additionalProperties": False,
}


def text_block(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}]


def result(text: str, **more: Any) -> Outcome:
    return Outcome(plane="result", content=text_block(text), **more)


def failure(text: str) -> Outcome:
    return Outcome(plane="tool_error", content=text_block(text))


def whole(document: Document) -> Outcome:
    """Answer with the provider's document."""
    return result(json.dumps(document))


def texts_of(document: Document) -> list[str]:
    """Return the text of each choice, or of the message."""
    if "choices" not in document:
        return ["".join(block.get("text", "") for block in document["content"])]
    found = [choice.get("message", choice) for choice in document["choices"]]
    return [item.get("content", item.get("text")) or "" for item in found]


def text_only(document: Document) -> Outcome:
    """Answer with the texts, and the tool calls under them."""
    lines = texts_of(document)
    for choice in document.get("choices", ()):
        lines += [json.dumps(call) for call in choice.get("message", {}).get("tool_calls") or ()]
    lines += [json.dumps(item) for item in document.get("content", ()) if "input" in item]
    return result("\n\n".join(lines))


def rules(
    answering: Answering,
    *,
    dialect: Dialect = "chat",
    streamed: Answering | None = None,
    definition: Mapping[str, Any] | None = None,
    without: tuple[str, ...] = (),
    unasked: Outcome | None = None,
    is_streaming: bool = False,
    ignores_streams: bool = False,
    more: Mapping[str, Any] | None = None,
    base: str = "http://127.0.0.1",
    asking: Mapping[str, Any] | None = None,
) -> set[str]:
    """Return the rules that a server breaks; see `judged`."""
    found = judged(
        answering,
        dialect=dialect,
        streamed=streamed,
        definition=definition,
        without=without,
        unasked=unasked,
        is_streaming=is_streaming,
        ignores_streams=ignores_streams,
        more=more,
        base=base,
        asking=asking,
    )
    return {item.rule for item in found if not isinstance(item, NotTested)}


def judged(
    answering: Answering,
    *,
    dialect: Dialect = "chat",
    streamed: Answering | None = None,
    definition: Mapping[str, Any] | None = None,
    without: tuple[str, ...] = (),
    unasked: Outcome | None = None,
    is_streaming: bool = False,
    ignores_streams: bool = False,
    more: Mapping[str, Any] | None = None,
    base: str = "http://127.0.0.1",
    asking: Mapping[str, Any] | None = None,
) -> list[Any]:
    """Return the verdicts about a server.

    Args:
        answering: from the provider's document to what the caller gets.
        dialect: how it asks the provider.
        streamed: the same for a stream that has been put together; `stream` in it says
            `complete` or `broken off`. None when streams are refused.
        definition: more of the tool's definition.
        without: properties that its schema lacks.
        unasked: what a refused stream gives; a failure when it is not told.
        is_streaming: whether each call asks the provider for a stream.
        ignores_streams: whether no call does.
        more: further properties of its schema.
        base: where it asks the provider.
        asking: what each request has besides the arguments.
    """
    properties = {key: value for key, value in SCHEMA["properties"].items() if key not in without}
    schema = {**SCHEMA, "properties": {**properties, **(more or {})}}
    facts = {"name": "ask", "inputSchema": schema, **(definition or {})}
    tool = ToolFacts(facts, dialect, {"prompt": "hello"}, is_streaming=is_streaming)
    context = AuditContext("pure", (tool,), sees_upstream=True)
    probes = [*outputs.plan(tool, context), *streaming.plan(tool, context)]
    refused = unasked or failure("streaming is not supported")
    asks: dict[str, Any] = {"stream": is_streaming} if is_streaming or ignores_streams else {}
    asks |= asking or {}
    seen = [
        _observation(probe, refused, None, None)
        if not (is_streaming or ignores_streams or streamed) and probe.arguments.get("stream")
        else _observed(probe, base + PATHS[dialect], answering, streamed, asks)
        for probe in probes
    ]
    return [*output_oracle.judge(seen, context), *streaming_oracle.judge(seen, context)]


def _observed(
    probe: Probe,
    url: str,
    answering: Answering,
    streamed: Answering | None,
    asks: Mapping[str, Any],
) -> Observation:
    arguments: Any = {**probe.arguments, **asks}
    body = json.dumps({"model": "m", **arguments}).encode()
    request = HttpRequest(method="POST", url=url, body=body)
    dialect = recognised(request)
    assert dialect is not None
    answer = scripted_answer(probe.upstream.script, request, dialect)
    if arguments.get("stream") and streamed is not None:
        outcome = _answered(lambda: streamed(_joined(probe, request, answer)))
    else:
        outcome = _answered(lambda: answering(answer.json_body()))
    return _observation(probe, outcome, Interaction(request=request, response=answer), request)


def _answered(answer: Callable[[], Outcome]) -> Outcome:
    try:
        return answer()
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        return failure(f"{type(error).__name__}: {error}")


def _joined(probe: Probe, request: HttpRequest, answer: HttpResponse) -> Document:
    body = answer.body
    if probe.upstream.fault:
        body = faulty(parse_fault(probe.upstream.fault), request, answer, None).body
    document = join_stream(body.decode("utf-8", "replace"))
    if not all(map(_is_readable, body.decode("utf-8", "replace").split("\n"))):
        document = {**document, "stream": "broken off"}
    return {**document, "raw": body.decode("utf-8", "replace")}


def _is_readable(line: str) -> bool:
    name, _, data = line.partition(": ")
    try:
        return name != "data" or data == "[DONE]" or bool(json.loads(data))
    except ValueError:
        return False


def _observation(
    probe: Probe, outcome: Outcome, interaction: Interaction | None, request: HttpRequest | None
) -> Observation:
    call = ToolCall(
        id=probe.id,
        target="pure",
        tool=probe.tool,
        arguments=probe.arguments,
        origin=ArgumentsOrigin(kind="generated"),
        outcome=outcome,
        interactions=(interaction,) if interaction else (),
    )
    sent = sent_by(probe.upstream.script, request) if request else None
    return Observation(probe=probe, call=call, sent=sent)


def changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a JSON value with `change` made to everything in it, from the inside."""
    return change(_inside(value, change))


def _inside(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: changed(item, change) for key, item in value.items()}
    return [changed(item, change) for item in value] if isinstance(value, list) else value


def without_members(*names: str) -> Answering:
    """Answer with the document but these members, wherever they are."""

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: item for key, item in value.items() if key not in names}
        return value

    return lambda document: whole(changed(document, change))


def each_text(change: Callable[[str], str]) -> Answering:
    """Answer with the document, each text of the model changed."""

    def inside(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            key: change(item) if key in ("content", "text") and isinstance(item, str) else item
            for key, item in value.items()
        }

    return lambda document: whole(changed(document, inside))


def names(verdicts: list[Any]) -> Iterator[str]:
    """Yield what was not tested."""
    return (item.what for item in verdicts if isinstance(item, NotTested))
