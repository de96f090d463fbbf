"""`toolreel schema`: what editors need to complete scenario files."""

from __future__ import annotations

import json

import click


@click.command()
def command() -> None:
    """Print the JSON Schema of scenario files.

    \b
    Example: let editors complete scenario files:
      toolreel schema > scenarios/scenario.schema.json
      # and as the first line of each file in that folder:
      # yaml-language-server: $schema=scenario.schema.json
    """
    from harness.scenario.schema import scenario_schema

    click.echo(json.dumps(scenario_schema(), indent=2, sort_keys=True))
