"""`toolreel schema`: what editors need to complete scenario files."""

from __future__ import annotations

import json
from typing import Any

import click


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, generated from the models that read it."""
    from harness.scenario.model import ScenarioFile

    schema = ScenarioFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


@click.command()
def command() -> None:
    """Print the JSON Schema of scenario files.

    \b
    Example: let editors complete scenario files:
      toolreel schema > scenarios/scenario.schema.json
      # and as the first line of each file in that folder:
      # yaml-language-server: $schema=scenario.schema.json
    """
    click.echo(json.dumps(scenario_schema(), indent=2, sort_keys=True))
