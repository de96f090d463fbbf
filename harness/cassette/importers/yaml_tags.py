"""The tags of Python and Ruby recorders that stand for plain data. No object is ever made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.cassette.yaml_values import TagReading, read_binary, read_text

_PYTHON = "tag:yaml.org,2002:python/"


def _sequence(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("not a mapping")
    return value


def _bytes_io(value: Any) -> Any:
    """Return what a file-like request body held: the first item of its state."""
    state = _sequence(_mapping(value).get("state", [b""]))
    return state[0] if state else b""


def _iterated(value: Any) -> Any:
    """Return what an iterator as a request body went over."""
    arguments = _sequence(_mapping(value).get("args", [[]]))
    return arguments[0] if arguments else []


# Those that vcrpy reads (vcr/serializers/yamlserializer.py), and the three that its migration of
# files older than 1.0 takes away (vcr/migration.py).
PYTHON_TAGS: dict[str, TagReading] = {
    f"{_PYTHON}str": read_text,
    f"{_PYTHON}unicode": read_text,
    f"{_PYTHON}tuple": _sequence,
    f"{_PYTHON}object/new:_io.BytesIO": _bytes_io,
    f"{_PYTHON}object/apply:builtins.iter": _iterated,
    f"{_PYTHON}object:vcr.request.Request": _mapping,
    f"{_PYTHON}object/apply:__builtin__.frozenset": _sequence,
    f"{_PYTHON}object/apply:builtins.frozenset": _sequence,
}

# Psych's spellings (ruby/psych, lib/psych/visitors), and the structs of Ruby VCR before 2.0.
RUBY_TAGS: dict[str, TagReading] = {
    "!binary": read_binary,
    "!str": read_text,
    "!ruby/symbol": read_text,
    "!ruby/sym": read_text,
    "!ruby/hash:ActiveSupport::HashWithIndifferentAccess": _mapping,
    "!map:HashWithIndifferentAccess": _mapping,
    "!ruby/struct:VCR::HTTPInteraction": _mapping,
    "!ruby/struct:VCR::Request": _mapping,
    "!ruby/struct:VCR::Response": _mapping,
    "!ruby/struct:VCR::ResponseStatus": _mapping,
}

RECORDER_TAGS: Mapping[str, TagReading] = {**PYTHON_TAGS, **RUBY_TAGS}
