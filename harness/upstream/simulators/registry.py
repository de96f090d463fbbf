"""From a request to the simulator of its origin."""

from __future__ import annotations

from collections.abc import Mapping

from harness.records.http import HttpRequest
from harness.upstream.faults import Fault
from harness.upstream.simulators.acedata import ACEDATA
from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.anthropic import ANTHROPIC
from harness.upstream.simulators.call import Call, Rejection
from harness.upstream.simulators.fault_answers import TAIL, with_fault
from harness.upstream.simulators.openai import OPENAI
from harness.upstream.simulators.openrouter import OPENROUTER
from harness.upstream.simulators.provider import Provider
from harness.upstream.simulators.wire import pretty
from harness.upstream.simulators.xai import XAI

PROVIDERS: Mapping[str, Provider] = {
    "https://api.x.ai": XAI,
    "https://api.openai.com": OPENAI,
    "https://api.anthropic.com": ANTHROPIC,
    "https://api.acedata.cloud": ACEDATA,
}

WORDED: Mapping[str, Provider] = {**PROVIDERS, "https://openrouter.ai": OPENROUTER}
"""Origins whose errors are known, also of providers that are not simulated."""

ENDPOINTS: tuple[str, ...] = tuple(
    origin + path for origin, provider in PROVIDERS.items() for path in provider.endpoints
)
"""The URLs that answer a POST."""


def simulate(request: HttpRequest, fault: Fault | None = None) -> Answer:
    """Return what the provider at the request's origin would answer.

    The same request gives the same bytes, except where `xai.deferred` remembers. An unknown path
    of a known origin gets the provider's own 404; an unknown origin gets one that lists
    `ENDPOINTS`. A fault applies only to one of these.

    Raises:
        ValueError: the fault is `refused`, which no answer can show.
    """
    if fault is not None and fault.kind == "refused":
        raise ValueError("a refused connection has no answer; it is for the forwarder to refuse")
    provider = PROVIDERS.get(request.origin)
    call = Call.of(request, TAIL if fault is not None and fault.kind == "surrogate" else "")
    if provider is None:
        return _unknown_origin(request)
    if fault is None or request.path not in provider.endpoints:
        return _answer(provider, call)
    return with_fault(fault, provider, call, _answer)


def _answer(provider: Provider, call: Call) -> Answer:
    endpoint = provider.endpoints.get(call.request.path)
    if endpoint is None:
        return _read(provider, call)
    if call.request.method != "POST":
        return provider.wrong_method(call)
    try:
        return endpoint(call)
    except Rejection as rejection:
        return rejection.answer


def _read(provider: Provider, call: Call) -> Answer:
    """Answer a GET of what a path names the beginning of; any other path leads nowhere."""
    path, method = call.request.path, call.request.method
    reads = provider.reads.items() if method == "GET" else ()
    found = (read for begin, read in reads if path.startswith(begin))
    return next(found, provider.no_route)(call)


def _unknown_origin(request: HttpRequest) -> Answer:
    body = {
        "error": f"no simulator for {request.url}",
        "simulated": [f"POST {url}" for url in ENDPOINTS],
    }
    return Answer(
        status=404,
        headers=(("content-type", "application/json"),),
        chunks=(pretty(body) + b"\n",),
    )
