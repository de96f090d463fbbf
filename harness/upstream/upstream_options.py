"""The choices of `toolreel upstream` and `harness.upstream_server`, checked before they start."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from harness.cassette.use_options import MODES, UseOptions, parse_options
from harness.errors import UsageError, did_you_mean
from harness.loopback import is_loopback
from harness.upstream.faults import Fault, parse_fault

if TYPE_CHECKING:
    from harness.cassette.redact import RedactionRules

Mode = Literal["replay", "record", "simulate"]
Source = Literal["live", "simulate"]
MODE_NAMES: tuple[Mode, ...] = get_args(Mode)
SOURCES: tuple[Source, ...] = get_args(Source)


@dataclass(frozen=True, kw_only=True)
class UpstreamOptions:
    """The choices, each as documented at `harness.upstream_server`."""

    cassettes: tuple[Path, ...] = ()
    mode: Mode = "simulate"
    record_mode: str = "new_episodes"
    upstream: Source = "live"
    faults: tuple[Fault, ...] = ()
    seed: int = 0
    pace: float = 0.0
    host: str = "127.0.0.1"
    port: int = 0
    allow_non_loopback: bool = False
    allow_hosts: tuple[str, ...] = ()
    log: str | None = None
    redaction: bool | RedactionRules = True
    secrets: Mapping[str, str] = field(default_factory=dict)

    def for_cassettes(self) -> UseOptions:
        """Return how the cassettes are used."""
        is_replay = self.mode == "replay"
        return UseOptions(
            record_mode="none" if is_replay else self.record_mode,
            allow_playback_repeats=is_replay,
            pace=self.pace,
            redaction=self.redaction,
            secrets=self.secrets,
        )


def upstream_options(cassettes: Iterable[Any], given: Mapping[str, Any]) -> UpstreamOptions:
    """Return the options; without a mode, cassettes are replayed and none is simulated.

    Raises:
        UsageError: an option is unknown, has an impossible value, or does not go with another.
    """
    known = set(UpstreamOptions.__dataclass_fields__) - {"cassettes"}
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known)
            raise UsageError(f"an upstream server has no option {name!r}{hint}")
    paths = tuple(Path(os.fspath(path)) for path in cassettes)
    chosen = {name: value for name, value in given.items() if value is not None}
    chosen.setdefault("mode", "replay" if paths else "simulate")
    _one_of("mode", chosen["mode"], MODE_NAMES)
    if "record_mode" in chosen and _one_of("record_mode", chosen["record_mode"], MODES) == "none":
        raise UsageError("record_mode none records nothing: that is mode replay")
    if "upstream" in chosen:
        _one_of("upstream", chosen["upstream"], SOURCES)
    chosen["pace"] = pace_of(chosen.get("pace", 0.0))
    chosen["faults"] = tuple(_fault(item) for item in chosen.get("faults", ()))
    chosen["allow_hosts"] = tuple(item.lower() for item in chosen.get("allow_hosts", ()))
    options = UpstreamOptions(cassettes=paths, **chosen)
    _require_fitting(options, frozenset(chosen) & frozenset(name for name in given if given[name]))
    return options


def _require_fitting(options: UpstreamOptions, given: frozenset[str]) -> None:
    mode, count = options.mode, len(options.cassettes)
    if mode == "replay" and not count:
        raise UsageError("mode replay needs cassettes: toolreel upstream CASSETTES…")
    if mode == "record" and count != 1:
        raise UsageError(f"mode record needs the one cassette to record into, not {count}")
    if mode == "simulate" and count:
        raise UsageError(f"mode simulate reads no cassette ({options.cassettes[0]}): leave it out")
    for name in ("record_mode", "upstream"):
        if name in given and mode != "record":
            raise UsageError(f"{name} only matters in mode record")
    if options.pace and mode != "replay":
        raise UsageError(
            "pace only matters in mode replay; a fault slows a simulator down: slow; frame-delay=1"
        )
    if options.faults and mode == "record" and options.upstream == "live":
        raise UsageError(
            "a real provider does not fail on demand: record its answers without faults and replay "
            "them with, or record from the simulator (upstream simulate)"
        )
    if not (is_loopback(options.host) or options.allow_non_loopback):
        raise UsageError(
            f"host {options.host} is not loopback: every machine of the network could ask; "
            "if that is meant, add --allow-non-loopback"
        )


def _one_of(name: str, value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        hint = did_you_mean(str(value), known)
        raise UsageError(f"{name}={value!r} is none of {', '.join(known)}{hint}")
    return str(value)


def pace_of(value: Any) -> float:
    """Return a pace from a command line: a word, or a factor as text.

    Raises:
        UsageError: it is neither.
    """
    if isinstance(value, str):
        with suppress(ValueError):  # a word, or nothing that the next line knows either
            value = float(value)
    return parse_options({"pace": value}).pace


def _fault(value: Any) -> Fault:
    if isinstance(value, Fault):
        return value
    try:
        return parse_fault(str(value))
    except ValueError as error:
        raise UsageError(f"fault {value!r}: {error}") from None
