"""Which files in a folder of scenarios are scenario files."""

from __future__ import annotations

from pathlib import PurePath

SUFFIXES = (".yaml", ".yml")
CASES_SUFFIXES = (".cases.yaml", ".cases.yml")
"""Requests for `toolreel select`, which may stand beside scenarios."""


def is_scenario_name(path: PurePath) -> bool:
    """Tell whether a file found in a folder is taken for a scenario file."""
    return path.name.endswith(SUFFIXES) and not path.name.endswith(CASES_SUFFIXES)
