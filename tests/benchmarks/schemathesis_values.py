"""Valid values per second of Schemathesis' generator; run by `generation_speed.py`.

    PYTHON_WITH_SCHEMATHESIS tests/benchmarks/schemathesis_values.py EXAMPLES SCHEMA.json …

Prints one JSON object: the file → examples per second. `build` is what its engine calls for the
body of a request; hypothesis draws, nothing else runs.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation.jsonschema.builder import build  # type: ignore[import-not-found]


def per_second(schema: dict[str, Any], examples: int) -> float:
    """Return examples per second of hypothesis' generation phase."""
    drawn = 0

    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(build(schema, draft=jsonschema_rs.Draft7, formats={}))
    def draw(value: Any) -> None:
        nonlocal drawn
        drawn += 1

    start = time.perf_counter()
    draw()
    return drawn / (time.perf_counter() - start)


if __name__ == "__main__":
    schemas = {name: json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[2:]}
    speeds = {name: per_second(schema, int(sys.argv[1])) for name, schema in schemas.items()}
    sys.stdout.write(json.dumps(speeds))
