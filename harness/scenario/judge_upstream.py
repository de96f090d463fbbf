"""Judging what a call caused upstream."""

from __future__ import annotations

from collections.abc import Sequence

from harness.differences import differences, subset_differences
from harness.plural import counted_noun
from harness.records.call import Difference, ToolCall
from harness.records.http import HttpRequest, Interaction
from harness.scenario.expectation import RequestShape, UpstreamCalls, UpstreamRequest
from harness.scenario.verdict import HELD, Verdict, broken

_UNSEEN = (
    "the harness cannot see this target's upstream; let its base URL be {upstream}/ORIGIN, "
    "for example {upstream}/api.x.ai/v1"
)


def judge_upstream_calls(expected: UpstreamCalls, call: ToolCall) -> Verdict:
    """The call sent as many requests as expected."""
    if call.interactions is None:
        return broken(_UNSEEN)
    count = len(call.interactions)
    if count == expected.upstream_calls:
        return HELD
    sent = ", ".join(f"{item.request.method} {item.request.url}" for item in call.interactions)
    told = f": {sent}" if sent else ""
    return broken(f"{counted_noun(count, 'upstream request')}, not {expected.upstream_calls}{told}")


def judge_request(expected: UpstreamRequest, call: ToolCall) -> Verdict:
    """An upstream request has the expected shape."""
    wanted = expected.upstream_request
    if call.interactions is None:
        return broken(_UNSEEN)
    if wanted.index >= len(call.interactions):
        return broken(f"no upstream request {wanted.index}: {_count(call.interactions)} sent")
    request = call.interactions[wanted.index].request
    lines = [*_line_differences(wanted, request), *_header_differences(wanted, request)]
    found = [*lines, *_body_differences(wanted, request)]
    return HELD if not found else broken("the upstream request differs", found)


def _count(interactions: Sequence[Interaction]) -> str:
    return f"{len(interactions)} were" if len(interactions) != 1 else "1 was"


def _line_differences(wanted: RequestShape, request: HttpRequest) -> list[Difference]:
    parts = (
        ("/method", wanted.method, request.method),
        ("/url", wanted.url, request.url),
        ("/path", wanted.path, request.path),
    )
    return [
        _changed(pointer, expected, actual)
        for pointer, expected, actual in parts
        if expected is not None and expected != actual
    ]


def _header_differences(wanted: RequestShape, request: HttpRequest) -> list[Difference]:
    return [
        _changed(f"/headers/{name}", value, request.header(name))
        for name, value in wanted.headers.items()
        if value != request.header(name)
    ]


def _body_differences(wanted: RequestShape, request: HttpRequest) -> list[Difference]:
    written = wanted.model_fields_set & {"body", "json_subset"}
    if not written:
        return []
    try:
        actual = request.json_body()
    except ValueError as error:
        return [_changed("/json", "JSON", f"{error}")]
    found: list[Difference] = []
    if "body" in written:
        found += differences(wanted.body, actual)
    if "json_subset" in written:
        found += subset_differences(wanted.json_subset, actual)
    return [item.model_copy(update={"pointer": f"/json{item.pointer}"}) for item in found]


def _changed(pointer: str, expected: object, actual: object) -> Difference:
    return Difference(pointer=pointer, change="changed", recorded=expected, actual=actual)
