"""The answer as structured content too, held to an output schema."""

from __future__ import annotations

from dataclasses import replace

from servers.defects.stages import Answer, Result, Stages

OUTPUT_SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "model": {"type": "string"},
        "choices": {"type": "array", "items": {"type": "object"}},
        "usage": {"type": ["object", "null"]},
    },
    "required": ["choices"],
}


def structured(stages: Stages) -> Stages:
    """Publish an output schema and answer by it."""
    tools = tuple(tool.model_copy(update={"output_schema": OUTPUT_SCHEMA}) for tool in stages.tools)

    def result(answer: Answer) -> Result:
        return stages.result(answer).model_copy(update={"structured_content": answer})

    return replace(stages, tools=tools, result=result)
