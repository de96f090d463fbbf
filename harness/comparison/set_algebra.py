"""jsonschema-rs' set algebra, with "cannot tell" in the place of its exceptions."""

from __future__ import annotations

import jsonschema_rs
from jsonschema_rs import CanonicalSchema, canonical

from harness.generation.validity import Schema


def canonical_form(schema: Schema, *, asserts_formats: bool = False) -> CanonicalSchema:
    """Return `schema` as the set of values that it accepts.

    Raises:
        jsonschema_rs.ValidationError: it is no JSON Schema.
        jsonschema_rs.ReferencingError: a reference leads nowhere.
        CanonicalizationError: it has no canonical form.
    """
    # Without `offline`, a remote reference would be fetched.
    return jsonschema_rs.canonicalize(schema, validate_formats=asserts_formats, offline=True)


def is_covered(inner: CanonicalSchema, outer: CanonicalSchema) -> bool:
    """Tell whether it is proven that `outer` accepts all that `inner` accepts."""
    return _contained(inner, outer) is canonical.Containment.YES


def is_refuted(inner: CanonicalSchema, outer: CanonicalSchema) -> bool:
    """Tell whether it is proven that `inner` accepts something that `outer` does not."""
    return _contained(inner, outer) is canonical.Containment.NO


def _contained(inner: CanonicalSchema, outer: CanonicalSchema) -> canonical.Containment:
    try:
        return outer.covers(inner)
    except canonical.CanonicalizationError:
        return canonical.Containment.UNKNOWN


def rest_of(inner: CanonicalSchema, outer: CanonicalSchema) -> CanonicalSchema | None:
    """Return what `inner` accepts and `outer` does not, None where there is no form for it."""
    try:
        return inner.subtract(outer)
    except canonical.CanonicalizationError:
        return None
