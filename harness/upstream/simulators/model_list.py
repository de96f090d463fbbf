"""The list of models in OpenAI's form, which xAI shares: `GET /v1/models` and `/v1/models/NAME`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from harness.upstream.simulators.seeded import Seed

PATH = "/v1/models"


def asked_model(path: str) -> str | None:
    """Return the name of the one model that is asked for; empty for all, None for another path."""
    if path.rstrip("/") == PATH:
        return ""
    return unquote(path.removeprefix(f"{PATH}/")) if path.startswith(f"{PATH}/") else None


def model_object(name: str, owner: str) -> dict[str, Any]:
    """Return the object of one model; its date depends on its name alone."""
    created = Seed.of(name.encode("utf-8", "surrogatepass")).created
    return {"id": name, "object": "model", "created": created, "owned_by": owner}


def model_list(names: Iterable[str], owner: str) -> dict[str, Any]:
    """Return the object of them all."""
    return {"object": "list", "data": [model_object(name, owner) for name in names]}
