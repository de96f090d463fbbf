"""Every mutant of a target: the general ones, and those that its tools and answers give."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from harness.mutation.arguments import argument_mutations
from harness.mutation.errors import ERROR_MUTATIONS
from harness.mutation.mutation import Mutation, Tools
from harness.mutation.notifications import PROGRESS_MUTATIONS
from harness.mutation.outputs import OUTPUT_MUTATIONS, field_mutations
from harness.mutation.passage import Passage
from harness.mutation.protocol import PROTOCOL_MUTATIONS, SECRET_MUTATIONS
from harness.mutation.validation import definition_mutations, validation_mutations


def catalogue(tools: Tools, passages: Sequence[Passage]) -> tuple[Mutation, ...]:
    """Return the mutants of a target that publishes `tools` and answered `passages`."""
    return (
        *definition_mutations(tools),
        *validation_mutations(tools),
        *argument_mutations(tools),
        *ERROR_MUTATIONS,
        *OUTPUT_MUTATIONS,
        *field_mutations(passages),
        *PROGRESS_MUTATIONS,
        *PROTOCOL_MUTATIONS,
        *SECRET_MUTATIONS,
    )


def chosen(
    mutations: Sequence[Mutation], wanted: Sequence[str], unwanted: Sequence[str]
) -> tuple[Mutation, ...]:
    """Return those whose ids match a pattern of `wanted`, if there are any, and none of `unwanted`.

    A pattern is one of the shell: `*`, `?`, `[…]`.
    """
    return tuple(
        item
        for item in mutations
        if (not wanted or _matches(item, wanted)) and not _matches(item, unwanted)
    )


def _matches(mutation: Mutation, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(mutation.mutant.id, pattern) for pattern in patterns)
