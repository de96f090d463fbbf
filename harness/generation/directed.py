"""For each keyword of a schema: cases on its accepted and on its rejected side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from harness.generation.case import Case, Coverage, Mode
from harness.generation.corpus import Corpus, Site
from harness.generation.met import KeyName, pointer_to, replaced
from harness.generation.node import identity
from harness.generation.probes import VALUE_PROBES, Probe
from harness.generation.probes_inside import INSIDE_PROBES
from harness.generation.solving import breaking, is_always_true
from harness.generation.source import Place, Source, joined
from harness.generation.text import LONGEST_EXACT
from harness.generation.validity import Validity

PROBES = {**VALUE_PROBES, **INSIDE_PROBES}
APPLICATORS = (
    "items", "additionalItems", "additionalProperties", "unevaluatedProperties", "unevaluatedItems",
)  # fmt: skip
"""These assert something themselves only when they are false; else the schemas in them do."""
_BOUNDS = frozenset(
    ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
     "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains",
     "maxContains", "enum", "const", "required", "uniqueItems")
)  # fmt: skip
_MOST_CASES = 16
"""Cases on either side of one keyword at one place."""


class Directed(NamedTuple):
    """What was found for one keyword at one place."""

    accepted: list[Case]
    rejected: list[Case]
    coverage: Coverage | None

    @property
    def boundary(self) -> list[Case]:
        """Both sides where the keyword draws a line, else the accepted side."""
        at_a_line = bool(self.rejected) and self.rejected[0].keyword in _BOUNDS
        return [*self.accepted, *(self.rejected if at_a_line else [])]


def directed(source: Source, validity: Validity, corpus: Corpus) -> Iterator[Directed]:
    """Yield what was found for every keyword of every schema object in `source`."""
    for pointer, schema in source.places.items():
        if isinstance(schema, dict):
            for keyword in schema:
                if keyword in PROBES or keyword == "format":
                    one = _Keyword(Place(pointer, schema), keyword, validity, corpus)
                    yield one.directed(source)


class _Keyword:
    """One keyword at one place."""

    def __init__(self, place: Place, keyword: str, validity: Validity, corpus: Corpus) -> None:
        self.pointer, self.schema = place
        self.keyword = keyword
        self.validity, self.corpus = validity, corpus
        self.holds = self.breaks = False
        self._accepted: dict[str, Case] = {}
        self._rejected: dict[str, tuple[int, Case]] = {}

    def directed(self, source: Source) -> Directed:
        """Return the cases of both sides and what they cover."""
        sites = self.corpus.sites(self.pointer)
        if self.keyword == "format":
            return Directed([], [], self._format(sites))
        for site in sites:
            self._try(site, PROBES[self.keyword](self.schema, site.value, self._seen))
            if self._accepted and self._rejected:
                break
        if not self._rejected and self._asserts():
            for site in sites[:3]:
                solved = breaking(source, self.pointer, self.keyword)
                self._try(site, map(Probe, solved))
        if not self._accepted:
            for site in sites[:1]:
                self._try(site, [Probe(site.value)])
        least = min((rank for rank, _ in self._rejected.values()), default=0)
        rejected = [case for rank, case in self._rejected.values() if rank == least]
        return Directed(list(self._accepted.values()), rejected, self._coverage(source, sites))

    @property
    def _seen(self) -> Any:
        return partial(self.corpus.seen_below, self.pointer)

    def _try(self, site: Site, probes: Iterable[Probe]) -> None:
        for probe in probes:
            if len(self._accepted) >= _MOST_CASES and len(self._rejected) >= _MOST_CASES:
                return
            if _is_name(site) and not isinstance(probe.now, str):
                continue
            broken = self.validity.broken_keywords(self.pointer, probe.now)
            self._judge(site, probe, broken)

    def _judge(self, site: Site, probe: Probe, broken: set[str]) -> None:
        is_broken = self.keyword in broken
        arguments = replaced(site.arguments, site.path, probe.now)
        key = f"{site.path}:{identity(probe.now)}:{type(probe.now)}"
        if not is_broken and not broken:
            if len(self._accepted) < _MOST_CASES and self.validity.agree(arguments, True):
                self._accepted.setdefault(key, self._case("boundary", site, probe, arguments))
                self.holds = True
        elif is_broken and self._asserts():
            self._reject(site, probe, arguments, key, len(broken))
        if site.negative and not is_broken:
            self.holds = True

    def _reject(self, site: Site, probe: Probe, arguments: Any, key: str, broken: int) -> None:
        if len(self._rejected) < _MOST_CASES and self.validity.agree(arguments, False):
            # Least first: one keyword broken once, unless its neighbours make that impossible.
            rank = broken + len(self.validity.findings(arguments))
            case = self._case("invalid", site, probe, arguments)
            self._rejected.setdefault(key, (rank, case))
            self.breaks = True
        elif site.negative and self.validity.agree(arguments, True):
            self.breaks = True

    def _case(self, kind: Mode, site: Site, probe: Probe, arguments: Any) -> Case:
        pointer = joined(pointer_to(site.path), *probe.place)
        was, now, change = site.value, probe.now, probe.change
        if probe.place:
            was, now = probe.was, None if change == "removed" else _at(probe.now, probe.place)
        if _is_name(site):
            change = "renamed"
        return Case(arguments, kind, self.keyword, pointer, self.pointer, change, was, now)

    def _asserts(self) -> bool:
        value = self.schema[self.keyword]
        if self.keyword in ("properties", "patternProperties"):
            return any(part is False for part in value.values())
        if self.keyword in APPLICATORS:
            return value is False
        if self.keyword == "contains":
            return "minContains" not in self.schema  # which then says how many
        return not (self.keyword == "dependencies" and not any(map(_is_list, value.values())))

    def _coverage(self, source: Source, sites: list[Site]) -> Coverage | None:
        if not self._asserts():
            return None
        reason = "" if self.holds and self.breaks else self._reason(source, sites)
        return Coverage(self.keyword, self.pointer, self.holds, self.breaks, reason)

    def _reason(self, source: Source, sites: list[Site]) -> str:
        if not sites:
            return "no valid arguments reach it"
        if is_always_true(source, self.pointer, self.keyword):
            return "it holds for every value"
        bound = self.schema[self.keyword]
        if isinstance(bound, int | float) and bound > LONGEST_EXACT:
            return f"{bound} is more than is sent"
        side = "breaks" if self.holds else "meets"
        return f"no change of one place {side} it: the rest of the schema decides first"

    def _format(self, sites: list[Site]) -> Coverage:
        return Coverage("format", self.pointer, bool(sites), False, "an annotation, not asserted")


def _is_name(site: Site) -> bool:
    return bool(site.path) and isinstance(site.path[-1], KeyName)


def _at(value: Any, place: tuple[str | int, ...]) -> Any:
    for token in place:
        value = value[token]
    return value


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
