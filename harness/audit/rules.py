"""The rules of the audit, as `rules.toml` has them."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import NamedTuple

from harness.records.audit import Phase
from harness.records.finding import Severity


class Rule(NamedTuple):
    """One thing that holds for every correct server."""

    id: str
    """`area.name`; stable, so that expected failures and SARIF can name it."""
    severity: Severity
    title: str
    """What is wrong when it does not hold."""
    source: str
    """The sentence of a specification, or the document, that it rests on."""
    repair: str


AREA_PHASES: dict[str, tuple[Phase, ...]] = {
    "definitions": ("definitions",),
    "validation": ("valid", "boundary", "invalid"),
    "mapping": ("mapping",),
    "errors": ("errors",),
    "output": ("outputs",),
    "streaming": ("streaming",),
    "protocol": ("protocol",),
}
"""Area of the rules → the phases whose calls it judges."""


@functools.cache
def rules() -> dict[str, Rule]:
    """Return all rules by id, in the order of the areas."""
    text = files("harness.audit").joinpath("rules.toml").read_text(encoding="utf-8")
    found = (
        Rule(id=f"{area}.{name}", **facts)
        for area, rows in tomllib.loads(text).items()
        for name, facts in rows.items()
    )
    return {rule.id: rule for rule in found}
