"""What to set so that an SDK asks a stand-in instead of its provider."""

from __future__ import annotations

# OPENAI_BASE_URL and ANTHROPIC_BASE_URL are read by the SDKs themselves; the SDK of Anthropic adds
# `/v1` to its base. The others are the names of the servers in this repository and of common use.
_PATHS = {
    "OPENAI_BASE_URL": "api.openai.com/v1",
    "ANTHROPIC_BASE_URL": "api.anthropic.com",
    "XAI_BASE_URL": "api.x.ai/v1",
    "ACEDATACLOUD_API_BASE_URL": "api.acedata.cloud",
}


def base_urls(base: str) -> dict[str, str]:
    """Return the variables of the environment: name → base URL at the stand-in at `base`."""
    return {name: f"{base}/{path}" for name, path in _PATHS.items()}
