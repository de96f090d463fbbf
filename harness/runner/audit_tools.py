"""Which of a server's tools an audit calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.audit.acting_verbs import shared_prefix
from harness.audit.fetched_arguments import fetched_places
from harness.audit.opened_browsers import opened_browsers, without_choices
from harness.audit.run_arguments import run_places
from harness.audit.side_effects import side_effect
from harness.audit.written_files import without, written_places
from harness.errors import UsageError, did_you_mean
from harness.records.audit import NotTested
from harness.runner.audit_options import AuditOptions

Definition = Mapping[str, Any]


@dataclass(frozen=True)
class ChosenTools:
    """The tools of one audit."""

    called: tuple[Definition, ...]
    uncalled: tuple[Definition, ...]
    """Those whose definitions are judged, and nothing else."""
    not_tested: tuple[NotTested, ...]


def chosen_tools(definitions: Sequence[Definition], options: AuditOptions) -> ChosenTools:
    """Return which tools are audited, and which of them are called.

    Raises:
        UsageError: an option names no tool of the server; names the nearest.
    """
    names = [str(item["name"]) for item in definitions]
    for option, given in (("--tools", options.tools), ("--exclude-tools", options.excluded_tools)):
        for name in given:
            if name not in names:
                hint = did_you_mean(name, names)
                raise UsageError(f"{option}: the server has no tool {name!r}{hint}")
    chosen = [
        item
        for item in definitions
        if (not options.tools or item["name"] in options.tools)
        and item["name"] not in options.excluded_tools
    ]
    if options.tools:
        return ChosenTools(called=tuple(chosen), uncalled=(), not_tested=())
    called, uncalled, not_tested = [], [], []
    shared = shared_prefix(names)
    for item in chosen:
        why, spared = _side_effect(item, shared), _optional(item)
        if why:
            uncalled.append(item)
            not_tested.append(_unasked(item, "every phase that calls it", f"{why}", "calls it"))
            continue
        choices = opened_browsers(item).choices
        called.append(without_choices(without(item, list(spared)), choices))
        not_tested += [
            _unasked(item, f"argument {place}", f"it {says}", "gives it")
            for place, says in spared.items()
        ]
        not_tested += [
            _unasked(item, f"argument {place}", f"its choice {one!r} opens a browser", "gives it")
            for place, asking in choices.items()
            for one in asking
        ]
    return ChosenTools(tuple(called), tuple(uncalled), tuple(not_tested))


def _unasked(definition: Definition, what: str, why: str, does: str) -> NotTested:
    """Return that something is not done unless the tool is named."""
    name = str(definition["name"])
    return NotTested(tool=name, what=what, reason=f"{why}; --tools {name} {does} all the same")


def _side_effect(definition: Definition, shared: str) -> str:
    """Return why a tool is not called unless it is named, or nothing."""
    required = _required(definition)
    needed = [(name, says) for name, says in _harmful(definition).items() if name in required]
    if needed:
        return f"its argument {needed[0][0]!r} {needed[0][1]}"
    if opened_browsers(definition).whole:
        return "its name or description says that it opens or drives a browser"
    return side_effect(definition, shared)


def _optional(definition: Definition) -> dict[str, str]:
    required = _required(definition)
    fetched = dict.fromkeys(fetched_places(definition), "names what the server fetches")
    spared = fetched | _harmful(definition)
    return {name: says for name, says in spared.items() if name not in required}


def _harmful(definition: Definition) -> dict[str, str]:
    """Return what an audit does not give unasked: name → what the argument does."""
    written = dict.fromkeys(written_places(definition), "has a file written")
    opening = dict.fromkeys(opened_browsers(definition).arguments, "opens a browser")
    return written | opening | dict.fromkeys(run_places(definition), "is run as a command")


def _required(definition: Definition) -> Sequence[str]:
    schema = definition.get("inputSchema")
    required = schema.get("required") if isinstance(schema, Mapping) else None
    return required if isinstance(required, list) else ()
