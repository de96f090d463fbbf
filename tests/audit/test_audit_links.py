"""A request belongs to the call that caused it, and a fault reaches the server, on every link."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from harness.records.audit import Observation, Probe, UpstreamPlan
from harness.records.http import HttpRequest, HttpResponse
from harness.runner.audit_link import AuditLink, open_link
from harness.runner.audit_stop import AuditStop
from harness.targets import parse_target, with_environment
from harness.upstream.scripted_call import ScriptedCall, plain
from harness.upstream.scripted_upstream import ScriptedUpstream
from harness.upstream.wire_answer import WireAnswer

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
UPSTREAM = {"BASE_URL": "{upstream}/api.openai.com/v1"}
PROMPT = {"prompt": "hello"}


@asynccontextmanager
async def _linked(make: str, env: dict[str, str] | None = None) -> AsyncIterator[AuditLink]:
    if make.startswith("make_"):
        target = parse_target(f"tests.audit.audited_servers:{make}")
    else:
        target = parse_target(f"{sys.executable} -m tests.audit.audited_servers {make}")
    target = with_environment(target, env or {})
    with ScriptedUpstream() as provider:
        async with open_link(
            target, provider, era="auto", root=ROOT, seed=0, stop=AuditStop()
        ) as link:
            yield link


def _probe(fault: str = "", prompt: str = "hello") -> Probe:
    plan = UpstreamPlan(fault=fault)
    return Probe(id="x", phase="errors", tool="ask", arguments={"prompt": prompt}, upstream=plan)


async def _seen(link: AuditLink, fault: str) -> Observation:
    return (await link.observe(_probe(fault), base=PROMPT, seconds=10))[0]


IN_PROCESS = [
    ("make_plain", {}),
    ("make_plain", UPSTREAM),
    ("make_blocking", {}),
    ("make_standard_library", UPSTREAM),
]


@pytest.mark.parametrize(("make", "env"), [*IN_PROCESS, ("plain", UPSTREAM)])
async def test_what_goes_wrong_on_the_wire_reaches_every_kind_of_server(
    make: str, env: dict[str, str]
) -> None:
    async with _linked(make, env) as link:
        for fault in ("truncated", "reset", "timeout", "503"):
            seen = await _seen(link, fault)
            assert seen.call.outcome.plane == "tool_error", fault
            assert seen.is_serving is True
            (exchange,) = seen.call.interactions or ()
            assert exchange.request.url == "https://api.openai.com/v1/chat/completions"
            assert exchange.request.header("host") == "api.openai.com"


async def test_a_client_in_process_keeps_its_own_time_limit() -> None:
    async with _linked("make_plain") as link:
        seen, call = await link.observe(_probe("timeout"), base=None, seconds=10)
    assert call.limits == [0.5]
    assert "Timeout" in seen.call.outcome.text
    assert seen.call.seconds < 5


async def test_every_try_of_a_call_belongs_to_it() -> None:
    async with _linked("make_retrying") as link:
        seen = await _seen(link, "503")
        assert len(seen.call.interactions or ()) == 3
        assert len((await _seen(link, "")).call.interactions or ()) == 1


@pytest.mark.parametrize("make", ["make_plain", "make_blocking"])
async def test_overlapping_calls_in_process_are_known_apart(make: str) -> None:
    calls = {f"prompt {number}": ScriptedCall(answer=_late_echo) for number in range(5)}
    async with _linked(make) as link, anyio.create_task_group() as tasks:
        for prompt, call in calls.items():
            tasks.start_soon(_ask, link, prompt, call)
    for prompt, call in calls.items():
        (exchange,) = call.interactions
        assert exchange.request.json_body()["messages"][0]["content"] == prompt


async def _ask(link: AuditLink, prompt: str, call: ScriptedCall) -> None:
    await link.ask("ask", {"prompt": prompt}, call, seconds=10)


def _late_echo(request: HttpRequest) -> WireAnswer:
    headers = (("content-type", "application/json"),)
    return plain(HttpResponse(status=200, headers=headers, body=b"{}")).model_copy(
        update={"delay": 0.05}
    )


async def test_links_to_processes_have_a_provider_each() -> None:
    async with _linked("plain", UPSTREAM) as link:
        target, provider = link.target, link.provider
        async with open_link(
            target, provider, era="auto", root=ROOT, seed=0, stop=AuditStop()
        ) as other:
            assert other.lane.base != link.lane.base
            calls = [ScriptedCall(), ScriptedCall()]
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_ask, link, "one", calls[0])
                tasks.start_soon(_ask, other, "two", calls[1])
    found = [call.interactions[0].request.json_body()["messages"] for call in calls]
    assert [item[0]["content"] for item in found] == ["one", "two"]


async def test_a_server_that_died_is_started_again() -> None:
    async with _linked("dying", UPSTREAM) as link:
        seen, _ = await link.observe(_probe(prompt="die"), base=PROMPT, seconds=10)
        assert seen.call.outcome.plane == "transport_error"
        assert seen.is_serving is False
        assert (await _seen(link, "")).call.outcome.plane == "result"
        assert link.restarts == 1


@pytest.mark.parametrize(
    ("fault", "is_serving"), [("wrong-content-length; by=-10", True), ("500", False)]
)
async def test_bytes_left_on_a_connection_spoil_the_next_answer_only(
    fault: str, is_serving: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    serves = iter((False, True))

    async def serving(*_: object) -> bool:
        return next(serves)

    monkeypatch.setattr(AuditLink, "_is_serving", serving)
    async with _linked("make_plain") as link:
        assert (await _seen(link, fault)).is_serving is is_serving


async def test_a_url_without_its_host_is_still_the_providers() -> None:
    async with _linked("make_plain", {"BASE_URL": "{upstream}/v1"}) as link:
        seen = await _seen(link, "")
    assert seen.call.outcome.plane == "result"


async def test_a_server_in_process_cannot_reach_another_machine() -> None:
    async with _linked("make_standard_library", {"BASE_URL": "http://192.0.2.1"}) as link:
        seen = await _seen(link, "")
    assert seen.call.outcome.plane != "result"
    assert seen.call.seconds < 1


async def test_a_defect_of_the_audit_is_not_the_servers() -> None:
    def broken(request: HttpRequest) -> WireAnswer:
        raise RuntimeError("no such script")

    async with _linked("make_plain") as link:
        with pytest.raises(RuntimeError, match="no such script"):
            await link.ask("ask", PROMPT, ScriptedCall(answer=broken), seconds=10)
