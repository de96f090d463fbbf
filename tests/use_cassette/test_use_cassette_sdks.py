"""The current SDKs of OpenAI and Anthropic, recorded from the simulator and replayed."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import anthropic
import anyio.from_thread
import openai
import pytest

import harness
from harness import CassetteMiss
from harness.upstream.simulator_app import serve_simulator

use = partial(harness.use_cassette, ignore_localhost=False)
KEY = "test-key-0123456789abcdef"


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(serve_simulator()) as base,
    ):
        yield base


ASK: dict[str, Any] = {"max_tokens": 40, "messages": [{"role": "user", "content": "Say hello"}]}


def text_of(sdk: str, item: Any) -> str:
    """Return the text of a whole answer or of one event of a stream."""
    if sdk == "openai":
        choice = item.choices[0] if item.choices else None
        part = getattr(choice, "message", None) or getattr(choice, "delta", None)
        return getattr(part, "content", "") or ""
    if hasattr(item, "content"):
        return "".join(block.text for block in item.content)
    return getattr(getattr(item, "delta", None), "text", "")


def create(sdk: str, client: Any) -> Any:
    if sdk == "openai":
        return partial(client.chat.completions.create, model="gpt-4o", **ASK)
    return partial(client.messages.create, model="claude-opus-4-8", **ASK)


def ask(sdk: str, style: str, base: str, **more: Any) -> list[str]:
    """Return the texts of one answer, one an event when it is streamed."""
    module: Any = openai if sdk == "openai" else anthropic
    host = "api.openai.com/v1" if sdk == "openai" else "api.anthropic.com"
    options = {"api_key": KEY, "base_url": f"{base}/{host}"}

    async def asynchronous() -> list[str]:
        kind = module.AsyncOpenAI if sdk == "openai" else module.AsyncAnthropic
        async with kind(**options) as client:
            answer = await create(sdk, client)(**more)
            if not isinstance(answer, AsyncIterator):
                return [text_of(sdk, answer)]
            return [text_of(sdk, event) async for event in answer]

    if style == "async":
        return asyncio.run(asynchronous())
    with (module.OpenAI if sdk == "openai" else module.Anthropic)(**options) as client:
        answer = create(sdk, client)(**more)
        if not isinstance(answer, Iterator):
            return [text_of(sdk, answer)]
        return [text_of(sdk, event) for event in answer]


@pytest.mark.parametrize("is_streamed", [False, True])
@pytest.mark.parametrize("sdk", ["openai", "anthropic"])
def test_an_sdk_is_recorded_and_replayed(
    simulator: str, tmp_path: Path, style: str, sdk: str, is_streamed: bool
) -> None:
    more = {"stream": True} if is_streamed else {}
    with use(path := tmp_path / "a.yaml") as cassette:
        recorded = ask(sdk, style, simulator, **more)
    assert [item.failure for item in cassette.interactions] == [None]
    assert "".join(recorded)
    assert (len(recorded) > 1) == is_streamed
    assert KEY not in path.read_text()
    with use(path, record_mode="none") as cassette:
        assert ask(sdk, style, simulator, **more) == recorded
    assert cassette.all_played


@pytest.mark.parametrize("sdk", ["openai", "anthropic"])
def test_a_miss_fails_at_once_and_says_why(
    simulator: str, tmp_path: Path, style: str, sdk: str
) -> None:
    started = time.perf_counter()
    errors: Any = openai if sdk == "openai" else anthropic
    with pytest.raises(CassetteMiss, match="no such cassette") as caught:  # noqa: SIM117
        with use(tmp_path / "none.yaml", record_mode="none") as cassette:
            ask(sdk, style, simulator)
    assert len(cassette.misses) == 1
    assert isinstance(caught.value.__cause__, errors.APIStatusError)
    assert "to record it" in str(caught.value.__cause__)
    assert time.perf_counter() - started < 1.0
