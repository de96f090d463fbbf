"""A text that says the opposite of the annotations (TDQS 1.2, stage 3)."""

from __future__ import annotations

import re

from harness.scoring.descriptions.judged import Fired
from harness.scoring.descriptions.phrases import Span
from harness.scoring.descriptions.signals import Definition
from harness.scoring.descriptions.text import stem, stems_of

_NEGATED = re.compile(
    r"(?:n['’]t|not|never|without|no|cannot|nothing|undo|before|instead of|avoid)"
    r"\W+(?:\w+\W+){0,3}$"
)
_LOOK_BACK = 40
_WORD = re.compile(r"[^\W_]+")


def contradiction(definition: Definition) -> Fired | None:
    """Return the words that contradict a hint, or None.

    `readOnlyHint: true` with a leading verb that changes something or with a claim to delete;
    `destructiveHint: false` with something that cannot be undone.
    """
    hints = definition.annotations
    if hints.get("readOnlyHint") is True:
        return _changes(definition)
    if hints.get("destructiveHint") is False and definition.verb_kind == "destructive":
        claim = _claimed(definition, "behavior.irreversible")
        if claim is not None:
            message = "destructiveHint is false, the text says otherwise"
            return Fired("behavior.contradiction", "=1", message, *claim)
    return None


def _changes(definition: Definition) -> Fired | None:
    message = "readOnlyHint is true, the text says that it changes something"
    text = definition.text
    verb = definition.leading_verb
    if verb in stems_of("destructive") or verb in stems_of("certain_write"):
        for match in _WORD.finditer(text.lower):
            if stem(match[0]) == verb:
                return Fired("behavior.contradiction", "=1", message, *match.span())
    claim = _claimed(definition, "destructive.claim")
    return None if claim is None else Fired("behavior.contradiction", "=1", message, *claim)


def _claimed(definition: Definition, family: str) -> Span | None:
    """Return where a phrase of `family` stands that no negation takes back."""
    text = definition.text
    return next(
        (
            span
            for span in text.said.get(family, ())
            if not _NEGATED.search(text.lower[max(0, span.start - _LOOK_BACK) : span.start])
        ),
        None,
    )
