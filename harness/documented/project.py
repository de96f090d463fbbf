"""The project that is packaged: the documented tools with their targets, cassettes, scenarios.

A wheel holds them beside this file; in a checkout they stand at its top.
"""

from __future__ import annotations

from pathlib import Path

from harness.configuration import Configuration, configuration_from

_PACKAGED = Path(__file__).parent


def documented_configuration() -> Configuration:
    """Return the configuration under which the documented tools run from any folder."""
    is_packaged = (_PACKAGED / "cassettes").is_dir()
    root = _PACKAGED if is_packaged else _PACKAGED.parents[1]
    return configuration_from(root, _PACKAGED / "targets.toml")
