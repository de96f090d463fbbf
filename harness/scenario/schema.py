"""The JSON Schema of a scenario file, for editors."""

from __future__ import annotations

from typing import Any

from harness.scenario.model import ScenarioFile


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, generated from the models that read it."""
    schema = ScenarioFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
