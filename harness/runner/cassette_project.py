"""What a project knows about its cassettes: which scenario each belongs to, and its secrets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from harness.cassette.redact import RedactionRules, secrets_in
from harness.configuration import Configuration
from harness.errors import UsageError
from harness.runner.options import RunOptions, resolve_target
from harness.scenario.loader import LoadedScenario, load_paths
from harness.targets import is_upstream_held


class CassetteProject:
    """A configuration with its scenarios; scenarios are read when they are first asked for."""

    def __init__(self, configuration: Configuration, environ: Mapping[str, str]) -> None:
        self.configuration = configuration
        self._environ = environ

    @property
    def folder(self) -> Path:
        """Where the cassettes are."""
        return self.configuration.root / self.configuration.cassettes

    @cached_property
    def scenarios(self) -> dict[Path, LoadedScenario]:
        """The scenarios by the resolved path of their cassette; empty without scenario files.

        Raises:
            InvalidScenario: a scenario file is wrong.
        """
        folders = [self.configuration.root / path for path in self.configuration.scenarios]
        present = [path for path in folders if path.exists()]
        return {
            self.configuration.cassette_path(item.target, item.scenario.name).resolve(): item
            for item in (load_paths(present) if present else ())
        }

    def scenario_of(self, cassette: Path) -> LoadedScenario | None:
        """Return the scenario that is replayed from `cassette`."""
        return self.scenarios.get(cassette.resolve())

    def is_judged(self, cassette: Path) -> bool:
        """Tell whether `cassette` stands where only scenarios have theirs."""
        return bool(self.scenarios) and cassette.resolve().parent.parent == self.folder.resolve()

    def secrets_of(self, cassette: Path) -> dict[str, str]:
        """Return the secrets that may stand in `cassette`: name → value.

        Those of its scenario's target; of every configured target when it has no scenario.
        """
        loaded = self.scenario_of(cassette)
        return self._secrets(loaded) if loaded is not None else self.known_secrets

    @property
    def redaction(self) -> RedactionRules:
        """The rules of redaction that the configuration adds and switches off."""
        return self.configuration.redaction

    @property
    def known_secrets(self) -> dict[str, str]:
        """The secrets of all configured targets, as far as their variables are set."""
        found: dict[str, str] = {}
        for name in self.configuration.targets:
            try:
                target = self.configuration.target(name, self._environ)
            except UsageError:
                continue  # a variable is not set, so its value is not known here either
            found.update(secrets_in(target.env))
        return found

    def holds_upstream(self, name: str) -> bool:
        """Tell whether requests of the configured target `name` to its provider would be seen."""
        try:
            return is_upstream_held(self.configuration.target(name, self._environ))
        except UsageError:
            return False  # a variable is not set: it cannot be run at all

    def require_real_keys(self, cassette: Path) -> None:
        """Refuse keys that are only there for replay, as `${KEY:-default}` with KEY not set.

        Raises:
            UsageError: such a key would be shown to a real provider.
        """
        loaded = self.scenario_of(cassette)
        names = [loaded.target] if loaded is not None else list(self.configuration.targets)
        given = loaded.scenario.env if loaded is not None else {}
        for name in names:
            defaults = self.configuration.secrets_by_default(name, self._environ)
            lacking = [key for key in defaults if key not in given]
            if lacking:
                raise UsageError(
                    f"--upstream live needs a real {lacking[0]} for target {name!r}: set it in "
                    "the environment; its default in the configuration is for replay"
                )

    def _secrets(self, loaded: LoadedScenario) -> dict[str, str]:
        try:
            target = resolve_target(loaded, self.configuration, RunOptions(), self._environ)
        except UsageError:
            return secrets_in(loaded.scenario.env)
        return {**secrets_in(target.env), **secrets_in(getattr(target, "headers", {}))}
