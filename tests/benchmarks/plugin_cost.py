"""What the pytest plugin costs a suite that does not use it: `pytest --collect-only`, empty suite.

    python tests/benchmarks/plugin_cost.py [--runs 40]

Runs take turns, with the plugin and without, each in a process of its own in an empty folder; it is
loaded by its entry point, and no other plugin is, since they would only add noise. So the search
of all packages for entry points, which pytest makes anyway, counts as a cost here. Told are the
medians, the fastest runs and the processor time of the children, which says most on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

LIMIT_MS = 30.0
COLLECT = (sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider")
WAYS: dict[str, tuple[str, ...]] = {"without": (), "with": ("-p", "toolreel")}


def measure(folder: str, arguments: tuple[str, ...]) -> tuple[float, float]:
    """Return the milliseconds that one run takes: by the clock, and of the processor."""
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*COLLECT, *arguments], cwd=folder, env=env, capture_output=True, check=False)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds * 1000, used * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    runs = parser.parse_args().runs
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs + 1):
            for name, arguments in WAYS.items():
                times[name].append(measure(folder, arguments))
    for at, what in enumerate(("clock", "processor")):
        found = {name: [one[at] for one in measured[1:]] for name, measured in times.items()}
        median = {name: statistics.median(values) for name, values in found.items()}
        fastest = {name: min(values) for name, values in found.items()}
        print(  # noqa: T201
            f"{what}: without {median['without']:.0f} ms, with {median['with']:.0f} ms; more by "
            f"{median['with'] - median['without']:.1f} ms (median), "
            f"{fastest['with'] - fastest['without']:.1f} ms (fastest); allowed {LIMIT_MS:.0f} ms"
        )


if __name__ == "__main__":
    main()
