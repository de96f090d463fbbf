"""Scoring many definitions at once, in processes, with flat memory."""

from __future__ import annotations

import gc
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, NamedTuple, TypeVar

from harness.errors import UsageError
from harness.records.description_score import DescriptionScore, DescriptionScores
from harness.scoring.descriptions.coherence import score_server
from harness.scoring.descriptions.neighbours import Neighbours
from harness.scoring.descriptions.score import RUBRIC, score_tool, score_tools

T = TypeVar("T")
Tools = Sequence[Mapping[str, Any]]
_CHUNK = 500
_SELDOM = 100_000
_AHEAD = 4
"""Chunks in flight for each worker; what is read ahead stays in memory."""


class Server(NamedTuple):
    """A server by name, with its `tools/list`."""

    name: str
    tools: Tools


def score_servers(
    servers: Iterable[Server], *, workers: int, keep: Callable[[DescriptionScores], T]
) -> Iterator[T]:
    """Yield what `keep` makes of each server's scores, in order; `keep` runs in the worker.

    Raises:
        UsageError: a definition cannot be read.
    """
    yield from _spread(((server, keep) for server in servers), _kept, workers)


def score_large(name: str, tools: Tools, *, workers: int) -> DescriptionScores:
    """Return the scores of one server, its tools shared among `workers` processes.

    Raises:
        UsageError: there is no tool, or one cannot be read.
    """
    if workers < 2 or len(tools) <= _CHUNK:
        return score_tools(tools, server=name)
    names = [str(tool.get("name", "")) for tool in tools]
    chunks = ((tools[start : start + _CHUNK], names) for start in range(0, len(tools), _CHUNK))
    scores = tuple(itertools.chain.from_iterable(_spread(chunks, _chunk, workers)))
    if not scores:
        raise UsageError(f"{name} has no tools to score")
    return DescriptionScores(rubric=RUBRIC, server=score_server(name, tools, scores), tools=scores)


def _settle() -> None:
    """Look for cycles seldom: scores have none, and the search took a third of the time."""
    gc.freeze()
    gc.set_threshold(_SELDOM, 20, 20)


def _kept(item: tuple[Server, Callable[[DescriptionScores], T]]) -> T:
    server, keep = item
    return keep(score_tools(server.tools, server=server.name))


def _chunk(item: tuple[Tools, list[str]]) -> list[DescriptionScore]:
    tools, names = item
    neighbours = Neighbours(names)
    return [score_tool(tool, neighbours) for tool in tools]


def _spread(items: Iterable[Any], work: Callable[[Any], T], workers: int) -> Iterator[T]:
    """Yield `work(item)` for each item in order, never more than a few ahead of the reader."""
    if workers < 2:
        yield from map(work, items)
        return
    # Not forked: a fork would copy the threads' locks of whoever calls.
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_settle) as pool:
        waiting: deque[Future[T]] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
