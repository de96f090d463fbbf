"""Telling a cassette miss: which request, the nearest recorded one, what differs, how to record."""

from __future__ import annotations

from urllib.parse import urlsplit

from harness.difference_text import describe_differences
from harness.records.call import Miss

_REASONS = {
    "no_cassette": "there is no such cassette",
    "empty_cassette": "the cassette is empty",
    "already_played": "its recorded answers to this request are used up",
    "no_match": "no recorded request is the same",
}


def describe_miss(miss: Miss, command: str) -> str:
    """Return the message for a miss; `command` records what is missing."""
    request = miss.request
    lines = [
        f"{miss.cassette} has no answer for {request.method} {request.url}: {_REASONS[miss.reason]}"
    ]
    if miss.nearest is not None and miss.differences:
        lines.append(f"  nearest: interaction {miss.nearest}, which differs at")
        lines += [f"    {line}" for line in describe_differences(miss.differences)]
    lines += _no_host(request.url)
    lines.append(f"  to record it: {command}")
    return "\n".join(lines)


def _no_host(url: str) -> list[str]:
    """Tell that what stands where a host should looks like none: `{upstream}/v1`."""
    host = urlsplit(url).netloc
    if any(sign in host for sign in ".:[") or host == "localhost":
        return []
    return [
        f"  {host!r} looks like no provider's host: the first segment after {{upstream}} names it, "
        "as in BASE_URL={upstream}/api.openai.com/v1"
    ]
