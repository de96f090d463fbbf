"""What makes two breaches of the validation rules one: the place, the keyword, or the server."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from jsonpointer import JsonPointer

from harness.audit.found import Found
from harness.audit.parameters import json_type
from harness.audit.refusals.fates import is_unknown_key
from harness.audit.refusals.wording import refusal_text, shape
from harness.records.audit import Violation

LEAST_TRIED = 5
"""Places that have to be tried before all of them are said to have one cause."""

LEAST_ALIKE = 3
"""Places at which one thing goes wrong in one way before it is said to have one cause."""

MOST_OF = 0.75
"""The share of the arguments that are most of them."""

BEGINNING = 28
"""Characters of refusals that say the same in the end, whatever they quote."""

EVERYWHERE = "everywhere"


def place_of(violation: Violation) -> str:
    """Return which part of the arguments a violation is in: a list and its elements are one."""
    names = ["*" if part.isdigit() else part for part in JsonPointer(violation.pointer).parts]
    if is_unknown_key(violation) and names:
        names[-1] = "(unknown key)"
    while names[-1:] == ["*"]:
        names.pop()
    return JsonPointer.from_parts(names).path


def conversion_of(violation: Violation) -> str:
    """Return which type stands for which, `boolean for number`; nothing for another keyword."""
    if violation.keyword != "type":
        return ""
    return f"{json_type(violation.now)} for {json_type(violation.was)}"


def with_common_wording(found: Iterable[Found]) -> list[Found]:
    """Return refusals of valid arguments: those that say the same of several are one cause."""
    refused = list(found)
    names = {item.pointer.removeprefix("/") for item in refused if item.pointer}
    said = {id(item): _without(names, item) for item in refused if item.pointer}
    places: dict[str, set[str]] = defaultdict(set)
    for item in refused:
        if item.pointer:
            places[said[id(item)]].add(item.pointer)
    alike = {text for text, pointers in places.items() if len(pointers) >= LEAST_ALIKE}
    beginnings: dict[str, str] = {}
    return [
        item._replace(cause=said[id(item)])
        if said.get(id(item)) in alike
        else item._replace(cause=_first_of_alike(item, beginnings))
        for item in refused
    ]


def _first_of_alike(item: Found, beginnings: dict[str, str]) -> str:
    """Return the cause of the first refusal that names no argument and begins as this one does."""
    if item.pointer or item.observation is None:
        return item.cause
    begin = refusal_text(item.observation)[:BEGINNING]
    return beginnings.setdefault(begin, item.cause)


def _without(names: set[str], item: Found) -> str:
    text = shape(refusal_text(item.observation)) if item.observation else ""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text)
    return text


def with_common_causes(
    found: Iterable[Found], tried: Mapping[str, set[str]], converted: Mapping[str, set[str]]
) -> list[Found]:
    """Return breaches of one rule by one tool with the widest cause that holds.

    When nothing that was tried is judged rightly, one thing is missing: any validation. When no
    place of one keyword is, that keyword is what is missing. A type that is taken for another one
    wherever that was tried, true for 1, is one cause. Where most arguments have a breach by
    several other keywords, what refuses the rest is no validation either, and they are one cause.
    Else each place is a cause.

    Args:
        found: the breaches; each observation's probe has its violation.
        tried: the places by keyword at which something wrong was sent.
        converted: those at which a type stood for another, by `conversion_of`.
    """
    by_keyword: dict[str, set[str]] = defaultdict(set)
    breaches = list(found)
    for item in breaches:
        violation = _violation(item)
        by_keyword[violation.keyword].add(place_of(violation))
    total = sum(map(len, tried.values()))
    if total >= LEAST_TRIED and sum(map(len, by_keyword.values())) == total:
        return [item._replace(cause=EVERYWHERE) for item in breaches]
    whole = {
        keyword
        for keyword, places in by_keyword.items()
        if len(places) >= LEAST_TRIED and places == tried[keyword]
    }
    others = {_top(place) for key in by_keyword.keys() - whole for place in by_keyword[key]}
    all_tried = {_top(place) for places in tried.values() for place in places}
    are_several = len(by_keyword.keys() - whole) > 1
    if are_several and len(others) >= LEAST_TRIED and len(others) >= MOST_OF * len(all_tried):
        return [item._replace(cause=EVERYWHERE) for item in breaches]
    return [_with_cause(item, whole, _alike(breaches, converted)) for item in breaches]


def with_common_place(found: Iterable[Found]) -> list[Found]:
    """Return conversions: where several types are converted at one place only, that is the cause.

    Else a cause is what is converted, which a lax parser does everywhere.
    """
    breaches = list(found)
    places: dict[str, set[str]] = defaultdict(set)
    for item in breaches:
        places[item.cause].add(place_of(_violation(item)))
    alone = [next(iter(own)) for own in places.values() if len(own) == 1]
    common = {place for place in alone if alone.count(place) >= LEAST_ALIKE}
    return [
        item._replace(cause=place_of(_violation(item)))
        if len(places[item.cause]) == 1 and places[item.cause] <= common
        else item
        for item in breaches
    ]


def _alike(breaches: Iterable[Found], converted: Mapping[str, set[str]]) -> set[str]:
    """Return the conversions that are let through at each of several places."""
    seen: dict[str, set[str]] = defaultdict(set)
    for violation in map(_violation, breaches):
        seen[conversion_of(violation)].add(place_of(violation))
    return {
        conversion
        for conversion, places in seen.items()
        if conversion and len(places) >= LEAST_ALIKE and places == converted.get(conversion)
    }


def _top(place: str) -> str:
    return place.split("/")[1] if "/" in place else ""


def _with_cause(item: Found, whole: set[str], alike: set[str]) -> Found:
    violation = _violation(item)
    if violation.keyword in whole:
        return item._replace(cause=violation.keyword)
    conversion = conversion_of(violation)
    return item._replace(cause=conversion if conversion in alike else place_of(violation))


def _violation(item: Found) -> Violation:
    violation = item.observation.probe.violation if item.observation else None
    if violation is None:
        raise ValueError("only breaches by wrong arguments have a place")
    return violation
