"""Finding secrets in a text, where they stand and what becomes of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from urllib.parse import quote, unquote_plus

from harness.cassette.redaction.glance import Glance, has_escapes
from harness.cassette.redaction.rules import RedactionRules, any_of
from harness.cassette.redaction.shapes import SHAPES, Shape, replacement
from harness.cassette.redaction.spans import Span, replaced, replaced_in_pieces, without_overlaps
from harness.cassette.redaction.spellings import bare, password_of, spellings

_MOST_PASSES = 20
_DEEPEST = 6
_STRING = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_QUOTED = re.compile(r"[A-Za-z0-9._~+\-]*(?:%[0-9A-Fa-f]{2}[A-Za-z0-9._~+\-]*)+")
_DONE = re.compile(r"(?:(?i:Bearer|Basic|Token|Api-?Key|Key)\s+)?REDACTED(?:\[[^\]]*\])?")
_DIGEST = r"REDACTED\[[a-z][a-z0-9-]*:[0-9a-f]{8}\]"
_NO_NAME = "(?!)"


def is_done(value: str) -> bool:
    """Tell whether a whole value has been replaced, but for a scheme before it."""
    return not value or _DONE.fullmatch(value) is not None


class Search:
    """Knows the secrets and the rules; finds and replaces what they say in texts."""

    def __init__(self, secrets: Mapping[str, str], rules: RedactionRules) -> None:
        self.values = {
            f"REDACTED[{name}]": bare(value)
            for name, value in {**secrets, **rules.secrets}.items()
            if value
        }
        self._spelled = self._spellings() if rules.is_on("known-secret") else {}
        longest_first = sorted(self._spelled, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or _NO_NAME)
        # A placeholder stands for itself: nothing is searched for within one.
        self._own = re.compile("|".join([*map(re.escape, self.values), _DIGEST]))
        names = rules.names("json-name")
        self.name = re.compile(any_of(names) if names else _NO_NAME)
        self._named = re.compile(
            rf'"{self.name.pattern}"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL
        )
        self._shapes = [
            (shape, re.compile(shape.pattern, re.DOTALL))
            for shape in (
                *(Shape(name, pattern) for name, pattern in rules.patterns.items()),
                *SHAPES,
            )
            if rules.is_on(shape.name)
        ]
        # What a user's pattern needs is not known, so every text is searched for it.
        self._is_asking_more = not rules.off.issuperset(rules.patterns)
        self.whole = {
            f"{scheme}{text}": f"{scheme}{shown}"
            for placeholder, value in self.values.items()
            for text, shown in ((value, self._spelled.get(value)), (placeholder, placeholder))
            for scheme in ("", "Bearer ", "Basic ")
            if shown
        }
        """What becomes of a credential as most requests have it, without a search."""
        self._may_hold = Glance(self._spelled, names)

    def _spellings(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for placeholder, value in self.values.items():
            for part in (value, password_of(value)):
                for text in spellings(part) if part else ():
                    found.setdefault(text, placeholder)
        return found

    def has_nothing(self, text: str) -> bool:
        """Return True only when `text` would stay as it is."""
        return self.has_nothing_in(text.encode("utf-8", "surrogatepass"))

    def has_nothing_in(self, data: bytes) -> bool:
        """Return True only when the text that `data` is in UTF-8 would stay as it is."""
        return not (self._is_asking_more or has_escapes(data) or self._may_hold(data))

    def text(self, text: str, depth: int = 0) -> str:
        """Return `text` without what is found in it; doing it again changes nothing more."""
        for _ in range(_MOST_PASSES):
            spans = self.spans(text, depth)
            if not spans:
                break
            text = replaced(text, spans)
        return text

    def pieces(self, pieces: Sequence[str]) -> list[str]:
        """Return `pieces` so that their joined text is what `text` makes of it."""
        cut = list(pieces)
        for _ in range(_MOST_PASSES):
            spans = self.spans("".join(cut))
            if not spans:
                break
            cut = replaced_in_pieces(cut, spans)
        return cut

    def spans(self, text: str, depth: int = 0) -> list[Span]:
        """Return what is to be replaced in `text`, in order; what is hidden by escapes as well."""
        if self.has_nothing(text):
            return []
        found: Iterator[Span] = chain(
            self._under_names(text),
            (Span(*match.span(), match[0], "") for match in self._own.finditer(text)),
            self._direct(text),
            self._escaped(text, depth) if depth < _DEEPEST else iter(()),
        )
        return [span for span in without_overlaps(found) if span.rule]

    def _under_names(self, text: str) -> Iterator[Span]:
        for match in self._named.finditer(text):
            if is_done(match[1]):
                continue
            known = self.whole.get(match[1]) or self._spelled.get(match[1])
            if known is None:
                yield Span(*match.span(1), "REDACTED", "json-name")
            elif known != match[1]:
                yield Span(*match.span(1), known, "known-secret", known.partition("[")[2][:-1])

    def _direct(self, text: str) -> Iterator[Span]:
        for match in self._known.finditer(text):
            shown = self._spelled[match[0]]
            yield Span(*match.span(), shown, "known-secret", shown[9:-1])
        for shape, pattern in self._shapes:
            needed = shape.prefixes or shape.literals
            if needed and not any(literal in text for literal in needed):
                continue
            for match in pattern.finditer(text):
                groups = pattern.groupindex
                group = next((name for name in groups if "secret" in name and match[name]), 0)
                shown = replacement(shape.name, shape.kind, match[group])
                if shown != match[group]:
                    yield Span(*match.span(group), shown, shape.name)

    def _escaped(self, text: str, depth: int) -> Iterator[Span]:
        """Strings of JSON and words of URLs are read, searched and written again."""
        if "\\" in text:
            for match in _STRING.finditer(text):
                if "\\" in match[1]:
                    yield from self._in_json(match, depth + 1)
        if "%" in text:
            for match in _QUOTED.finditer(text):
                read = unquote_plus(match[0])
                spans = self.spans(read, depth + 1)
                if spans:
                    shown = quote(self.text(read, depth + 1), safe="[]:*")
                    yield Span(*match.span(), shown, spans[0].rule, spans[0].name)

    def _in_json(self, match: re.Match[str], depth: int) -> Iterator[Span]:
        try:
            read = json.loads(f'"{match[1]}"', strict=False)
        except ValueError:
            return
        spans = self.spans(read, depth)
        if spans:
            is_ascii = match[1].isascii() or "\\u" in match[1]
            shown = json.dumps(self.text(read, depth), ensure_ascii=is_ascii)[1:-1]
            yield Span(*match.span(1), shown, spans[0].rule, spans[0].name)
