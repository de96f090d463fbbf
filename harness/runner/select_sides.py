"""The same cases against the tools of each side, by one selector."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from harness.records.selection import SelectionReport
from harness.runner.model_selector import ModelOptions, answering, origin_of
from harness.runner.selection import LoadedCases, Selector, Tools, select_all
from harness.selection.lexical import LexicalSelector


class SideTools(NamedTuple):
    """The tools of one side, and what it calls those that the cases name otherwise."""

    tools: Tools
    names: Mapping[str, str] = {}


def select_sides(
    cases: LoadedCases,
    sides: Sequence[SideTools],
    model: ModelOptions | None,
    environ: Mapping[str, str],
) -> list[SelectionReport]:
    """Return a report for each side, in their order.

    Args:
        cases: what is asked of every side.
        sides: their tools.
        model: the model that chooses; None for the lexical selector.
        environ: where a model's key is.

    Raises:
        CassetteError: a request to the model has no recorded answer.
        UsageError: a real provider is to be asked without a key.
    """
    with _selectors(model, environ) as selector:
        reports = [
            select_all(cases, side.tools, selector(side.tools), names=side.names) for side in sides
        ]
    if model is None:
        return reports
    # Only now is all that was recorded in the file.
    origin = origin_of(model.cassette)
    return [report.model_copy(update={"origin": origin}) for report in reports]


@contextmanager
def _selectors(
    model: ModelOptions | None, environ: Mapping[str, str]
) -> Iterator[Callable[[Tools], Selector]]:
    if model is None:
        yield LexicalSelector
        return
    with answering(model, environ) as selector:
        yield selector
