"""How two schemas relate, by set algebra, with a value that shows each difference.

The algebra is jsonschema-rs': `covers` proves that one set holds another, or that it does not;
where it cannot tell, `subtract` gives the rest to look for a witness in. What has neither proof
nor witness is `unknown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jsonschema_rs
from jsonschema_rs import canonical

from harness.comparison.conditions import with_plain_conditions
from harness.comparison.dialects import dialect_of, in_one_dialect
from harness.comparison.patterns import with_implied_patterns
from harness.comparison.recursion import is_contained_in_recursion
from harness.comparison.references import with_references_written_out
from harness.comparison.remarks import remarks
from harness.comparison.set_algebra import canonical_form, is_covered, is_refuted, rest_of
from harness.comparison.witness import find_witness
from harness.errors import UsageError
from harness.generation.validity import Schema
from harness.records.comparison import SchemaChange, SchemaRelation, Side, Witness

_RELATIONS: dict[tuple[bool | None, bool | None], SchemaRelation] = {
    (False, False): "equal",
    (False, True): "widening",
    (True, False): "breaking",
    (True, True): "incomparable",
}
"""(something is lost, something is gained) → relation."""


@dataclass(frozen=True)
class _Difference:
    """What one schema accepts and another does not: is there something, and what?"""

    exists: bool | None
    witness: Witness | None


def compare_schemas(baseline: Schema, candidate: Schema) -> SchemaChange:
    """Return how the candidate's accepted objects relate to the baseline's.

    Arguments and structured results are objects in MCP; what else a schema accepts is left out.

    Args:
        baseline: a JSON Schema of any draft.
        candidate: the other one.

    Raises:
        UsageError: one of them is no JSON Schema, or a reference in it leads nowhere.
    """
    one, other = in_one_dialect(_for_objects(baseline), _for_objects(candidate))
    _require_schema(one, "baseline")
    _require_schema(other, "candidate")
    lost = _difference(one, other, "baseline")
    gained = _difference(other, one, "candidate")
    relation = _RELATIONS.get((lost.exists, gained.exists), "unknown")
    notes = [*_undecided(lost, gained)]
    notes += remarks(one, other, relation)
    return SchemaChange(
        relation=relation, lost=lost.witness, gained=gained.witness, notes=tuple(notes)
    )


def _for_objects(schema: Any) -> Schema:
    if isinstance(schema, bool):
        schema = {} if schema else {"not": {}}
    if not isinstance(schema, dict):
        raise UsageError(f"no JSON Schema object: {schema!r:.80}")
    written = {"$schema": dialect_of(schema), **schema}
    if "object" in schema.get("type", "object"):
        return {**written, "type": "object"}
    return {**written, "not": {}}


def _require_schema(schema: Schema, side: Side) -> None:
    try:
        canonical_form(schema)
    except jsonschema_rs.ValidationError as error:
        where = "".join(f"/{part}" for part in error.instance_path) or "(root)"
        message = f"the {side}'s schema is no JSON Schema: {error.message} at {where}"
        raise UsageError(message) from error
    except (jsonschema_rs.ReferencingError, canonical.CanonicalizationError) as error:
        raise UsageError(f"the {side}'s schema cannot be read: {error}") from error


def _difference(inner: Schema, outer: Schema, side: Side) -> _Difference:
    """Return what `inner`, the schema of `side`, accepts and `outer` does not."""
    plain, other = (
        with_plain_conditions(with_references_written_out(side)) for side in (outer, inner)
    )
    whole = with_implied_patterns(other, plain)
    forms = canonical_form(whole), canonical_form(plain)
    if is_covered(*forms) or is_contained_in_recursion(whole, plain):
        return _Difference(exists=False, witness=None)
    rest = rest_of(*forms)
    if rest is not None and rest.satisfiability() is canonical.Satisfiability.NO:
        return _Difference(exists=False, witness=None)
    witness = find_witness(inner, outer, rest, side)
    if witness is not None:
        return _Difference(exists=True, witness=witness)
    return _Difference(exists=True if is_refuted(*forms) else None, witness=None)


def _undecided(lost: _Difference, gained: _Difference) -> list[str]:
    notes = []
    for difference, question in (
        (lost, "the candidate accepts everything that the baseline accepts"),
        (gained, "the baseline accepts everything that the candidate accepts"),
    ):
        if difference.exists is None:
            notes.append(f"not decided whether {question}: no proof, and no counterexample found")
        elif difference.exists and difference.witness is None:
            notes.append(f"it is proven not to hold that {question}; no value could be made for it")
    return notes
