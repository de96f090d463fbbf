"""Values in a request that will be others the next time, so that it cannot be found again.

The shapes are data. A timestamp counts only near the day of the recording, so that a prompt
about history stays quiet.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from jsonpointer import escape

NEAR_SECONDS = 2 * 86400
"""How far a timestamp may be from the recording to be taken for a clock's."""

SHAPES: Mapping[str, re.Pattern[str]] = {
    "UUID": re.compile(
        r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}"
        r"-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
    ),
    "ULID": re.compile(r"(?<![0-9A-Za-z])01[0-9A-HJKMNP-TV-Z]{24}(?![0-9A-Za-z])"),
    "random hexadecimal id": re.compile(
        r"(?<![0-9A-Za-z])(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{24,64}(?![0-9A-Za-z])"
    ),
}
"""What no two runs share. Ids of providers are not among them: in a replay, each of them comes from
a recording or was written by hand."""
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)([T ]\d{2}:\d{2})?")
_EPOCH = re.compile(r"(?<![\d.])(1\d{9})(\d{3})?(?:\.\d+)?(?!\d)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_WRITTEN_DATE = re.compile(
    rf"\b(?:({'|'.join(_MONTHS)}) (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})"
    rf"|(\d{{1,2}})(?:st|nd|rd|th)? ({'|'.join(_MONTHS)}),? (\d{{4}}))\b"
)


class Unstable(NamedTuple):
    """A value that will be another one; `text` is it."""

    pointer: str
    shape: str
    text: str


def unstable_values(
    value: Any, recorded: datetime.date | None, pointer: str = ""
) -> Iterator[Unstable]:
    """Yield the unstable values anywhere in a JSON-like value recorded on the day `recorded`.

    Without a day, dates and timestamps cannot be told from subject matter and are left alone.
    """
    if isinstance(value, dict):
        for key, item in value.items():
            yield from unstable_values(item, recorded, f"{pointer}/{escape(str(key))}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unstable_values(item, recorded, f"{pointer}/{index}")
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        text = value if isinstance(value, str) else repr(value)
        for shape, found in _in_text(text, recorded):
            yield Unstable(pointer, shape, found)


def _in_text(text: str, recorded: datetime.date | None) -> Iterator[tuple[str, str]]:
    for shape, pattern in SHAPES.items():
        for found in pattern.finditer(text):
            yield shape, found[0]
    if recorded is not None:
        yield from _dates_in(text, recorded)
        yield from _seconds_in(text, recorded)


def _dates_in(text: str, recorded: datetime.date) -> Iterator[tuple[str, str]]:
    for found in _ISO_DATE.finditer(text):
        days = _days_from(recorded, *map(int, found.groups()[:3]))
        if found[4] and days is not None and days * 86400 <= NEAR_SECONDS:
            yield "timestamp", found[0]
        elif days == 0:
            yield "date of the recording", found[0]
    for found in _WRITTEN_DATE.finditer(text):
        month, day, year = (
            (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
        )
        if _days_from(recorded, int(year), _MONTHS.index(month) + 1, int(day)) == 0:
            yield "date of the recording", found[0]


def _seconds_in(text: str, recorded: datetime.date) -> Iterator[tuple[str, str]]:
    midday = datetime.datetime.combine(recorded, datetime.time(12), datetime.UTC).timestamp()
    for found in _EPOCH.finditer(text):
        if abs(int(found[1]) - midday) <= NEAR_SECONDS:
            yield "timestamp", found[0]


def _days_from(recorded: datetime.date, year: int, month: int, day: int) -> int | None:
    try:
        return abs((datetime.date(year, month, day) - recorded).days)
    except ValueError:
        return None
