"""OpenAI's model names (contract sheet: OpenAI §3.2, §3.4)."""

from __future__ import annotations

import re

from harness.upstream.simulators.model_names import has_shape

SHAPE = re.compile(
    r"(?:ft:)?(?:gpt-(?:\d(?:\.\d)?o?|audio|realtime)|o\d|chatgpt-4o|codex-mini"
    r"|davinci-002|babbage-002)"
)
DEPRECATED = re.compile(
    r"text-(?:davinci|curie|babbage|ada)-00\d|code-davinci-00\d|davinci|curie|babbage|ada"
    r"|gpt-4-32k(?:-\d{4})?|gpt-4-0314|gpt-4-vision-preview|gpt-3\.5-turbo-0[36]\d\d"
)
"""Names of models that were taken away, which a 404 says in other words."""

REASONING = re.compile(r"(?:ft:)?(?:o\d|gpt-[5-9]|codex-)(?!.*-chat)")

CONTEXTS = (
    ("gpt-3.5-turbo-instruct", 4_096),
    ("davinci-002", 16_384),
    ("babbage-002", 16_384),
    ("gpt-3.5", 16_385),
    ("gpt-4.1", 1_047_576),
    ("gpt-4o", 128_000),
    ("gpt-4-turbo", 128_000),
    ("gpt-4-", 128_000),
    ("gpt-4", 8_192),
    ("o1", 200_000),
    ("o3", 200_000),
    ("o4", 200_000),
    ("gpt-5", 400_000),
)
"""Beginning of a name → tokens that prompt and answer may have together; the first match holds."""

OTHER_CONTEXT = 128_000

SNAPSHOTS = {
    "gpt-3.5-turbo": "gpt-3.5-turbo-0125",
    "gpt-4": "gpt-4-0613",
    "gpt-4-turbo": "gpt-4-turbo-2024-04-09",
    "gpt-4.1": "gpt-4.1-2025-04-14",
    "gpt-4.1-mini": "gpt-4.1-mini-2025-04-14",
    "gpt-4.1-nano": "gpt-4.1-nano-2025-04-14",
    "gpt-4o": "gpt-4o-2024-08-06",
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-5": "gpt-5-2025-08-07",
    "gpt-5-mini": "gpt-5-mini-2025-08-07",
    "gpt-5-nano": "gpt-5-nano-2025-08-07",
    "gpt-5.1": "gpt-5.1-2025-11-13",
    "gpt-5.2": "gpt-5.2-2025-12-11",
    "o1": "o1-2024-12-17",
    "o3": "o3-2025-04-16",
    "o3-mini": "o3-mini-2025-01-31",
    "o4-mini": "o4-mini-2025-04-16",
}
"""Alias → the dated name that answers carry; other names come back as they are."""

EMBEDDING_SIZES = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
}
"""Models that make embeddings → how many dimensions a whole vector of each has."""

REFUSED_WHEN_REASONING = {
    "stop": "Unsupported parameter: 'stop' is not supported with this model.",
    "max_tokens": (
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead."
    ),
}

ONLY_DEFAULT_WHEN_REASONING = {
    "temperature": 1,
    "top_p": 1,
    "presence_penalty": 0,
    "frequency_penalty": 0,
}
"""Field → the one value that a reasoning model takes; another is `unsupported_value`."""


def is_known(model: str) -> bool:
    """Whether OpenAI serves `model`."""
    return has_shape(model, SHAPE) and not is_deprecated(model)


def is_deprecated(model: str) -> bool:
    """Whether `model` was there once."""
    return DEPRECATED.fullmatch(model) is not None


def is_reasoning(model: str) -> bool:
    """Whether `model` thinks before it answers."""
    return REASONING.match(model) is not None


def context_of(model: str) -> int:
    """Return how many tokens prompt and answer of `model` may have together."""
    found = (size for name, size in CONTEXTS if model.startswith(name))
    return next(found, OTHER_CONTEXT)
