"""One battery of calls an area: what is asked of a server, and what its provider replies."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx

Reply = Callable[[httpx.Request], httpx.Response]
Battery = list[tuple[Any, Reply]]

BASE = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
DETAILED = {
    "prompt_tokens": 3,
    "prompt_tokens_details": {"cached_tokens": 2},
    "completion_tokens_details": {"reasoning_tokens": 1},
}
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def completion(*messages: Any, reason: str = "stop", **more: Any) -> Any:
    choices = [
        {"index": index, "message": {"role": "assistant", **message}, "finish_reason": reason}
        for index, message in enumerate(messages)
    ]
    return {"id": "c", "object": "chat.completion", "choices": choices, "usage": USAGE, **more}


def replying(value: Any, status: int = 200, **headers: str) -> Reply:
    content = value if isinstance(value, str) else json.dumps(value)
    kind = "text/html" if isinstance(value, str) else "application/json"
    fields = {"content-type": kind, **{name.replace("_", "-"): headers[name] for name in headers}}
    return lambda request: httpx.Response(status, headers=fields, text=content)


def streaming(*events: Any, done: bool = True, broken: bool = False) -> Reply:
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    lines += ['data: {"choices": [\n\n'] * broken + ["data: [DONE]\n\n"] * done
    fields = {"content-type": "text/event-stream"}
    return lambda request: httpx.Response(200, headers=fields, text="".join(lines))


def formed(reply: Reply, *changes: tuple[str, str], size: int = 100_000, **headers: str) -> Reply:
    """Return a reply in another form: texts replaced, and `size` bytes at a time."""

    def changed(request: httpx.Request) -> httpx.Response:
        usual = reply(request)
        text = usual.text
        for before, after in changes:
            text = text.replace(before, after)
        content = text.encode()

        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(content), size):
                yield content[start : start + size]

        fields = {"content-type": usual.headers["content-type"], **headers}
        return httpx.Response(200, headers=fields, content=pieces())

    return changed


def failing(error: type[httpx.TransportError]) -> Reply:
    def reply(request: httpx.Request) -> httpx.Response:
        raise error("no way", request=request)

    return reply


def piece(index: int = 0, reason: str | None = None, **delta: Any) -> Any:
    choice = {"index": index, "delta": delta, "finish_reason": reason}
    return {"id": "c", "object": "chat.completion.chunk", "choices": [choice]}


CALL = {"id": "t", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
SAID = completion({"content": "hi"})
BLOCKS = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
MESSAGE = {"type": "message", "content": BLOCKS, "stop_reason": "end_turn", "usage": USAGE}
OTHERS = completion({"content": "first"}, {"content": "second"}, reason="length")
RICH = {
    **BASE,
    "model": "Big-Model",
    "messages": [
        {"role": "system", "content": "one"},
        {"role": "user", "content": " Grüße " + "x" * 300, "name": "bob"},
        {"role": "system", "content": " two "},
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "content": [{"type": "text", "text": "done"}], "tool_call_id": "t"},
    ],
    "temperature": 1.5,
    "top_p": 0.123,
    "seed": 2**53 + 1,
    "stop": ["z", "a"],
    "user": "u",
    "n": 2,
    "presence_penalty": 0,
    "response_format": {"type": "json_object"},
    "tools": [{"type": "function", "function": {"name": "f"}}],
    "metadata": {"a": "b"},
}


def chatting(**message: Any) -> Any:
    return {**BASE, "messages": [{"role": "user", "content": "hi", **message}]}


JUDGED: list[Any] = [
    *(
        {**BASE, name: value}
        for name, value in (
            ("temperature", 2),
            ("temperature", 3),
            ("temperature", "1"),
            ("stop", ["a"]),
            ("stop", [1]),
            ("stop", ["a"] * 5),
            ("n", 5),
            ("user", 5),
            ("user", None),
            ("max_tokens", 1.5),
            ("stream", "false"),
            ("unknown", 1),
        )
    ),
    chatting(role="tool"),
    chatting(role="king"),
    chatting(content=[]),
    chatting(content=""),
    chatting(name="?"),
    chatting(unknown=1),
    {**BASE, "messages": [{"role": "user"}]},
    {**BASE, "messages": [{"role": 1, "content": ""}]},
    {"messages": BASE["messages"]},
]
STREAM = {**BASE, "stream": True}
WHOLE = (
    piece(role="assistant", content=""),
    piece(content="one "),
    piece(content="zwölf"),
    piece(1, content="three"),
    piece(tool_calls=[{"index": 0, **CALL}]),
    piece(1, "stop"),
    piece(0, "tool_calls"),
)
BATTERIES: dict[str, Battery] = {
    "definitions": [],
    "validation": [(arguments, replying(SAID)) for arguments in JUDGED],
    "mapping": [
        (BASE, replying(SAID)),
        (RICH, replying(SAID)),
        *((chatting(content=text), replying(SAID)) for text in ("{{x}}", "a\\nb", "173", "null")),
        (BASE, replying({"error": {"message": "no"}}, 401)),
    ],
    "errors": [
        *(
            (BASE, reply)
            for reply in (
                replying({"error": {"message": "slow"}}, 429, retry_after="7"),
                replying({"error": {"message": "no"}}, 400),
                replying({"error": {"message": "no"}}, 200),
                replying("<html><h1>Gateway</h1></html>"),
                failing(httpx.ConnectError),
                failing(httpx.ReadTimeout),
                replying(SAID),
                replying([]),
                replying(completion()),
            )
        ),
        ({**BASE, "temperature": 9}, replying(SAID)),
    ],
    "output": [
        (BASE, replying({**completion({"content": "a"}), "usage": DETAILED})),
        (BASE, replying(MESSAGE)),
        (BASE, formed(replying(SAID), ("hi", "Grüße"), size=1)),
        (BASE, formed(replying(SAID), **{"content-type": "application/json; charset=utf-8"})),
        *(
            (BASE, replying(completion(*messages, reason=reason, odd=[2**53 + 1, 1e-7])))
            for reason, *messages in (
                ("stop", {"content": " a\n```\n<ü>\n" + "x" * 5000}),
                ("tool_calls", {"content": None, "tool_calls": [CALL, {**CALL, "id": "u"}]}),
                ("length", {"content": ""}, {"content": "b", "reasoning_content": "because"}),
            )
        ),
    ],
    "streaming": [
        (STREAM, streaming(*WHOLE)),
        *(
            (STREAM, formed(streaming(*WHOLE), *changes, size=size))
            for size, changes in (
                (1, [("\\u00f6", "ö")]),
                (100_000, [("\n", "\r\n")]),
                (100_000, [("data:", ": busy\n\ndata:")]),
                (100_000, [("data: ", "data:")]),
                (100_000, [("data:", "id: 1\ndata:")]),
            )
        ),
        (STREAM, streaming(*WHOLE[:3], done=False)),
        (STREAM, streaming(*WHOLE, broken=True)),
        (STREAM, streaming(*WHOLE[:3], {"error": {"message": "overloaded"}}, done=False)),
    ],
    "protocol": [
        ({**BASE, "temperature": 0.5}, replying(SAID)),
        (BASE, replying(completion({"content": "other"}))),
        (None, replying(SAID)),
        (chatting(content="x" * 600_000), replying(SAID)),
    ],
}
