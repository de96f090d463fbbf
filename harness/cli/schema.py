"""`toolreel schema`: what editors need to complete scenario files, and readers of results."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from harness.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from pydantic import BaseModel

SCENARIO = "scenario"
OF = (SCENARIO, "run", "audit", "score", "comparison", "leaderboard", "report", "baseline")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def result_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a file that a command writes, one of `OF` but `scenario`."""
    from harness.records.baseline import Baseline
    from harness.records.report import Report
    from harness.records.stored_result import RECORDS

    records: dict[str, type[BaseModel]] = {
        "report": Report,
        "baseline": Baseline,
        **dict(RECORDS.items()),
    }
    record = records[name]
    return {"$schema": DIALECT, **record.model_json_schema(mode="serialization", by_alias=True)}


@click.command()
@click.option("--of", "name", default=SCENARIO, show_default=True, metavar="NAME",
              help=f"Of what: {', '.join(OF)}.")  # fmt: skip
def command(name: str) -> None:
    """Print the JSON Schema of scenario files, or of what --format json writes.

    \b
    Examples: let editors complete scenario files; know what a stored run holds:
      toolreel schema > scenarios/scenario.schema.json
      # and as the first line of each file in that folder:
      # yaml-language-server: $schema=scenario.schema.json
      toolreel schema --of run > run.schema.json
    """
    from harness.scenario.schema import scenario_schema

    if name not in OF:
        hint = did_you_mean(name, OF)
        raise UsageError(f"--of: no schema of {name!r}{hint} ({', '.join(OF)})")
    schema = scenario_schema() if name == SCENARIO else result_schema(name)
    click.echo(json.dumps(schema, indent=2, sort_keys=True))
