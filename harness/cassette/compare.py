"""Comparing two cassettes: which interactions belong together, and what differs in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from harness.cassette.decoded_body import readable
from harness.cassette.matching import comparable
from harness.cassette.pairing import pair_interactions
from harness.cassette.volatility import kind_at
from harness.differences import differences
from harness.records.call import Difference
from harness.records.cassette_results import ComparedPair
from harness.records.http import Headers, Interaction


class Compared(NamedTuple):
    """The differences between two interactions; what always differs stands apart."""

    differences: list[Difference]
    volatile: list[Difference]


def provider_of(interaction: Interaction) -> str:
    """Return the provider's host."""
    try:
        return urlsplit(interaction.request.url).hostname or ""
    except ValueError:
        return ""


def comparison_document(interaction: Interaction) -> dict[str, Any]:
    """Return an interaction as one JSON-like value, bodies decoded and streams joined.

    Its pointers are those of every difference: `/request/body/model`, `/response/headers/date`.
    """
    request, response = interaction.request, interaction.response
    document: dict[str, Any] = {
        "request": {
            **comparable(request),
            "headers": _header_values(request.headers),
            "body": readable(request),
        },
        "failure": interaction.failure,
        "response": None,
    }
    if response is not None:
        document["response"] = {
            "status": response.status,
            "headers": _header_values(response.headers),
            "body": readable(response),
        }
    return document


def _header_values(headers: Headers) -> dict[str, str]:
    values: dict[str, list[str]] = defaultdict(list)
    for name, value in headers:
        values[name.lower()].append(value)
    return {name: ", ".join(found) for name, found in values.items()}


def compare(first: Interaction, second: Interaction, *, show_all: bool = False) -> Compared:
    """Return where `second` differs from `first`; with `show_all`, nothing is set apart."""
    provider = provider_of(first)
    found = differences(comparison_document(first), comparison_document(second))
    volatile = [
        item for item in found if not show_all and kind_at(item.pointer, provider) == "noise"
    ]
    return Compared([item for item in found if item not in volatile], volatile)


def compare_cassettes(
    first: Sequence[Interaction], second: Sequence[Interaction], *, show_all: bool = False
) -> list[ComparedPair]:
    """Return the pairs of two cassettes in the order of the first; then what only one has."""
    compared = []
    for one, other in pair_interactions(first, second):
        request = (first[one] if one is not None else second[other or 0]).request
        title = f"{request.method} {request.url}"
        if one is None or other is None:
            compared.append(ComparedPair(first=one, second=other, title=title))
            continue
        found = compare(first[one], second[other], show_all=show_all)
        compared.append(
            ComparedPair(
                first=one,
                second=other,
                title=title,
                differences=tuple(found.differences),
                volatile=tuple(found.volatile),
            )
        )
    return compared
