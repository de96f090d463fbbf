"""Every fault, one at a time, against every reference server, and the call after it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import anyio
import pytest
from fault_provider import FaultyProvider, serving
from mcp import Client, MCPError

from harness.upstream.fault_kinds import KINDS, STATUSES
from harness.upstream.faults import parse_fault
from servers import acedata, answer_bytes, gateway, grok

pytestmark = pytest.mark.anyio

LIMIT = 4
"""Seconds that a server waits for its provider."""
HARD_LIMIT = 30
"""Seconds after which a call counts as hanging, on the busiest machine."""
AT_ONCE = 48

DATE = "Wed, 21 Oct 2026 07:28:00 GMT"
DOCUMENTED = (400, 401, 403, 404, 410, 413, 422, 429, 500, 502, 503, 504, 529)

LATE = {"slow; delay=30", "drip; every=0.5", "timeout", "stalled"}
"""Faults that a server gives up on when its time is over."""
FAILING = {
    *map(str, DOCUMENTED),
    "402",
    "418",
    "599",
    "429; retry-after=2",
    f"503; retry-after={DATE}",
    "529; retry-after-ms=1500",
    "502; body=html",
    "500; body=empty",
    "401; body=echo",
    "401; body=echo-text",
    "503; body=text",
    "other-json; document=[]",
    "429; delay=0.1; retry-after=7",
    "error-in-200",
    "stream-error",
    "stream-error; then=done",
    "other-json",
    "no-choices",
    "not-json",
    "empty",
    "truncated",
    "truncated; ending=complete",
    "truncated; ending=reset",
    "truncated; ending=complete; at=frame",
    "truncated; at=inside",
    "truncated-character",
    "truncated-character; ending=complete",
    "duplicate-keys",
    "invalid-utf8",
    "nan",
    "huge; size=2000000",
    "wrong-content-type",
    "gzip-garbage",
    "redirect-loop",
    "refused",
    "reset",
    "reset; delay=0.1",
    "reset-mid-body",
    "wrong-content-length; by=-400",
}
HARMLESS = {"slow; delay=0.2", "slow; frame-delay=0.01", "drip; step=100; every=0.001", "surrogate"}
"""The whole answer comes, and a server passes it on."""
MISMEASURED = {"wrong-content-length"}
"""A JSON body fails; of a stream everything comes, so it is whole before the length is missed."""


PASSED_ON = {"other-json": '"status": "ok"', "no-choices": '"choices": []'}
"""By what an answer is known that a server passes on as it is."""


class Ask(NamedTuple):
    server: str
    endpoint: str
    streamed: bool

    @property
    def tool(self) -> str:
        return {
            "acedata": "grok_chat_completions",
            "gateway": "chat_completion",
            "grok": "create_completion"
            if self.endpoint == "completions"
            else "create_chat_completion",
        }[self.server]

    @property
    def arguments(self) -> dict[str, Any]:
        model = {"openai": "gpt-4o", "anthropic": "claude-sonnet-4-5"}.get(self.endpoint, "grok-4")
        if self.endpoint == "completions":
            return {"model": "grok-3", "prompt": "Say 早上好", "stream": self.streamed}
        messages = [{"role": "user", "content": "Say 早上好, please."}]
        return {"model": model, "messages": messages, "stream": self.streamed}

    def connected_to(self, base: str) -> Any:
        match self.server:
            case "grok":
                return grok.create_server(
                    {
                        "GROK_API_KEY": "xai-test-0123456789",
                        "GROK_API_BASE_URL": f"{base}/api.x.ai/v1",
                        "GROK_REQUEST_TIMEOUT": str(LIMIT),
                    }
                )
            case "acedata":
                return acedata.create_server(
                    {
                        "ACEDATACLOUD_API_TOKEN": "test-0123456789",
                        "ACEDATACLOUD_API_BASE_URL": f"{base}/api.acedata.cloud",
                        "GROK_REQUEST_TIMEOUT": str(LIMIT),
                    }
                )
        path = {"openai": "api.openai.com/v1", "anthropic": "api.anthropic.com/v1/messages"}
        return gateway.create_server(
            {
                "API_KEY": "sk-test-0123456789",
                "API_FORMAT": self.endpoint,
                "API_ENDPOINT": f"{base}/{path[self.endpoint]}",
                "DEFAULT_MAX_TOKENS": "1000",
                "REQUEST_TIMEOUT": str(LIMIT),
            }
        )


ASKS = [
    Ask(server, endpoint, streamed)
    for server, endpoint in (
        ("grok", "chat"),
        ("grok", "completions"),
        ("gateway", "openai"),
        ("gateway", "anthropic"),
        ("acedata", "chat"),
    )
    for streamed in (False, True)
]


class Outcome(NamedTuple):
    """What the caller sees: the text, and the facts of a failure."""

    is_error: bool
    text: str
    facts: dict[str, Any]


async def outcome(client: Client, ask: Ask) -> Outcome:
    with anyio.fail_after(HARD_LIMIT):
        try:
            result = await client.call_tool(ask.tool, ask.arguments)
        except MCPError as error:
            return Outcome(True, error.message, error.data)
    meta = result.meta or {}
    return Outcome(
        bool(result.is_error), result.content[0].text, meta.get("toolreel.dev/upstream", {})
    )


def problem(fault: str, ask: Ask, first: Outcome, second: Outcome) -> str:
    """Say what is wrong with how a call ended under `fault`, and with the one after it."""
    if second.is_error:
        return f"the next call failed: {second.text}"
    if fault in HARMLESS or (fault in MISMEASURED and ask.streamed):
        if first.is_error:
            return f"a whole answer was refused: {first.text}"
        return "" if fault == "surrogate" or first.text == second.text else "another text"
    if PASSED_ON.get(fault, "nothing") in first.text:
        return ""  # a server that passes answers on shows what it got
    if not first.is_error:
        return f"taken for a success: {first.text[:200]}"
    if "unexpected" in first.text.lower():
        return f"the server calls it a defect: {first.text}"
    return told_wrongly(fault, first)


def told_wrongly(fault: str, first: Outcome) -> str:
    parsed = parse_fault(fault)
    if fault in LATE and "timed out" not in first.text:
        return f"no word of the time limit: {first.text}"
    if parsed.kind == "huge" and "larger than" not in first.text:
        return f"no word of the size: {first.text}"
    if parsed.status is None:
        return ""
    if first.facts.get("status") != parsed.status:
        return f"not the status: {first.facts}"
    waited = {"2": 2, "7": 7}.get(parsed.retry_after or "", 1.5 if parsed.retry_after_ms else None)
    if parsed.retry_after != DATE and first.facts.get("retry_after") != waited:
        return f"not the time to wait: {first.facts}"
    if parsed.body in ("echo", "echo-text") and "test-0123456789" in first.text:
        return f"the credential that the provider repeats is shown: {first.text}"
    if parsed.body == "html" and "Access to this page is checked" not in first.text:
        return f"not the page's headline: {first.text}"
    return ""


async def problems(provider: FaultyProvider, cases: list[tuple[str, Ask]]) -> list[str]:
    found: list[str] = []
    limiter = anyio.CapacityLimiter(AT_ONCE)

    async def one(fault: str, ask: Ask) -> None:
        async with limiter, Client(ask.connected_to(provider.place(fault))) as client:
            first, second = await outcome(client, ask), await outcome(client, ask)
            if said := problem(fault, ask, first, second):
                found.append(f"{fault} / {ask}: {said}")

    async with anyio.create_task_group() as tasks:
        for fault, ask in cases:
            tasks.start_soon(one, fault, ask)
    return found


@pytest.fixture(autouse=True)
def _largest_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a million bytes be too much, so that no time limit is needed to read up to it."""
    monkeypatch.setattr(answer_bytes, "LARGEST_ANSWER", 1_000_000)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def provider(anyio_backend: str) -> AsyncIterator[FaultyProvider]:
    async with serving() as app:
        yield app


