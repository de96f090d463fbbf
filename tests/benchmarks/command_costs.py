"""What commands cost beside what they are built on: `python tests/benchmarks/command_costs.py`.

Needs `pip install typer`, which the project itself does not use. Rounds take turns, so that a busy
machine slows all alike; the best round of each counts.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
COMMANDS = {
    "import typer, rich": [PYTHON, "-c", "import typer, rich"],
    "toolreel --help": [PYTHON, "-m", "harness.cli.main", "--help"],
    "import mcp, vcr, deepdiff": [PYTHON, "-c", "import mcp, vcr, deepdiff"],
    "toolreel run, every scenario": [PYTHON, "-m", "harness.cli.main", "run"],
}
LIMITS = {
    ("toolreel --help", "import typer, rich"): 3.0,
    ("toolreel run, every scenario", "import mcp, vcr, deepdiff"): 4.0,
}
ROUNDS = 5


def seconds(command: list[str]) -> float:
    """Return how long the command takes; it has to succeed."""
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Print the best time of each command, and the ratios."""
    found: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            found[name].append(seconds(command))
    for name, times in found.items():
        sys.stdout.write(f"{name}: {min(times):.3f} s (best of {ROUNDS})\n")
    for (ours, theirs), limit in LIMITS.items():
        ratio = min(found[ours]) / min(found[theirs])
        sys.stdout.write(f"{ours} = {ratio:.2f} × {theirs} (limit {limit:g})\n")


if __name__ == "__main__":
    main()
