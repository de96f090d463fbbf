"""How fast arguments are generated, beside Schemathesis' generator, on the schemas of 001 and 002.

    python tests/benchmarks/generation_speed.py --schemathesis PYTHON [--examples 500] [--rounds 3]

`--schemathesis` is a Python that has Schemathesis installed. Both sides draw through hypothesis'
`@given`, generation phase only, without a database; rounds take turns and the medians count. Ten
thousand valid and ten thousand invalid cases are then judged by jsonschema-rs and jsonschema.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from rich.console import Console
from rich.table import Table

from harness.generation import Case, Generator

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    "001 create_chat_completion": (ROOT / "servers/schemas/create_chat_completion.json", 6),
    "002 create_completion": (ROOT / "servers/schemas/create_completion.json", 3),
}
"""The schema and how many times faster than Schemathesis ours has to be."""
JUDGED = 10_000


def ours_per_second(generator: Generator, examples: int) -> float:
    """Return valid examples per second of hypothesis' generation phase."""
    drawn = 0

    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(generator.strategy("valid"))
    def draw(case: Case) -> None:
        nonlocal drawn
        drawn += 1

    start = time.perf_counter()
    draw()
    return drawn / (time.perf_counter() - start)


def theirs_per_second(python: str, examples: int) -> dict[str, float]:
    """Return Schemathesis' valid examples per second, by schema."""
    names = [str(path) for path, _ in SCHEMAS.values()]
    script = str(Path(__file__).with_name("schemathesis_values.py"))
    ran = subprocess.run(
        [python, script, str(examples), *names], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def wrong_of(generator: Generator) -> tuple[int, int]:
    """Return how many of 10,000 valid and of 10,000 invalid cases are not what they say."""
    decisions = random.Random(1)
    valid = (generator.valid(decisions.randbytes(112)) for _ in range(JUDGED))
    invalid = (generator.invalid(decisions.randbytes(112)) for _ in range(JUDGED))
    agree = generator.validity.agree
    return (
        sum(not agree(case.arguments, True) for case in valid),
        sum(not agree(case.arguments, False) for case in invalid),
    )


def main() -> None:
    """Measure, print a table, fail when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schemathesis", required=True)
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    generators = {
        name: Generator(json.loads(path.read_text(encoding="utf-8")))
        for name, (path, _) in SCHEMAS.items()
    }
    ours: dict[str, list[float]] = {name: [] for name in SCHEMAS}
    theirs: dict[str, list[float]] = {name: [] for name in SCHEMAS}
    for _ in range(chosen.rounds):
        speeds = theirs_per_second(chosen.schemathesis, chosen.examples)
        for name, (path, _) in SCHEMAS.items():
            theirs[name].append(speeds[str(path)])
            ours[name].append(ours_per_second(generators[name], chosen.examples))
    table = Table("schema", "ours/s", "Schemathesis/s", "ratio", "target", "wrong", "both sides")
    missed = []
    for name, (_, target) in SCHEMAS.items():
        fast, slow = statistics.median(ours[name]), statistics.median(theirs[name])
        wrong = wrong_of(generators[name])
        coverage = generators[name].coverage
        both = sum(one.accepted and one.rejected for one in coverage)
        sides = f"{both} of {len(coverage)}"
        table.add_row(
            name,
            f"{fast:,.0f}",
            f"{slow:,.0f}",
            f"{fast / slow:.1f}",
            f"{target}",
            str(wrong),
            sides,
        )
        if fast < target * slow or wrong != (0, 0) or both < len(coverage):
            missed.append(name)
    Console().print(table)
    if missed:
        raise SystemExit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
