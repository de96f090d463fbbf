"""Servers that keep the protocol badly: names, revisions, state, overlapping calls, the process."""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import anyio
import mcp_types as types
from mcp import MCPError

from servers.completion_server import text_result
from servers.defects.stages import Answer, Arguments, Defect, Result, Stages, call
from servers.json_text import render
from servers.provider_client import Upstream

_HUGE = 500_000
_HANDSHAKE = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


def _around(before: Callable[[Any], Any]) -> Defect:
    """Run code on the arguments of each call, as they came, before anything else."""

    async def around(stages: Stages, tool: str, arguments: Any) -> Result:
        waiting = before(arguments)
        if waiting is not None:
            await waiting
        return await call(stages, tool, arguments)

    return lambda stages: replace(stages, call=around)


def _admitting(is_admitted: Callable[[str], bool]) -> Defect:
    def admit(revision: str) -> None:
        if not is_admitted(revision):
            raise MCPError(types.INTERNAL_ERROR, "session is None")

    return lambda stages: replace(stages, admit=admit)


def _any_tool(stages: Stages) -> Stages:
    return replace(stages, unknown=lambda tool: text_result(f"{tool} is done"))


def _exit_without_arguments(arguments: Any) -> None:
    if arguments is None:
        sys.exit(1)


def _wait_without_arguments(arguments: Any) -> Any:
    return anyio.sleep_forever() if arguments is None else None


def _exit_when_huge(arguments: Any) -> None:
    if len(json.dumps(arguments)) > _HUGE:
        sys.exit(1)


def _wait_when_huge(arguments: Any) -> Any:
    return anyio.sleep_forever() if len(json.dumps(arguments)) > _HUGE else None


def _shared_request(stages: Stages) -> Stages:
    """Keep the arguments in one variable while another call can run."""
    current: dict[str, Any] = {}

    async def shared(stages_: Stages, tool: str, arguments: Any) -> Result:
        current["arguments"] = arguments
        await anyio.sleep(0.005)
        return await call(stages_, tool, current["arguments"])

    return replace(stages, call=shared)


def _shared_answer(stages: Stages) -> Stages:
    """Keep the provider's answer in one variable while another call can run."""
    current: dict[str, Answer] = {}

    async def send(upstream: Upstream, body: Any) -> Answer:
        current["answer"] = await stages.send(upstream, body)
        await anyio.sleep(0.05)
        return current["answer"]

    return replace(stages, send=send)


def _turn_kept(stages: Stages) -> Stages:
    """Take turns, and keep the turn when the call is cancelled."""
    turn = anyio.Semaphore(1)

    async def send(upstream: Upstream, body: Any) -> Answer:
        await turn.acquire()
        try:
            answer = await stages.send(upstream, body)
        except Exception:  # which a cancellation is not
            turn.release()
            raise
        turn.release()
        return answer

    return replace(stages, send=send)


def _signed(sign: Callable[[int], str]) -> Defect:
    """Add to each answer what the provider did not say."""

    def change(stages: Stages) -> Stages:
        count = 0

        def result(answer: Answer) -> Result:
            nonlocal count
            count += 1
            return text_result(render({**answer, "served": sign(count)}))

        return replace(stages, result=result)

    return change


def _remembered_conversation(stages: Stages) -> Stages:
    """Send every earlier message along."""
    history: list[Any] = []

    def body(tool: str, arguments: Arguments) -> Any:
        history.extend(arguments["messages"])
        return {**stages.body(tool, arguments), "messages": list(history)}

    return replace(stages, body=body)


def _remembered_options(stages: Stages) -> Stages:
    """Send the last temperature that anyone gave."""
    last: dict[str, Any] = {}

    def body(tool: str, arguments: Arguments) -> Any:
        last.update({key: arguments[key] for key in ("temperature",) if key in arguments})
        return {**last, **stages.body(tool, arguments)}

    return replace(stages, body=body)


def _remembered_answer(stages: Stages) -> Stages:
    """Answer from a cache that knows the model only."""
    answers: dict[str, Answer] = {}

    async def send(upstream: Upstream, body: Any) -> Answer:
        if body["model"] not in answers:
            answers[body["model"]] = await stages.send(upstream, body)
        return answers[body["model"]]

    return replace(stages, send=send)


class _Counted(Sequence[types.Tool]):
    """Tools whose descriptions say how often they were listed."""

    def __init__(self, tools: Sequence[types.Tool]) -> None:
        self._tools = tools
        self._times = itertools.count(1)

    def __len__(self) -> int:
        return len(self._tools)

    def __getitem__(self, place: Any) -> Any:
        return self._tools[place]

    def __iter__(self) -> Iterator[types.Tool]:
        times = next(self._times)
        for tool in self._tools:
            told = f"{tool.description} (used {times} times)"
            yield tool.model_copy(update={"description": told})


def _listed_with_a_count(stages: Stages) -> Stages:
    return replace(stages, tools=_Counted(stages.tools))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _noisy(stages: Stages) -> Stages:
    """Write a line for each call beside the protocol, out of a process only.

    The SDK leads `sys.stdout` away while it serves, so the way to the client is kept before.
    """
    kept: list[int] = []

    async def noisy(stages_: Stages, tool: str, arguments: Any) -> Result:
        for descriptor in kept:
            os.write(descriptor, b"call received\n")
        return await call(stages_, tool, arguments)

    return replace(stages, start=lambda: kept.append(os.dup(1)), call=noisy)


def _starting(start: Callable[[], object]) -> Defect:
    def run() -> None:
        start()

    return lambda stages: replace(stages, start=run)


def _stay() -> None:
    threading.Thread(target=threading.Event().wait).start()


DEFECTS: dict[str, Defect] = {
    "protocol-any-tool": _any_tool,
    "protocol-exit-without-arguments": _around(_exit_without_arguments),
    "protocol-silent-without-arguments": _around(_wait_without_arguments),
    "protocol-handshake-refused": _admitting(lambda revision: revision not in _HANDSHAKE),
    "protocol-modern-refused": _admitting(lambda revision: revision in _HANDSHAKE),
    "protocol-request-shared": _shared_request,
    "protocol-answer-shared": _shared_answer,
    "protocol-turn-kept-after-cancel": _turn_kept,
    "protocol-banner-on-stdout": _starting(lambda: _say("catalogue server is ready")),
    "protocol-noise-on-stdout": _noisy,
    "protocol-process-stays": _starting(_stay),
    "protocol-answer-numbered": _signed(str),
    "protocol-answer-signed": _signed(lambda count: uuid.uuid4().hex),
    "protocol-conversation-kept": _remembered_conversation,
    "protocol-options-kept": _remembered_options,
    "protocol-answer-kept": _remembered_answer,
    "protocol-definitions-counted": _listed_with_a_count,
    "protocol-huge-input-exits": _around(_exit_when_huge),
    "protocol-huge-input-stalls": _around(_wait_when_huge),
}
