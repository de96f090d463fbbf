"""From the name of a script and a request to what the provider answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from harness.audit.dialect import Dialect, recognised
from harness.audit.scripts.asked import Asked
from harness.audit.scripts.catalogue import SCRIPTS
from harness.audit.scripts.chat import chat_document
from harness.audit.scripts.chat_stream import chat_frames
from harness.audit.scripts.legacy import legacy_document, legacy_frames
from harness.audit.scripts.messages import messages_document, messages_frames
from harness.audit.scripts.parts import arguments_text, counts, tool_name
from harness.audit.scripts.said import Said
from harness.errors import did_you_mean
from harness.records.http import HttpRequest, HttpResponse
from harness.records.json_value import JsonValue
from harness.upstream.simulators.wire import compact

_JSON = (("content-type", "application/json"),)
_EVENTS = (("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache"))


class _Form(NamedTuple):
    document: Callable[[str, Said, Asked], dict[str, Any]]
    frames: Callable[[dict[str, Any]], Iterator[bytes]]


_FORMS: dict[Dialect, _Form] = {
    "chat": _Form(chat_document, chat_frames),
    "legacy": _Form(legacy_document, legacy_frames),
    "messages": _Form(messages_document, messages_frames),
}


def script(name: str) -> Said:
    """Return the script `name`.

    Raises:
        KeyError: there is none.
    """
    try:
        return SCRIPTS[name]
    except KeyError:
        raise KeyError(f"no script {name!r}{did_you_mean(name, SCRIPTS)}") from None


def script_names(dialect: Dialect) -> tuple[str, ...]:
    """Return the scripts that `dialect` can tell."""
    return tuple(name for name, said in SCRIPTS.items() if dialect in said.dialects)


def document(name: str, request: HttpRequest, dialect: Dialect) -> dict[str, Any]:
    """Return the JSON document of the script `name`; for a stream, what its events add up to.

    The same script and request give the same document. What a dialect has no form for is left out.

    Raises:
        KeyError: there is no such script.
    """
    asked = Asked.of(request)
    return _FORMS[dialect].document(name, asked.shaped(script(name)), asked)


def scripted_answer(name: str, request: HttpRequest, dialect: Dialect) -> HttpResponse:
    """Return the answer of the script `name`, an event stream when the request asks for one.

    Raises:
        KeyError: there is no such script.
    """
    whole = document(name, request, dialect)
    if Asked.of(request).is_streamed:
        body = b"".join(_FORMS[dialect].frames(whole))
        return HttpResponse(status=200, headers=_EVENTS, body=body)
    return HttpResponse(status=200, headers=_JSON, body=compact(whole))


def sent_by(name: str, request: HttpRequest) -> JsonValue:
    """Return what the script `name` says, in words of no dialect; None to a foreign request.

    `text` (of the first choice, several blocks joined), `choices` (each `{text, texts, tool_calls,
    finish}`; `tool_calls` are `{name, arguments}`, the arguments as text), `others` (the texts of
    choices that nobody asked for), `reasoning`, `refusal`, `citations`, `usage` (`{input, output}`)
    and `is_streamed`.

    Raises:
        KeyError: there is no such script.
    """
    dialect = recognised(request)
    if dialect is None:
        return None
    asked = Asked.of(request)
    said = asked.shaped(script(name))
    texts = _texts(dialect, said, asked)
    calls = [
        {"name": tool_name(call, asked.tools), "arguments": arguments_text(call)}
        for call in said.calls
        if dialect != "legacy"
    ]
    choices = [
        {
            "text": None if said.text is None else "".join(blocks),
            "texts": blocks,
            "tool_calls": calls,
            "finish": said.finish,
        }
        for blocks in texts
    ]
    usage = counts(name)
    return {
        "text": choices[0]["text"],
        "choices": choices,
        "others": [
            said.wording(index) or ""
            for index in range(asked.choices, len(asked.finishes(said)))
            if dialect != "messages"
        ],
        "reasoning": said.reasoning if dialect != "legacy" else "",
        "refusal": said.refusal,
        "citations": list(said.citations),
        "usage": {"input": usage.prompt, "output": usage.completion},
        "is_streamed": asked.is_streamed,
    }


def _texts(dialect: Dialect, said: Said, asked: Asked) -> list[list[str]]:
    """Return the texts of each choice."""
    if dialect == "messages":
        return [[text for text in (said.text, *said.more_texts) if text]]
    prompts = asked.prompts if dialect == "legacy" else ("",)
    echoed = [prompt for prompt in prompts for _ in range(asked.choices)]
    wordings = [prompt + (said.wording(index) or "") for index, prompt in enumerate(echoed)]
    return [[text] if text else [] for text in wordings]
