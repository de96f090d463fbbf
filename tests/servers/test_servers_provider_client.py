import gzip
import json
from typing import Any

import anyio
import pytest
from scripted_provider import (
    COMPLETION,
    SECONDS,
    STREAM_HEAD,
    Reset,
    ScriptedProvider,
    Stall,
    chunk,
    response,
    unused_url,
)

from servers.failures import Arrived, UpstreamFailure
from servers.provider_client import Upstream, exchange
from servers.stream_assembly_anthropic import AnthropicAssembly
from servers.stream_assembly_openai import OpenAIAssembly

pytestmark = pytest.mark.anyio

DELTA = {"id": "c", "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hel"}}]}
MORE = {"id": "c", "choices": [{"index": 0, "delta": {"content": "lo"}}]}
LAST = {"id": "c", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


async def answer_of(
    url: str,
    *,
    stream: bool | None = None,
    limit: float = SECONDS,
    deltas: list[tuple[int, str]] | None = None,
    assembly: Any = None,
) -> dict[str, Any]:
    async def note(count: int, text: str) -> None:
        if deltas is not None:
            deltas.append((count, text))

    body = {"model": "m"} if stream is None else {"model": "m", "stream": stream}
    upstream = Upstream(f"{url}/v1/x", {"authorization": "Bearer k"}, limit)
    with anyio.fail_after(SECONDS):
        return await exchange(upstream, body, assembly or OpenAIAssembly(), note)


async def failure_of(url: str, **options: Any) -> UpstreamFailure:
    with pytest.raises(UpstreamFailure) as caught:
        await answer_of(url, **options)
    return caught.value


async def test_an_answer_is_returned_as_parsed(provider: ScriptedProvider) -> None:
    assert await answer_of(provider.url) == COMPLETION
    assert provider.request.method == "POST"
    assert provider.request.path == "/v1/x"


async def test_a_compressed_answer_is_read(provider: ScriptedProvider) -> None:
    provider.plays(response(gzip.compress(b'{"a": 1}'), headers={"content-encoding": "gzip"}))
    assert await answer_of(provider.url) == {"a": 1}


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ([response(b"{}", headers={"content-encoding": "gzip"})], "compression is damaged"),
        ([Reset()], "the connection was"),
        ([b""], "closed before the answer was complete"),
        ([b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"], "closed before the answer"),
        ([b"not http at all\r\n\r\n"], "closed before the answer"),
        ([response(b"<html>hi</html>")], "not JSON"),
        ([response(b'{"a": 1')], "not JSON"),
        ([response(b'{"a": NaN}')], "NaN is not a number"),
        ([response(b"")], "answer is empty"),
        ([response(b"[1]")], "not a JSON object"),
        ([response(b'"text"')], "not a JSON object"),
        ([response(b"[" * 100_000)], "nested too deeply"),
        ([response(b'{"code": "unavailable", "error": "Timed out waiting"}')], "Timed out waiting"),
        ([response(b'{"error": {"message": "hidden", "type": "server_error"}}')], "hidden"),
        ([response(b'{"object": "error", "message": "m", "code": 503}')], "m"),
    ],
)
async def test_every_unusable_answer_is_a_failure_that_says_why(
    provider: ScriptedProvider, script: list[Any], reason: str
) -> None:
    provider.plays(*script)
    failure = await failure_of(provider.url)
    assert reason in failure.message
    assert failure.retryable
    assert failure.arrived is None
    assert await answer_of(provider.url) == COMPLETION


async def test_an_error_of_null_is_no_error(provider: ScriptedProvider) -> None:
    provider.answers({"error": None, "id": 1})
    assert await answer_of(provider.url) == {"error": None, "id": 1}


async def test_a_refused_connection_is_named() -> None:
    failure = await failure_of(unused_url())
    assert failure.reason == "the connection was refused"
    assert failure.facts() == {"status": None, "retryable": True, "retry_after": None}


async def test_an_unknown_host_is_no_connection() -> None:
    failure = await failure_of("http://nowhere.invalid")
    assert failure.reason == "no connection could be made"


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"])
async def test_a_timeout_names_its_seconds(provider: ScriptedProvider, begun: bytes) -> None:
    provider.plays(begun, Stall())
    failure = await failure_of(provider.url, limit=0.2)
    assert failure.reason == "timed out after 0.2 s"
    assert failure.timeout == 0.2
    assert failure.status == (200 if begun else None)


async def test_redirects_are_not_followed(provider: ScriptedProvider) -> None:
    provider.plays(response(status=302, headers={"location": f"{provider.url}/elsewhere"}))
    failure = await failure_of(provider.url)
    assert failure.message == "Found (redirects are not followed)"
    assert (failure.status, failure.retryable, len(provider.requests)) == (302, False, 1)


async def test_a_damaged_error_body_does_not_hide_the_status(provider: ScriptedProvider) -> None:
    provider.plays(response(b"{}", 503, {"content-encoding": "gzip", "retry-after": "2"}))
    failure = await failure_of(provider.url)
    assert (failure.status, failure.reason, failure.retry_after) == (503, "Service Unavailable", 2)


async def test_retry_after_on_a_success_is_no_sign_of_failure(provider: ScriptedProvider) -> None:
    provider.answers(COMPLETION, headers={"retry-after": "9"})
    assert await answer_of(provider.url) == COMPLETION


async def test_user_info_in_the_url_does_not_become_a_credential(
    provider: ScriptedProvider,
) -> None:
    await answer_of(provider.url.replace("http://", "http://user:pass@"))
    assert provider.request.headers["authorization"] == "Bearer k"


async def test_the_proxies_of_the_environment_are_not_used(
    provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, unused_url())
    assert await answer_of(provider.url) == COMPLETION


async def test_a_stream_is_assembled_and_each_delta_reported(provider: ScriptedProvider) -> None:
    provider.streams(": note\n\n", DELTA, MORE, LAST)
    deltas: list[tuple[int, str]] = []
    answer = await answer_of(provider.url, stream=True, deltas=deltas)
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "Hello"}
    assert deltas == [(1, "Hel"), (2, "lo")]


