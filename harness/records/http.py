"""One HTTP exchange between a server under test and its provider."""

from __future__ import annotations

import json
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from harness.records.body import Body
from harness.records.record import Record

Headers = tuple[tuple[str, str], ...]
"""Header lines in wire order; a name may stand more than once."""

Chunks = tuple[tuple[float, int], ...]
"""The pieces in which a body arrived: seconds after the request was sent, and bytes."""

TransportFailure = Literal["refused", "reset", "timeout", "truncated"]
"""How an exchange ended without a whole response: no connection, closed before the headers,
no answer in time, closed in the middle of the body."""


class Message(Record):
    """What requests and responses share: header lines and a body."""

    headers: Headers = ()
    body: Body = b""

    def header(self, name: str) -> str | None:
        """Return the first value of the header `name`, in any case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def json_body(self) -> Any:
        """Return the body as JSON.

        Raises:
            ValueError: the body is not JSON in UTF-8.
        """
        try:
            return json.loads(self.body.decode("utf-8"))
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class HttpRequest(Message):
    """A request as the provider would see it: `url` names the provider's own origin."""

    method: str
    url: str

    @property
    def path(self) -> str:
        """The path of the URL, `/` when it is empty."""
        return urlsplit(self.url).path or "/"

    @property
    def origin(self) -> str:
        """Scheme, host and port, `https://api.x.ai`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


class HttpResponse(Message):
    """A response; after `truncated` the body holds what had arrived."""

    status: int
    reason: str = ""


class Interaction(Record):
    """A request and how it ended: a response, a failure, or (`truncated`) both."""

    request: HttpRequest
    response: HttpResponse | None = None
    failure: TransportFailure | None = None
    seconds: float = Field(default=0.0, ge=0)
    chunks: Chunks = ()
    """Empty when the pieces are not known."""
    metadata: dict[str, Any] = Field(default_factory=dict)
    """Facts that the cassette keeps beside the exchange: origin, provider, date, tool."""
