"""A model as selector, over an OpenAI-compatible endpoint; recorded and replayed like all else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import httpx

from harness.cassette.store import load
from harness.errors import HarnessError, UsageError
from harness.records.selection import Choice
from harness.runner.model_endpoint import model_endpoint
from harness.runner.selection import Tools

KEY_VARIABLES = ("TOOLREEL_SELECT_API_KEY", "OPENAI_API_KEY")
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST_NAME = 64
_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """Which model chooses, and where its answers are kept.

    Raises:
        UsageError: where to record from does not fit the record mode.
    """

    model: str
    base_url: str
    cassette: Path
    record_mode: Literal["none", "once", "new_episodes", "all"] = "none"
    upstream: Literal["simulate", "live"] | None = None

    def __post_init__(self) -> None:
        if (self.record_mode == "none") != (self.upstream is None):
            raise UsageError("--record-mode and --upstream (simulate or live) go together")


class ModelSelector:
    """Asks a model with all tools at hand; use within `answering`."""

    def __init__(self, client: httpx.Client, options: ModelOptions, tools: Tools) -> None:
        self.name = options.model
        self._client = client
        # OpenAI API reference: function names are a-z, A-Z, 0-9, _ and -, at most 64 of them.
        self._names = {_safe(name, at): name for at, name in enumerate(tools)}
        self._functions = [_function(safe, tools[name]) for safe, name in self._names.items()]

    def choose(self, request: str) -> Choice:
        """Return the tool that the model calls first.

        Raises:
            CassetteError: the request has no recorded answer.
            HarnessError: the endpoint gives no chat completion.
        """
        answer = self._client.post(
            "chat/completions",
            json={
                "model": self.name,
                "messages": [{"role": "user", "content": request}],
                "tools": self._functions,
                "tool_choice": "auto",
                "temperature": 0,
            },
        )
        try:
            answer.raise_for_status()
            message = answer.json()["choices"][0]["message"]
            calls = message.get("tool_calls") or []
            function = calls[0]["function"] if calls else None
            return Choice(tool=None) if function is None else self._choice(function)
        except (httpx.HTTPStatusError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise HarnessError(f"the model gave no answer to {request!r}: {error}") from error

    def _choice(self, function: Mapping[str, Any]) -> Choice:
        called = str(function["name"])
        try:
            arguments = json.loads(function.get("arguments") or "{}")
        except ValueError:
            arguments = {}
        return Choice(tool=self._names.get(called, called), arguments=arguments)


def _safe(name: str, at: int) -> str:
    safe = _NOT_IN_NAME.sub("_", name)
    return safe if safe == name and len(name) <= _LONGEST_NAME else f"{safe[:56]}_{at}"


def _function(name: str, tool: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": tool.get("description") or "",
            "parameters": tool.get("inputSchema") or {"type": "object"},
        },
    }


@contextmanager
def answering(
    options: ModelOptions, environ: Mapping[str, str]
) -> Iterator[Callable[[Tools], ModelSelector]]:
    """Yield what makes selectors whose requests are replayed, or recorded into one cassette.

    Raises:
        CassetteError: there is no cassette, or a request is not in it.
        UsageError: a real provider is asked without a key.
    """
    with (
        model_endpoint(options, "toolreel select … --selector model") as base_url,
        httpx.Client(
            base_url=base_url,
            headers={"authorization": f"Bearer {_key(options, environ)}"},
            timeout=_SECONDS,
        ) as client,
    ):
        yield partial(ModelSelector, client, options)


def _key(options: ModelOptions, environ: Mapping[str, str]) -> str:
    if options.upstream != "live":
        return "replayed"
    key = next((environ[name] for name in KEY_VARIABLES if environ.get(name)), "")
    if not key:
        raise UsageError(f"--upstream live needs a key in {' or '.join(KEY_VARIABLES)}")
    return key


def origin_of(cassette: Path) -> str:
    """Return where the answers in a cassette came from, as it says itself."""
    origins = {str(item.metadata.get("origin", "unknown")) for item in load(cassette) or ()}
    return ", ".join(sorted(origins)) or "unknown"