async def test_deltas_are_reported_while_the_stream_still_runs(provider: ScriptedProvider) -> None:
    provider.streams(DELTA, done=False, end=(Stall(),))
    deltas: list[tuple[int, str]] = []
    failure = await failure_of(provider.url, stream=True, limit=0.3, deltas=deltas)
    assert deltas == [(1, "Hel")]
    assert failure.timeout == 0.3
    assert failure.arrived == Arrived(deltas=1, text="Hel")


async def test_a_stream_is_told_by_its_content_type_even_when_not_asked_for(
    provider: ScriptedProvider,
) -> None:
    provider.streams(DELTA, LAST)
    assert (await answer_of(provider.url))["choices"][0]["message"]["content"] == "Hel"


async def test_plain_json_in_answer_to_stream_is_the_answer(provider: ScriptedProvider) -> None:
    assert await answer_of(provider.url, stream=True) == COMPLETION


async def test_an_asked_for_stream_without_content_type_is_read(
    provider: ScriptedProvider,
) -> None:
    body = b'data: {"id": "c", "choices": []}\n\ndata: [DONE]\n\n'
    provider.plays(response(body, headers={"content-type": "text/plain"}))
    assert (await answer_of(provider.url, stream=True))["id"] == "c"


async def test_what_follows_done_is_not_waited_for(provider: ScriptedProvider) -> None:
    provider.streams(DELTA, end=(Stall(),))
    assert (await answer_of(provider.url, stream=True))["id"] == "c"


async def test_a_stream_may_stop_after_its_finish_reason(provider: ScriptedProvider) -> None:
    provider.streams(DELTA, LAST, done=False)
    assert (await answer_of(provider.url, stream=True))["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("tail", "end", "reason"),
    [
        ([], (chunk(b"data: {"), Reset()), "the stream broke off: the connection was"),
        ([], (b"",), "the stream broke off: the connection was closed"),
        ([], (b"0\r\n\r\n",), "the stream broke off: it ended before the answer was finished"),
        (['error: {"message": "raw"}\n\n'], (), "the stream carried an error: raw"),
        ([{"error": {"message": "chunk", "code": 502}}], (), "the stream carried an error: chunk"),
        (["event: error\ndata: plain words\n\n"], (), "the stream carried an error: plain words"),
        (["event: error\ndata: [1]\n\n"], (), "the stream carried an error: "),
        (["data: {nonsense\n\n"], (), "an event of the stream is not JSON"),
        (['data: {"a": NaN}\n\n'], (), "NaN is not a number"),
        (["data: 5\n\n"], (), "an event of the stream has an unknown shape"),
        ([{"choices": [5]}], (), "an event of the stream has an unknown shape"),
        ([{"choices": 5}], (), "an event of the stream has an unknown shape"),
        ([b"data: \xff\n\n"], (), "the stream is not UTF-8"),
    ],
)
async def test_a_stream_that_fails_says_why_and_how_much_had_arrived(
    provider: ScriptedProvider, tail: list[Any], end: Any, reason: str
) -> None:
    provider.streams(DELTA, MORE, *tail, done=False, end=end)
    failure = await failure_of(provider.url, stream=True)
    assert reason in failure.message
    assert failure.arrived == Arrived(deltas=2, text="Hello")
    assert failure.message.endswith("2 deltas (5 characters) had arrived. Partial text: Hello")
    assert failure.facts()["stream"] == {"deltas": 2, "characters": 5, "text": "Hello"}
    assert failure.status == 200


@pytest.mark.parametrize(
    "script",
    [
        [STREAM_HEAD, b"0\r\n\r\n"],
        [
            response(
                b"data: [DONE]\n\n", headers={"content-type": "text/event-stream; charset=utf-8"}
            )
        ],
    ],
)
async def test_a_stream_without_content_is_no_answer(
    provider: ScriptedProvider, script: list[bytes]
) -> None:
    provider.plays(*script)
    failure = await failure_of(provider.url, stream=True)
    assert "ended without any content; 0 deltas (0 characters) had arrived." in failure.message


async def test_an_overload_in_mid_stream_may_be_retried_and_a_bad_request_not(
    provider: ScriptedProvider,
) -> None:
    def event(kind: str) -> str:
        error = {"type": "error", "error": {"type": kind, "message": "m"}}
        return f"event: error\ndata: {json.dumps(error)}\n\n"

    provider.streams(event("overloaded_error"), done=False)
    provider.streams(event("invalid_request_error"), done=False)
    for expected in (True, False):
        failure = await failure_of(provider.url, stream=True, assembly=AnthropicAssembly())
        assert failure.retryable is expected


async def test_a_character_cut_in_two_by_the_network_survives(provider: ScriptedProvider) -> None:
    raw = 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"🎉"}}]}\n\n'.encode()
    provider.streams(raw[:60], raw[60:61], raw[61:62], raw[62:])
    answer = await answer_of(provider.url, stream=True)
    assert answer["choices"][0]["message"]["content"] == "🎉"
