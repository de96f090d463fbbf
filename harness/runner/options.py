"""What a run may choose; the defaults replay, offline, with the era that the server prefers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.configuration import Configuration
from harness.errors import InvalidConfiguration, UsageError
from harness.scenario.loader import LoadedScenario
from harness.targets import Era, Target, parse_target, with_environment, with_headers
from harness.upstream.exchange import RecordMode

UpstreamChoice = Literal["simulate", "live"]


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Choices of one run.

    `targets` replaces the targets of scenarios: `""` all of them, a name only that one.
    """

    targets: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    era: Era = "auto"
    record_mode: RecordMode = "none"
    upstream: UpstreamChoice | None = None
    upstream_port: int = 0
    exit_first: bool = False
    known: frozenset[str] = frozenset()
    """Failures that the baseline has; `exit_first` goes past them."""
    pace: float = 0.0
    """What recorded waiting times are multiplied by."""

    def __post_init__(self) -> None:
        if self.record_mode != "none" and self.upstream is None:
            raise UsageError(
                f"--record-mode {self.record_mode} needs to know from where: "
                "--upstream simulate (offline) or --upstream live (network and key)"
            )
        if self.record_mode == "none" and self.upstream is not None:
            raise UsageError(
                f"--upstream {self.upstream} only matters while recording: "
                "add --record-mode once, new_episodes or all"
            )


def resolve_target(
    loaded: LoadedScenario,
    configuration: Configuration,
    options: RunOptions,
    environ: Mapping[str, str],
) -> Target:
    """Return the target of a scenario after the run's choices.

    A target that replaces another one, without being a configured name itself, is taken for
    another build of the same server and gets the environment of the one that it replaces.

    Raises:
        UsageError: a name is unknown, or a variable that the configuration needs is not set.
    """
    try:
        return _resolved(loaded, configuration, options, environ)
    except InvalidConfiguration:  # has a place of its own, which is where to mend it
        raise
    except UsageError as error:
        raise UsageError(f"{loaded.place}:{loaded.line}: {error}") from error


def _resolved(
    loaded: LoadedScenario,
    configuration: Configuration,
    options: RunOptions,
    environ: Mapping[str, str],
) -> Target:
    replacement = options.targets.get(loaded.target) or options.targets.get("")
    try:
        own = _named_or_parsed(
            loaded.target, configuration, environ, lenient=replacement is not None
        )
    except UsageError:
        if replacement not in configuration.targets:
            raise
        own = None  # replaced as a whole: what it lacks does not matter
    target = own
    if replacement is not None:
        target = _named_or_parsed(replacement, configuration, environ)
        if replacement not in configuration.targets and own is not None:
            target = with_environment(target, {**own.env, **target.env})
    assert target is not None
    given = {**loaded.scenario.env, **options.env}
    if options.upstream == "live":
        _require_keys(loaded.target, configuration, environ, given)
    target = with_environment(target, given)
    return with_headers(target, options.headers)


def _require_keys(
    name: str, configuration: Configuration, environ: Mapping[str, str], given: Mapping[str, str]
) -> None:
    lacking = [key for key in configuration.secrets_by_default(name, environ) if key not in given]
    if lacking:
        raise UsageError(
            f"--upstream live needs a real {lacking[0]} for target {name!r}: set it in the "
            "environment; its default in the configuration is for replay"
        )


def _named_or_parsed(
    text: str,
    configuration: Configuration,
    environ: Mapping[str, str],
    *,
    lenient: bool = False,
) -> Target:
    if text in configuration.targets:
        return configuration.target(text, environ)
    parsed = parse_target(text)
    is_bare_word = parsed.kind == "stdio" and parsed.command == (text,) and "/" not in text
    if is_bare_word and not lenient:
        return configuration.target(text, environ)
    return parsed
