"""How the description scores agree with labels: `python tests/benchmarks/description_agreement.py
LABELLED.jsonl [--bootstrap 1000] [--markdown]`.

A line is `{"id", "tool", "siblings", "scores": {purpose, usage_guidelines, behavior, parameters,
conciseness, completeness}}`, any of the six may be missing; `server` (else the id before its last
slash) says which rows belong together. Every figure stands beside that of always giving the
commonest label, which no rule set may be praised for reaching. Intervals resample whole servers:
tools of one server resemble one another. The tools are also told apart by kind of verb, since a
rule set that fits only one kind is no use for the next server. Nothing is fitted here.

Needs scipy and scikit-learn: `pip install scipy scikit-learn`.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import bootstrap, spearmanr
from sklearn.metrics import cohen_kappa_score

from harness.records.description_score import DescriptionScore
from harness.scoring.descriptions.dimensions import NAMES
from harness.scoring.descriptions.neighbours import Neighbours
from harness.scoring.descriptions.score import score_tool, tdqs_scores
from harness.scoring.descriptions.text import name_words, stem
from harness.scoring.descriptions.verbs import kind_of

SCALE = [1, 2, 3, 4, 5]


class Row(NamedTuple):
    """A labelled tool and what the rules made of it."""

    id: str
    server: str
    kind: str
    labels: dict[str, int]
    score: DescriptionScore


def read_rows(lines: Iterable[str]) -> list[Row]:
    """Return the rows, scored."""
    return [scored(json.loads(line)) for line in lines if line.strip()]


def scored(row: dict[str, Any]) -> Row:
    """Return one row, scored among its siblings."""
    tool = row["tool"]
    neighbours = Neighbours([tool["name"], *row.get("siblings", ())])
    kind = kind_of(map(stem, name_words(tool["name"]))) or "no verb"
    identity = row.get("id", tool["name"])
    server = row.get("server") or identity.rpartition("/")[0] or identity
    return Row(identity, server, kind, row["scores"], score_tool(tool, neighbours))


class Figures(NamedTuple):
    """Agreement on one dimension."""

    n: int
    exact: float
    within_one: float
    mae: float
    bias: float
    kappa: float
    spearman: float
    constant_exact: float
    constant_mae: float
    constant_within_one: float


def figures(pairs: Sequence[tuple[int, int]]) -> Figures:
    """Return the agreement of (ours, label) pairs, beside the commonest label as a constant.

    The quadratic weighted kappa of a constant is 0 by definition.
    """
    ours, labels = (np.array(side) for side in zip(*pairs, strict=True))
    mode = Counter(labels.tolist()).most_common(1)[0][0]
    away, constant = np.abs(ours - labels), np.abs(labels - mode)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a side without any variation has no correlation
        kappa = cohen_kappa_score(ours, labels, weights="quadratic", labels=SCALE)
        correlation = spearmanr(ours, labels).statistic
    return Figures(
        len(pairs), float(np.mean(away == 0)), float(np.mean(away <= 1)), float(np.mean(away)),
        float(np.mean(ours - labels)), float(kappa), float(correlation),
        float(np.mean(constant == 0)), float(np.mean(constant)), float(np.mean(constant <= 1)),
    )  # fmt: skip


def pairs_of(rows: Sequence[Row], name: str) -> list[tuple[int, int]]:
    """Return (ours, label) where there is a label."""
    return [
        (row.score.dimensions[name].score, row.labels[name]) for row in rows if name in row.labels
    ]


def interval(rows: Sequence[Row], name: str, resamples: int) -> tuple[float, float] | None:
    """Return the 95 % interval of the kappa over resampled servers; None with under five."""
    by_server: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if name in row.labels:
            by_server[row.server].append(row)
    servers = list(by_server.values())
    if len(servers) < 5:
        return None

    def kappa(chosen: Any) -> float:
        drawn = [row for index in chosen for row in servers[int(index)]]
        return figures(pairs_of(drawn, name)).kappa

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = bootstrap(
            (np.arange(len(servers)),), kappa, vectorized=False, n_resamples=resamples,
            method="percentile", rng=np.random.default_rng(0),
        ).confidence_interval  # fmt: skip
    return float(found.low), float(found.high)


def tdqs_line(rows: Sequence[Row]) -> str:
    """Return the agreement of the whole score, over the rows with all six labels."""
    from tdqs import compute_tdqs, compute_tier

    whole = [row for row in rows if set(NAMES) <= set(row.labels)]
    if not whole:
        return "TDQS: no row has all six labels"
    labels = [compute_tdqs(tdqs_scores(row.labels)) for row in whole]
    ours = [row.score.tdqs for row in whole]
    same = np.mean(
        [row.score.tier == compute_tier(one) for row, one in zip(whole, labels, strict=True)]
    )
    mode = Counter(map(compute_tier, labels)).most_common(1)[0]
    away = float(np.mean(np.abs(np.subtract(ours, labels))))
    return (
        f"TDQS over {len(whole)} complete rows: MAE {away:.2f}, "
        f"Spearman {spearmanr(ours, labels).statistic:.2f}, same tier {same:.0%} "
        f"(always {mode[0]}: {mode[1] / len(whole):.0%})"
    )


def table(rows: Sequence[Row], resamples: int) -> list[str]:
    """Return a Markdown table, a line a dimension."""
    lines = [
        "| dimension | n | exact | ±1 | MAE | bias | QWK | ρ | constant: exact / ±1 / MAE |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in NAMES:
        pairs = pairs_of(rows, name)
        if not pairs:
            continue
        one = figures(pairs)
        found = interval(rows, name, resamples) if resamples else None
        span = f" [{found[0]:.2f}, {found[1]:.2f}]" if found else ""
        lines.append(
            f"| {name} | {one.n} | {one.exact:.2f} | {one.within_one:.2f} | {one.mae:.2f} | "
            f"{one.bias:+.2f} | {one.kappa:.2f}{span} | {one.spearman:.2f} | "
            f"{one.constant_exact:.2f} / {one.constant_within_one:.2f} / {one.constant_mae:.2f} |"
        )
    return lines


def report(rows: Sequence[Row], resamples: int, say: Callable[[str], object] = print) -> None:
    """Say the table over all rows, the whole score, and MAE by kind of verb."""
    say(f"{len(rows)} tools of {len({row.server for row in rows})} servers\n")
    for line in table(rows, resamples):
        say(line)
    say(f"\n{tdqs_line(rows)}\n")
    say("MAE, one kind of tool at a time (constant in brackets):\n")
    say(f"| kind | n | {' | '.join(NAMES)} |")
    say(f"|---|---|{'---|' * len(NAMES)}")
    for kind in sorted({row.kind for row in rows}):
        some = [row for row in rows if row.kind == kind]
        cells = []
        for name in NAMES:
            pairs = pairs_of(some, name)
            one = figures(pairs) if pairs else None
            cells.append(f"{one.mae:.2f} ({one.constant_mae:.2f})" if one else "")
        say(f"| {kind} | {len(some)} | {' | '.join(cells)} |")


def main() -> None:
    """Read the file that the command line names and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--bootstrap", type=int, default=1000, metavar="RESAMPLES")
    chosen = parser.parse_args()
    with chosen.labelled.open(encoding="utf-8") as lines:
        report(read_rows(lines), chosen.bootstrap)


if __name__ == "__main__":
    main()
