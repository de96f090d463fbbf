"""What the top-level fields of each endpoint's request may be (contract sheet: §1.1-§6)."""

from __future__ import annotations

from harness.upstream.simulators.validation import Limit

NUMBER = ("number",)
INTEGER = ("integer",)
STRING = ("string",)
BOOLEAN = ("boolean",)
ARRAY = ("array",)
OBJECT = ("object",)

MOST_CHOICES = 128
"""OpenAI's limit on `n`; xAI publishes none, and the simulator needs one."""

MODEL = Limit("model", STRING, is_required=True)
MESSAGES = Limit("messages", ARRAY, 1, is_required=True)

SAMPLING = (
    Limit("temperature", NUMBER, 0, 2),
    Limit("n", INTEGER, 1, MOST_CHOICES),
    Limit("frequency_penalty", NUMBER, -2, 2),
    Limit("presence_penalty", NUMBER, -2, 2),
    Limit("logit_bias", OBJECT),
    Limit("stream", BOOLEAN),
    Limit("stream_options", OBJECT),
    Limit("user", STRING),
)

SEED_32 = Limit("seed", INTEGER, -(2**31), 2**31 - 1)
SEED_64 = Limit("seed", INTEGER, -(2**63), 2**63 - 1)

CHAT = (
    MODEL,
    MESSAGES,
    *SAMPLING,
    Limit("max_tokens", INTEGER, 1),
    Limit("max_completion_tokens", INTEGER, 1),
    Limit("logprobs", BOOLEAN),
    Limit("tools", ARRAY, 0, 128),
    Limit("tool_choice", ("string", "object"), choices=("none", "auto", "required")),
    Limit("parallel_tool_calls", BOOLEAN),
    Limit("response_format", OBJECT),
)

XAI_CHAT = (
    *CHAT,
    SEED_32,
    Limit("top_p", NUMBER, 0, 1, is_above_minimum=True),
    Limit("stop", ARRAY, 0, 4),
    Limit("top_logprobs", INTEGER, 0, 8),
    Limit("reasoning_effort", STRING),
    Limit("search_parameters", OBJECT),
    Limit("deferred", BOOLEAN),
    Limit("web_search_options", OBJECT),
    Limit("service_tier", STRING),
)

OPENAI_CHAT = (
    *CHAT,
    SEED_64,
    Limit("top_p", NUMBER, 0, 1),
    Limit("stop", ("string", "array"), 1, 4),
    Limit("top_logprobs", INTEGER, 0, 20),
    Limit(
        "reasoning_effort",
        STRING,
        choices=("none", "minimal", "low", "medium", "high", "xhigh"),
    ),
    Limit("verbosity", STRING, choices=("low", "medium", "high")),
    Limit(
        "service_tier",
        STRING,
        choices=("auto", "default", "fast", "flex", "priority"),
    ),
    Limit("functions", ARRAY, 1, 128),
    Limit("function_call", ("string", "object"), choices=("none", "auto")),
    Limit("store", BOOLEAN),
    Limit("metadata", OBJECT),
    Limit("modalities", ARRAY),
    Limit("audio", OBJECT),
    Limit("prediction", OBJECT),
    Limit("prompt_cache_key", STRING),
    Limit("safety_identifier", STRING, 0, 64),
    Limit("web_search_options", OBJECT),
)

ACEDATA_CHAT = (
    *CHAT,
    SEED_64,
    Limit("top_p", NUMBER, 0, 1),
    Limit("stop", ("string", "array"), 1, 4),
    Limit("top_logprobs", INTEGER, 0, 20),
    Limit("reasoning_effort", STRING, choices=("minimal", "low", "medium", "high")),
    Limit("service_tier", STRING, choices=("auto", "default", "flex", "scale", "priority")),
    Limit("store", BOOLEAN),
    Limit("metadata", OBJECT),
    Limit("modalities", ARRAY),
    Limit("audio", OBJECT),
    Limit("prediction", OBJECT),
    Limit("web_search_options", OBJECT),
)

LEGACY = (
    MODEL,
    *SAMPLING,
    Limit("prompt", ("string", "array")),
    Limit("max_tokens", INTEGER, 0),
    Limit("echo", BOOLEAN),
)

XAI_LEGACY = (
    *LEGACY,
    SEED_32,
    Limit("top_p", NUMBER, 0, 1, is_above_minimum=True),
    Limit("stop", ARRAY, 0, 4),
    Limit("logprobs", ("boolean", "integer")),
    Limit("best_of", INTEGER),
    Limit("suffix", STRING),
)
"""The last three have no effect (xAI §2). `logprobs` is a boolean in the specification; clients of
the endpoint's time send OpenAI's number, and no recording shows that one was refused."""

OPENAI_LEGACY = (
    *LEGACY,
    SEED_64,
    Limit("top_p", NUMBER, 0, 1),
    Limit("stop", ("string", "array"), 1, 4),
    Limit("logprobs", INTEGER, 0, 5),
    Limit("best_of", INTEGER, 0, 20),
    Limit("suffix", STRING),
)

ANTHROPIC_MESSAGES = (
    MODEL,
    MESSAGES,
    Limit("max_tokens", INTEGER, 0, is_required=True),
    Limit("system", ("string", "array")),
    Limit("temperature", NUMBER, 0, 1),
    Limit("top_p", NUMBER, 0, 1),
    Limit("top_k", INTEGER, 0),
    Limit("stop_sequences", ARRAY),
    Limit("stream", BOOLEAN),
    Limit("tools", ARRAY),
    Limit("tool_choice", OBJECT),
    Limit("thinking", OBJECT),
    Limit("metadata", OBJECT),
    Limit("service_tier", STRING, choices=("auto", "standard_only")),
    Limit("output_config", OBJECT),
    Limit("container", ("string", "object")),
    Limit("inference_geo", STRING),
    Limit("cache_control", OBJECT),
    Limit("diagnostics", OBJECT),
    Limit("speed", STRING, choices=("standard", "fast")),
    Limit("user_profile_id", STRING),
    Limit("workspace_id", STRING),
)
"""A closed table: a field that is not in it is refused (Anthropic §5.1). The last four came after
the sheet; the SDK's types of 2026 have them."""

ANTHROPIC_BETA = (
    *ANTHROPIC_MESSAGES,
    Limit("billing_policy", OBJECT),
    Limit("compaction", OBJECT),
    Limit("context_management", OBJECT),
    Limit("fallback_credit_token", STRING),
    Limit("fallbacks", ("string", "array", "object")),
    Limit("mcp_servers", ARRAY),
    Limit("prefill", OBJECT),
    Limit("thread", OBJECT),
)
"""What a request with the header `anthropic-beta` may have."""
