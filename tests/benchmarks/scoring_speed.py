"""How long many definitions take: `python tests/benchmarks/scoring_speed.py [LABELLED.jsonl]
[--count 228000] [--workers 2]`; without a file the tools of tests/scoring/other_domains.toml vary.

Definitions are made on the way, in servers of 15, so that memory shows what scoring holds. Each
varies its words: nothing is scored twice, no cache can answer for the rules.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.records.description_score import DescriptionScores
from harness.runner.score_servers import Server, score_servers
from tests.scoring.other_domains import labelled_tools

SIZE = 15
_MEGABYTE = 1024


def servers(tools: list[dict[str, Any]], count: int) -> Iterator[Server]:
    """Yield servers with `count` definitions in all, each text of its own."""
    for start in range(0, count, SIZE):
        varied = [
            _varied(tools[index % len(tools)], index)
            for index in range(start, min(start + SIZE, count))
        ]
        yield Server(f"server-{start // SIZE}", varied)


def _varied(tool: dict[str, Any], number: int) -> dict[str, Any]:
    schema = tool.get("inputSchema") or {}
    properties = {
        name: {**item, "description": f"{item['description']} of item {number}"}
        if "description" in item
        else item
        for name, item in schema.get("properties", {}).items()
    }
    return {
        **tool,
        "name": f"{tool['name']}_{number % 7}{number % SIZE}",
        "description": f"{tool.get('description') or ''} Belongs to project {number}.".strip(),
        "inputSchema": {**schema, "properties": properties},
    }


def keep(scores: DescriptionScores) -> tuple[int, float]:
    """Return how many tools there are, and the server's score."""
    return len(scores.tools), scores.server.tdqs


def measure(
    tools: list[dict[str, Any]], count: int, workers: int
) -> tuple[float, float, float, int]:
    """Return seconds, processor seconds, the mean score, and the peak MB of one process."""
    started, before = time.perf_counter(), _cpu()
    done, total, number = 0, 0.0, 0
    for tools_scored, tdqs in score_servers(servers(tools, count), workers=workers, keep=keep):
        done, total, number = done + tools_scored, total + tdqs, number + 1
    seconds = time.perf_counter() - started
    cpu = _cpu() - before
    assert done == count
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return seconds, cpu, total / number, peak // _MEGABYTE


def _cpu() -> float:
    """Return the processor time of this process and of those that have ended, in seconds."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> None:
    """Measure a tenth and the whole, so that growth would show."""
    parser = argparse.ArgumentParser()
    parser.add_argument("labelled", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=228_000)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    if chosen.labelled is None:
        tools = [row["tool"] for row in labelled_tools()]
    else:
        with chosen.labelled.open(encoding="utf-8") as lines:
            tools = [json.loads(line)["tool"] for line in lines]
    for count in (chosen.count // 10, chosen.count):
        seconds, cpu, mean, peak = measure(tools, count, chosen.workers)
        print(  # noqa: T201
            f"{count} definitions, {chosen.workers} workers: {seconds:.1f} s, "
            f"{1e6 * seconds / count:.0f} µs each "
            f"({1e6 * cpu / count:.0f} µs of processors), peak {peak} MB a process, mean {mean:.2f}"
        )


if __name__ == "__main__":
    main()
