"""A request on its way through a simulator."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from harness.records.http import HttpRequest
from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.seeded import Seed

STREAMING = ("stream", "stream_options")


class Rejection(Exception):
    """Raised by a check; carries the provider's answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True)
class Call:
    """The request, its JSON body, and the seed of everything that is made up for it."""

    request: HttpRequest
    body: Any
    """The parsed body; None when it is not JSON."""
    problem: str
    """Why the body is not JSON; empty when it is."""
    seed: Seed
    content_seed: Seed
    """The seed of what is said, which is the same streamed or not."""
    tail: str
    """Text to append to the answer's own."""

    @classmethod
    def of(cls, request: HttpRequest, tail: str = "") -> Call:
        """Parse `request`; method, URL and JSON value of the body decide the seed."""
        body, problem = _parse(request.body)
        seed = _seed(request, request.body if problem else _canonical(body))
        content = request.body if problem else _canonical(_without_streaming(body))
        return cls(request, body, problem, seed, _seed(request, content), tail)

    @property
    def model(self) -> str:
        """The model asked for, empty when none is."""
        model = self.body.get("model") if isinstance(self.body, dict) else None
        return model if isinstance(model, str) else ""

    @property
    def is_streamed(self) -> bool:
        """Whether the body asks for an event stream."""
        return isinstance(self.body, dict) and self.body.get("stream") is True

    @property
    def bearer(self) -> str:
        """The token of the Authorization header, empty without one."""
        scheme, _, token = (self.request.header("authorization") or "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


BAD_KEY_WORDS = ("bad", "invalid", "wrong", "incorrect", "revoked")


def is_bad_key(key: str) -> bool:
    """Whether the simulators refuse `key`: one of `BAD_KEY_WORDS` is in it."""
    return any(word in key.lower() for word in BAD_KEY_WORDS)


def name_in(key: str, names: Iterable[str]) -> str | None:
    """Return the longest of `names` that is in `key`, with `-` or `_` between its words."""
    text = key.lower().replace("-", "_")
    return max((name for name in names if name in text), key=len, default=None)


def _seed(request: HttpRequest, body: bytes) -> Seed:
    return Seed.of(request.method.encode(), request.url.encode(), body)


def _canonical(body: Any) -> bytes:
    return json.dumps(body, sort_keys=True).encode()


def _without_streaming(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {key: value for key, value in body.items() if key not in STREAMING}


def _parse(body: bytes) -> tuple[Any, str]:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant), ""
    except (ValueError, RecursionError) as error:
        return None, str(error)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
