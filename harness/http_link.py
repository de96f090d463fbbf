"""The HTTP client under MCP's Streamable HTTP link: one broken exchange does not end the link."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from json import dumps as to_text
from typing import Any

import httpx2

from harness.link_failure import LINK_MARK


class HttpLinkClient(httpx2.AsyncClient):
    """An HTTP client that never breaks the SDK's Streamable HTTP link off.

    An exception of its client ends the whole link (mcp 2.3.0, client/streamable_http.py), and the
    run with it. Here a broken exchange is answered with a JSON-RPC error, so that only the call
    fails; and what JSON can say, lone surrogates among it, can be sent.
    """

    def build_request(
        self, method: str, url: httpx2.URL | str, *, json: Any = None, **more: Any
    ) -> httpx2.Request:
        """Return the request; its JSON in ASCII, because UTF-8 has no lone surrogates."""
        if json is None:
            return super().build_request(method, url, **more)
        headers = httpx2.Headers(more.pop("headers", None))
        headers["content-type"] = "application/json"
        content = to_text(json)
        return super().build_request(method, url, content=content, headers=headers, **more)

    async def send(self, request: httpx2.Request, **more: Any) -> httpx2.Response:
        """Send the request; a broken exchange gives an answer as well."""
        try:
            response = await super().send(request, **more)
        except httpx2.TransportError as error:
            reason = str(error) or type(error).__name__
            failure = {"code": -32000, "message": f"Connection closed: {reason}", "data": LINK_MARK}
            body = {"jsonrpc": "2.0", "id": None, "error": failure}
            return httpx2.Response(502, json=body, request=request)
        if isinstance(response.stream, httpx2.AsyncByteStream) and not response.is_stream_consumed:
            response.stream = _UpToTheBreak(response.stream)
        return response


class _UpToTheBreak(httpx2.AsyncByteStream):
    """A response body that ends where the connection broke; the SDK sees that it is not whole."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with suppress(httpx2.TransportError):
            async for chunk in self._stream:
                yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
