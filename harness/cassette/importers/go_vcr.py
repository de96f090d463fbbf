"""go-vcr: versions 1 and 2 of its file; most recorders leave most headers out."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from harness.cassette.importers.message import body_bytes, exchange_of
from harness.cassette.importers.place import Place
from harness.cassette.importers.recording import Exchange

# Go's time.Duration.String: 1h2m3.5s, 523.5ms, 7µs.
_STEP = re.compile(r"(\d{1,9}(?:\.\d+)?)(h|ms|m|s|us|µs|μs|ns)")
_SECONDS = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}


def read_entry(entry: Place) -> Exchange:
    """Return one item of `interactions`."""
    request, response = entry.need("request"), entry.need("response")
    return exchange_of(
        request,
        response,
        url=_url(request),
        status=_status(response),
        bodies=(_request_body(request), body_bytes(response.find("body"))),
        seconds=_seconds(response.find("duration")),
    )


def _status(response: Place) -> Place:
    code, line = response.find("code"), response.find("status")
    if code is not None and line is not None and line.text().startswith(code.text()):
        return line  # it has the reason too
    return code or response.need("status")


def _url(request: Place) -> Place:
    url, host = request.need("url"), request.find("host")
    if host is None or not host.text() or not url.text().startswith("/"):
        return url
    url.note("only a host and a path were recorded; https is guessed")
    return Place(f"https://{host.text()}{url.text()}", url.pointer, url.journal)


def _request_body(request: Place) -> bytes:
    """Return the body; a form was kept parsed, and Go leaves the body of one empty."""
    body, form = body_bytes(request.find("body")), request.find("form")
    if body or form is None or not isinstance(form.value, dict) or not form.value:
        return body
    form.note("the form was kept parsed; its exact bytes are lost")
    return urlencode([(name, value.text()) for name, value in _fields(form)]).encode("ascii")


def _fields(form: Place) -> list[tuple[str, Place]]:
    fields = []
    for name, values in zip(form.value, form.items(), strict=True):
        several = values.items() if isinstance(values.value, list) else [values]
        fields += [(name, value) for value in several]
    return fields


def _seconds(duration: Place | None) -> float:
    if duration is None or duration.value in ("", 0):
        return 0.0
    if isinstance(duration.value, int) and 0 < duration.value < 1e18:
        return float(duration.value * 1e-9)
    text = duration.text()
    steps = _STEP.findall(text)
    if "".join(number + unit for number, unit in steps) != text:
        duration.note("no duration that can be read; it is left out")
        return 0.0
    return float(sum(float(number) * _SECONDS[unit] for number, unit in steps))
