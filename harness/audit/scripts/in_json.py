"""The answer to a request that asks for JSON: a model that is told to answer so does."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.audit.first_arguments import first_arguments
from harness.audit.json_text import json_value
from harness.audit.scripts.said import Said


def schema_asked(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the JSON Schema of the answer that a request body asks for, None for any text.

    OpenAI and its like: `response_format`; Ollama: `format`; Anthropic: `output_format`, and
    `output_config.format`. An empty schema stands for any JSON object.
    """
    config = body.get("output_config")
    nested = config.get("format") if isinstance(config, Mapping) else None
    for wanted in (body.get("response_format"), body.get("format"),
                   body.get("output_format"), nested):  # fmt: skip
        if wanted == "json":
            return {}
        if isinstance(wanted, Mapping) and wanted.get("type") in ("json_object", "json_schema"):
            held = wanted.get("json_schema", wanted)
            schema = held.get("schema") if isinstance(held, Mapping) else None
            return schema if isinstance(schema, Mapping) else {}
        if isinstance(wanted, Mapping) and wanted is body.get("format"):
            return wanted
    return None


def in_json(said: Said, schema: Mapping[str, Any] | None) -> Said:
    """Return what is said as a JSON object that `schema` accepts; as it is where none is asked."""
    if schema is None or not said.text or (not schema and _is_object(said.text)):
        return said
    instance = instance_of(schema) if schema else None
    text = json.dumps({"answer": said.text} if instance is None else instance)
    return replace(said, text=text, more_texts=())


def instance_of(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a small, ordinary object that `schema` accepts, None where none can be made."""
    return _instance(json.dumps(schema))


@functools.lru_cache(maxsize=64)
def _instance(schema: str) -> dict[str, Any] | None:
    return next(first_arguments({"inputSchema": json.loads(schema)}, seed=0), None)


def _is_object(text: str) -> bool:
    return isinstance(json_value(text), dict)
