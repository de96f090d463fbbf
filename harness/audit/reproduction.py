"""The command line that shows a finding again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from harness.cassette.redact import secrets_in
from harness.records.audit import Probe


def reproduce(start: str, *, seed: int, max_examples: int, probe: Probe | None, area: str) -> str:
    """Return the command for one probe, or for the phase that has none.

    Args:
        start: what names the target, as `target_words` gives it.
        seed: the audit's.
        max_examples: the audit's; the same number makes the same probes.
        probe: the probe that met it; None for what is read from a definition. What speaks against a
            definition was met by the first calls, which every audit makes.
        area: the area of the rule.
    """
    parts = ["toolreel", "audit", f"--seed {seed}"]
    if probe is not None and probe.phase != "protocol" and area != "definitions":
        parts += [f"--max-examples {max_examples}", f"--probe {shlex.quote(probe.id)}"]
    else:
        parts.append(f"--phases {area if area == 'definitions' else 'protocol'}")
    return " ".join([*parts, start])


def target_words(
    given: tuple[str, ...],
    *,
    url: str | None,
    env: Mapping[str, str],
    tools: Sequence[str] = (),
    excluded_tools: Sequence[str] = (),
) -> str:
    """Return the words that name the target on the command line; secrets stand as `$NAME`.

    The names of tools are a part of it: fewer tools share the calls, so other probes are made.
    """
    chosen = (("--tools", tools), ("--exclude-tools", excluded_tools))
    words = [f"{option} {shlex.quote(','.join(names))}" for option, names in chosen if names]
    words += [f"-e {_setting(name, value)}" for name, value in env.items()]
    if url is not None:
        return " ".join([*words, f"--url {shlex.quote(url)}"])
    named = shlex.join(given)
    return " ".join([*words, named if len(given) == 1 else f"-- {named}"])


def _setting(name: str, value: str) -> str:
    if secrets_in({name: value}):
        return f'{name}="${name}"'
    return shlex.quote(f"{name}={value}")
