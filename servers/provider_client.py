"""One request to a provider, one answer or one `UpstreamFailure`."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import anyio
import httpx

from servers import failures
from servers.answer_bytes import TooLarge, from_line_to_line, limited, whole
from servers.failures import EmptyAnswer, UpstreamFailure
from servers.json_text import NotJSON, parse, request_body
from servers.stream_reading import OnDelta, StreamAssembly, StreamReader


@dataclass(frozen=True)
class Upstream:
    """Where requests go and how.

    Attributes:
        url: full URL of the endpoint.
        headers: the documented headers, credentials included; hidden from `repr`.
        timeout: seconds until a whole answer must be there; for a stream, until its first byte
            and then from one line to the next: bytes that drip in without ever ending a line do
            not keep a call alive.
        proxy: URL of a proxy; without one the environment's proxies are not used.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    timeout: float
    proxy: str | None = field(default=None, repr=False)


async def exchange(
    upstream: Upstream, body: dict[str, Any], assembly: StreamAssembly, on_delta: OnDelta
) -> dict[str, Any]:
    """Post a body; return the provider's answer, assembled if it is an event stream.

    A provider may answer `stream: true` with plain JSON: the answer's content type decides.

    Args:
        upstream: where to post to.
        body: the request, sent as JSON.
        assembly: puts a stream of the provider's format together.
        on_delta: awaited for each delta of a stream.

    Raises:
        UpstreamFailure: no connection, time-out, a status other than 2xx, an answer that is not a
            JSON object or carries an error, one larger than `LARGEST_ANSWER`, a stream that
            broke off.
    """
    reader = StreamReader(assembly, on_delta)
    status: int | None = None
    has_begun = False
    try:
        with anyio.fail_after(upstream.timeout) as limit:
            async with (
                _client(upstream) as client,
                client.stream("POST", upstream.url, content=request_body(body)) as response,
            ):
                status = response.status_code
                if not response.is_success:
                    error_body = await _error_body(response)
                    raise failures.from_response(status, response.headers, error_body)
                if _is_event_stream(response, asked=body.get("stream") is True):
                    has_begun = True
                    paced = from_line_to_line(limited(response), reader, limit, upstream.timeout)
                    async with aclosing(paced) as chunks:
                        return await reader.read(chunks)
                return _answer(status, await whole(response))
    except (httpx.TimeoutException, TimeoutError):
        reason = f"timed out after {upstream.timeout:g} s"
        arrived = reader.arrived if has_begun else None
        raise UpstreamFailure(
            reason, status=status, timeout=upstream.timeout, arrived=arrived
        ) from None
    except (httpx.HTTPError, TooLarge) as error:
        reason = _reason(error)
        if has_begun:
            raise reader.broken_off(reason) from None
        raise UpstreamFailure(reason, status=status) from None


def _client(upstream: Upstream) -> httpx.AsyncClient:
    # One client per call: a server may be used in several event loops, one after the other.
    # auth: an empty one, because user info in a URL must not become an Authorization header.
    return httpx.AsyncClient(
        headers=dict(upstream.headers),
        timeout=upstream.timeout,
        proxy=upstream.proxy,
        verify=_tls_context(),
        auth=httpx.Auth(),
        trust_env=False,
        follow_redirects=False,
    )


@cache
def _tls_context() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)  # 20 ms, so not for each call


def _is_event_stream(response: httpx.Response, *, asked: bool) -> bool:
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "text/event-stream" or (asked and media_type in ("", "text/plain"))


async def _error_body(response: httpx.Response) -> bytes:
    try:
        return await whole(response)
    except (TooLarge, httpx.StreamError, httpx.TransportError, httpx.DecodingError):
        return b""  # the status is the news; a damaged body must not hide it


def _answer(status: int, body: bytes) -> dict[str, Any]:
    try:
        answer = parse(body) if body.strip() else None
    except NotJSON as error:
        raise UpstreamFailure(f"the provider's answer is {error}", status=status) from None
    if answer is None or answer == {}:
        raise EmptyAnswer(status)
    if not isinstance(answer, dict):
        raise UpstreamFailure("the provider's answer is not a JSON object", status=status)
    if failures.has_error(answer):
        raise failures.from_error_answer(status, answer)
    return answer


def _reason(error: Exception) -> str:
    """Say what happened to the connection, without addresses."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionRefusedError):
            return "the connection was refused"
        if isinstance(cause, ConnectionResetError):
            return "the connection was reset"
        if isinstance(cause, ssl.SSLError):
            return "no secure connection: the TLS handshake failed"
        cause = cause.__cause__ or cause.__context__
    match error:
        case TooLarge():
            return str(error)
        case httpx.DecodingError():
            return "the answer's compression is damaged"
        case httpx.ProxyError():
            return "the proxy refused the connection"
        case httpx.ConnectError():
            return "no connection could be made"
        case httpx.RemoteProtocolError():
            return "the connection was closed before the answer was complete"
        case _:
            return "the connection was lost"
