"""Findings that are known and accepted, as a file names them: `rule` or `rule@tool`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, NamedTuple

from harness.audit.rules import rules
from harness.errors import UsageError, did_you_mean
from harness.records.audit import AuditFinding
from harness.scenario.strict_yaml import YamlError, parse

TOML_KEY = "expected-failures"


class ExpectedFailures(NamedTuple):
    """What of a list was met, and what is stale."""

    findings: tuple[AuditFinding, ...]
    """The findings that nobody expected."""
    met: tuple[str, ...]
    stale: tuple[str, ...]
    """Entries without a finding: the server was repaired, so the list must be."""


def read_expected(text: str, path: str) -> list[str]:
    """Return the entries of a file: a YAML list, or TOML with `expected-failures = […]`.

    Raises:
        UsageError: the file is neither, or an entry names no rule; tells where.
    """
    entries = _document(text, path)
    if not (isinstance(entries, list) and all(isinstance(item, str) for item in entries)):
        raise UsageError(f"{path}: a list of rules is needed, as in `- errors.status-lost@my_tool`")
    for place, entry in enumerate(entries):
        rule = entry.partition("@")[0]
        if rule not in rules():
            raise UsageError(f"{path}: /{place}: no rule {rule!r}{did_you_mean(rule, rules())}")
    return entries


def _document(text: str, path: str) -> Any:
    if PurePath(path).suffix == ".toml":
        try:
            return tomllib.loads(text).get(TOML_KEY)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{path}: {error}") from error
    try:
        return parse(text).data or []
    except YamlError as error:
        raise UsageError(f"{path}:{error}") from error


def compared(findings: Iterable[AuditFinding], entries: Iterable[str]) -> ExpectedFailures:
    """Return which findings are new and which entries are stale.

    `rule@tool` expects the finding of one tool, `rule` that of every tool.
    """
    known = tuple(dict.fromkeys(entries))
    found = tuple(findings)
    names = [{item.rule, f"{item.rule}@{item.tool}"} for item in found]
    return ExpectedFailures(
        tuple(item for item, own in zip(found, names, strict=True) if not own & set(known)),
        tuple(entry for entry in known if any(entry in own for own in names)),
        tuple(entry for entry in known if not any(entry in own for own in names)),
    )
