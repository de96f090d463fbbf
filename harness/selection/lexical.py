"""Choosing a tool by its words alone: BM25, from bm25s, with Porter stems from snowballstemmer.

It is the floor that a model has to beat, and shows which descriptions share their words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import bm25s  # type: ignore[import-untyped]
import snowballstemmer  # type: ignore[import-untyped]

from harness.records.selection import Choice

_PARTS_OF_NAME = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_RANKED = 5


class LexicalSelector:
    """An index over the definitions of all tools.

    Args:
        tools: name → definition, as in `tools/list`.
    """

    name = "lexical (BM25)"

    def __init__(self, tools: Mapping[str, Mapping[str, Any]]) -> None:
        self._names = list(tools)
        self._stemmer = snowballstemmer.stemmer("english")
        self._index = bm25s.BM25()
        self._index.index(
            self._words([_document(tool) for tool in tools.values()]), show_progress=False
        )
        self._vocabulary = set(self._index.vocab_dict)

    def choose(self, request: str) -> Choice:
        """Return the tool whose words fit best; none where no word of the request is known."""
        known = [word for word in self._words([request])[0] if word in self._vocabulary]
        if not known:
            return Choice(tool=None)
        scores = [float(score) for score in self._index.get_scores(known)]
        # Equal scores are decided by name, so that the order of the tools decides nothing.
        ranked = sorted(zip(self._names, scores, strict=True), key=lambda item: (-item[1], item[0]))
        best = ranked[0][0] if ranked[0][1] > 0 else None
        return Choice(tool=best, ranking=tuple(ranked[:_RANKED]))

    def _words(self, texts: Sequence[str]) -> list[list[str]]:
        found: list[list[str]] = bm25s.tokenize(
            list(texts),
            stopwords="en",
            stemmer=self._stemmer,
            show_progress=False,
            return_ids=False,
        )
        return found


def _document(tool: Mapping[str, Any]) -> str:
    """Return the words of a definition: name, title, description, parameters."""
    texts = [_split(str(tool.get("name", ""))), str(tool.get("title") or "")]
    texts.append(str(tool.get("description") or ""))
    schema = tool.get("inputSchema")
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    for name, part in properties.items() if isinstance(properties, Mapping) else ():
        texts.append(_split(name))
        if isinstance(part, Mapping):
            texts.append(str(part.get("description") or ""))
    return "\n".join(texts)


def _split(name: str) -> str:
    """Return the words in a name, `get_userName` → `get user Name`."""
    return " ".join(_PARTS_OF_NAME.findall(name)) or name
