"""The base of every record."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Record(BaseModel):
    """A frozen record without unknown fields; what it computes is written and not read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _computes_again(cls, value: Any) -> Any:
        fields = cls.model_computed_fields
        computed = {*fields, *(field.alias for field in fields.values())}
        if fields and isinstance(value, dict):
            return {key: item for key, item in value.items() if key not in computed}
        return value
