"""The options of `use_cassette`, checked before any cassette is opened."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from harness.cassette.redact import RedactionRules

MODES = ("none", "once", "new_episodes", "all")
_PATCHERS = (
    "httplib", "requests", "boto3", "urllib3", "httplib2", "tornado", "aiohttp", "httpx", "httpx2",
)  # fmt: skip
_PACES = {"instant": 0.0, "recorded": 1.0}
# What vcrpy's own code makes filters of.
FILTERS = (
    "filter_headers",
    "filter_query_parameters",
    "filter_post_data_parameters",
    "filter_nested_post_data_parameters",
    "before_record_request",
    "before_record_response",
)


def register_matcher(name: str, matcher: Callable[[Any, Any], object]) -> None:
    """Let `match_on` name `matcher`, which gets two requests as vcrpy's do."""
    from harness.cassette.match_on import registered_matchers

    registered_matchers[name] = matcher


@dataclass(frozen=True)
class UseOptions:
    """The options, each as documented at `use_cassette`."""

    record_mode: str = "once"
    match_on: tuple[Any, ...] | None = None
    additional_matchers: tuple[Any, ...] = ()
    ignore: tuple[str, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    filter_sensitive_data: Any = ()
    before_save_interaction: Any = None
    after_load_interaction: Any = None
    ignore_hosts: tuple[Any, ...] = ()
    ignore_localhost: bool = True
    skip_patchers: tuple[str, ...] = ()
    allow_playback_repeats: bool = False
    drop_unused_requests: bool = False
    decode_compressed_response: bool | None = None
    record_on_exception: bool = True
    inject: bool = False
    cassette_library_dir: str | None = None
    path_transformer: Callable[[str], str] | None = None
    func_path_generator: Callable[[Any], str] | None = None
    pace: float = 0.0
    sync: bool = False
    redaction: bool | RedactionRules = True
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_hooks(self) -> bool:
        """Whether vcrpy's code has anything to do."""
        return bool(
            self.filters
            or self.filter_sensitive_data
            or self.before_save_interaction
            or self.after_load_interaction
        )


_ALIASES = {"before_record": "before_record_request", "inject_cassette": "inject"}
_REFUSED = ("serializer", "persister", "custom_patches", "with_current_defaults")


def parse_options(given: Mapping[str, Any]) -> UseOptions:
    """Return the options.

    Raises:
        UsageError: an option is unknown, or has a value that it cannot have.
    """
    options = {_ALIASES.get(name, name): value for name, value in given.items()}
    known = {*UseOptions.__dataclass_fields__, *FILTERS, *_REFUSED} - {"filters"}
    for name in options:
        if name not in known:
            hint = did_you_mean(name, [*known, *_ALIASES])
            raise UsageError(f"use_cassette has no option {name!r}{hint}")
    _refuse(options)
    filters = {name: options.pop(name) for name in FILTERS if options.get(name)}
    kept = {name: _READERS.get(name, _as_is)(value) for name, value in options.items()
            if name not in (*_REFUSED, *FILTERS)}  # fmt: skip
    return UseOptions(filters=filters, **kept)


def _refuse(options: Mapping[str, Any]) -> None:
    if options.get("serializer", "yaml") != "yaml":
        raise UsageError(
            f"serializer={options['serializer']!r}: cassettes are YAML; `toolreel cassette import` "
            "converts one of another format"
        )
    if options.get("persister") is not None:
        raise UsageError(
            "persister: each interaction is appended to a file as it ends, which a persister "
            "cannot do; leave it out, or keep vcr.use_cassette here"
        )
    if options.get("custom_patches"):
        raise UsageError(
            "custom_patches: only httpx and httpx2 are recorded; keep vcr.use_cassette for others"
        )


def _as_is(value: Any) -> Any:
    return value


def _mode(value: Any) -> str:
    mode = str(getattr(value, "value", value))
    if mode == "any":  # a member of vcr.RecordMode that acts as this one
        mode = "new_episodes"
    if mode not in MODES:
        raise UsageError(
            f"record_mode={value!r} is none of {', '.join(MODES)}{did_you_mean(mode, MODES)}"
        )
    return mode


def _matchers(value: Iterable[Any] | None) -> tuple[Any, ...] | None:
    if value is None:
        return None
    if isinstance(value, str):
        raise UsageError(f"match_on={value!r} is a text; give a list of names, [{value!r}]")
    from harness.cassette.match_on import PARTS, registered_matchers

    known = (*PARTS, *registered_matchers)
    for item in (chosen := tuple(value)):
        if not callable(item) and item not in known:
            hint = did_you_mean(str(item), known)
            raise UsageError(
                f"match_on names {item!r}, which is none of {', '.join(known)}{hint}; "
                "harness.register_matcher gives a function a name"
            )
    return chosen


def _pointers(value: Iterable[str]) -> tuple[str, ...]:
    pointers = (value,) if isinstance(value, str) else tuple(value)
    for pointer in pointers:
        if not pointer.startswith("/"):
            raise UsageError(
                f"ignore={pointer!r} is no pointer into the request; they look like "
                "/body/user, /body/messages/*/name, /query/ts"
            )
    return pointers


def _hosts(value: Any) -> tuple[Any, ...]:
    return (value,) if isinstance(value, str | re.Pattern) else tuple(value)


def _patchers(value: Iterable[str]) -> tuple[str, ...]:
    chosen = tuple(value)
    for name in chosen:
        if name not in _PATCHERS:
            raise UsageError(f"skip_patchers: no {name!r}{did_you_mean(name, _PATCHERS)}")
    return chosen


def _pace(value: Any) -> float:
    pace = _PACES.get(value, value) if isinstance(value, str) else value
    if isinstance(pace, bool) or not isinstance(pace, int | float) or not 0 <= pace < 1e6:
        raise UsageError(
            f'pace={value!r} is neither "instant" nor "recorded" nor a factor of the waiting times'
        )
    return float(pace)


def _redaction(value: Any) -> bool | RedactionRules:
    if isinstance(value, bool):
        return value
    from harness.cassette.redact import RedactionRules

    if not isinstance(value, RedactionRules):
        raise UsageError(
            f"redaction={value!r} is neither True nor False nor RedactionRules "
            "(from harness.cassette.redact)"
        )
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "record_mode": _mode,
    "match_on": _matchers,
    "additional_matchers": lambda value: _matchers(value) or (),
    "ignore": _pointers,
    "ignore_hosts": _hosts,
    "skip_patchers": _patchers,
    "cassette_library_dir": lambda value: None if value is None else os.fspath(value),
    "pace": _pace,
    "redaction": _redaction,
}
