"""The other tools of a server: which are named in a text, which are hard to tell from another."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from harness.scoring.descriptions.text import Text, name_words, stem, stems_of
from harness.scoring.descriptions.verbs import kind_of

_TOKEN = re.compile(r"[^\W_][\w./-]*\w|[^\W_]")
_POINTED = re.compile(
    r"(?:\b(?:use|call|calling|using|see|try|prefer|via|than|run|with)\s+(?:the\s+)?|[`'\"])$"
)
_MOST_SHARING = 60
"""A stem that more tools share says nothing; it also keeps the work linear in the tools."""
_CLOSE = 0.6


class Mention(NamedTuple):
    """A tool that is named in a text."""

    name: str
    start: int
    end: int


class Neighbours:
    """All tools of one server by name."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self._known = {name.lower(): name for name in self.names}

    @cached_property
    def _resources(self) -> dict[str, frozenset[str]]:
        return {name: resource_of(name) for name in self.names}

    @cached_property
    def _sharing(self) -> dict[str, list[str]]:
        sharing: dict[str, list[str]] = defaultdict(list)
        for name, stems in self._resources.items():
            for item in stems:
                sharing[item].append(name)
        return sharing

    def mentioned(self, text: Text, own: str) -> list[Mention]:
        """Return the other tools that stand in `text` as whole words."""
        found = []
        if len(self.names) > (own.lower() in self._known):
            for match in _TOKEN.finditer(text.lower):
                name = self._known.get(match[0])
                if name is None or name.lower() == own.lower():
                    continue
                if _is_identifier(name) or _is_pointed_at(text.lower, match):
                    found.append(Mention(name, *match.span()))
        return found

    def closest(self, own: str) -> str:
        """Return another tool that does the same with nearly the same resource, or nothing."""
        stems = resource_of(own)
        # Names that share three fifths share one of the rarest.
        rarest = sorted(stems, key=lambda item: (len(self._sharing.get(item, ())), item))[:3]
        near = {
            name
            for item in rarest
            for name in self._sharing.get(item, ())[:_MOST_SHARING]
            if name != own and name_deed(name) == name_deed(own)
        }
        best = max(near, key=lambda name: (self._overlap(stems, name), name), default="")
        return best if best and self._overlap(stems, best) >= _CLOSE else ""

    def _overlap(self, stems: frozenset[str], other: str) -> float:
        theirs = self._resources[other]
        return len(stems & theirs) / max(1, len(stems | theirs))


@functools.lru_cache(maxsize=20_000)
def name_deed(name: str) -> str:
    """Return what the verb in a tool's name does: `read`, `destructive`, else which change."""
    stems = [stem(word) for word in name_words(name)]
    kind = kind_of(stems)
    if kind != "write":
        return kind or ""
    verb = next(item for item in stems if kind_of((item,)))
    return next((deed for deed in ("creating", "changing") if verb in stems_of(deed)), verb)


@functools.lru_cache(maxsize=20_000)
def resource_of(name: str) -> frozenset[str]:
    """Return the stems of what a tool's name says without its verb: `get_user` → user."""
    stems = [stem(word) for word in name_words(name)]
    rest = [item for item in stems[1:] if item not in stems_of("stop")]
    return frozenset(rest or stems)


def _is_identifier(name: str) -> bool:
    """Tell `search_files` from a word that could stand in any text."""
    return len(name_words(name)) > 1


def _is_pointed_at(text: str, match: re.Match[str]) -> bool:
    after = text[match.end() : match.end() + 6].lstrip("`'\" ")
    return bool(_POINTED.search(text[max(0, match.start() - 16) : match.start()])) or (
        after.startswith("tool")
    )
