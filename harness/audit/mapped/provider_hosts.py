"""Hosts of providers, how their references want a credential, and what its variable is called."""

from __future__ import annotations

import re

BEARER_HOSTS = (
    "api.openai.com", "api.x.ai", "api.acedata.cloud", "api.deepseek.com", "api.groq.com",
    "api.mistral.ai", "api.perplexity.ai", "openrouter.ai",
)  # fmt: skip
"""Hosts whose references say `Authorization: Bearer KEY` of completions."""
ANTHROPIC_HOST = "api.anthropic.com"
KEY_NAMES = {
    "api.openai.com": "OPENAI", "api.x.ai": "XAI|GROK", ANTHROPIC_HOST: "ANTHROPIC|CLAUDE",
    "api.acedata.cloud": "ACEDATA", "api.deepseek.com": "DEEPSEEK", "api.groq.com": "GROQ",
    "api.mistral.ai": "MISTRAL", "api.perplexity.ai": "PERPLEXITY|PPLX",
    "openrouter.ai": "OPENROUTER",
}  # fmt: skip
"""What the name of a variable with a key for a host says."""


def names_a_provider(variable: str) -> bool:
    """Whether the name of a variable says which provider its credential is for."""
    return any(re.search(pattern, variable, re.IGNORECASE) for pattern in KEY_NAMES.values())