def test_the_matrix_has_every_fault() -> None:
    tried = {parse_fault(fault).kind for fault in (*LATE, *FAILING, *HARMLESS, *MISMEASURED)}
    assert set(KINDS) <= tried
    assert {kind for kind in tried if kind.isdigit()} == {
        *map(str, DOCUMENTED),
        "402",
        "418",
        "599",
    }


async def test_every_fault_ends_as_documented_and_the_next_call_succeeds(
    provider: FaultyProvider,
) -> None:
    # What takes the whole time limit begins first, and the rest goes on meanwhile.
    faults = [*sorted(LATE), *sorted(FAILING | HARMLESS | MISMEASURED)]
    cases = [(fault, ask) for fault in faults for ask in ASKS if not is_repeated(fault, ask)]
    assert await problems(provider, cases) == []


def is_repeated(fault: str, ask: Ask) -> bool:
    """Whether only the long form tries it: a status comes before any stream."""
    return ask.streamed and (parse_fault(fault).status is not None or fault == "error-in-200")


@pytest.mark.long
async def test_every_fault_and_every_status_at_every_endpoint(provider: FaultyProvider) -> None:
    others = {*map(str, STATUSES)} | LATE | FAILING | HARMLESS | MISMEASURED
    cases = [(fault, ask) for fault in sorted(others) for ask in ASKS]
    assert await problems(provider, cases) == []


async def test_a_providers_message_reaches_the_caller(provider: FaultyProvider) -> None:
    for ask in ASKS[::2]:
        async with Client(ask.connected_to(provider.place("500"))) as client:
            first = await outcome(client, ask)
        words = {"grok": "went wrong", "acedata": "No valid account found"}
        own = {"openai": "had an error processing", "anthropic": "Internal server error"}
        assert words.get(ask.server) or own[ask.endpoint] in first.text
        assert json.dumps(first.facts)
