"""What replaying costs with cassetter: run by `cassette_costs.py` with a Python that has it.

    python cassetter_costs.py CASSETTE SIZE CALLS

Prints one JSON object: seconds to load, median seconds of a call, or the error.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time

import httpx
from cassetter import use_cassette
from completion_calls import call


async def main(path: str, size: int, calls: int) -> dict[str, float]:
    started = time.perf_counter()
    # It plays an interaction once, so each call is of another one.
    with use_cassette(path, record_mode="none", match_on=["method", "uri", "json_body"]):
        loaded = time.perf_counter() - started
        async with httpx.AsyncClient() as client:
            numbers = [size - 1 - number for number in range(min(size, calls))]
            times = [await call(client, number) for number in numbers]
    return {"load": loaded, "call": statistics.median(times)}


if __name__ == "__main__":
    try:
        found: object = asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
    except Exception as error:  # what it refuses is a row of the table
        found = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
    sys.stdout.write(json.dumps(found))
