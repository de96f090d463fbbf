"""The base of what users write: unknown keys are refused with the nearest known one."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from harness.errors import did_you_mean


class Described(BaseModel):
    """A frozen model whose error for an unknown key names the key and the nearest that exists."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _knows_every_key(cls, value: Any) -> Any:
        if isinstance(value, dict):
            known = {field.alias or name for name, field in cls.model_fields.items()}
            for key in value:
                if key not in known:
                    raise PydanticCustomError(
                        "unknown_key",
                        "unknown key '{key}'{hint} (known: {known})",
                        {
                            "key": key,
                            "hint": did_you_mean(str(key), known),
                            "known": ", ".join(sorted(known)),
                        },
                    )
        return value
