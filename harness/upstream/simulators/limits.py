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
    Limit("seed", INTEGER),
    Limit("stream", BOOLEAN),
    Limit("stream_options", OBJECT),
    Limit("user", STRING),
)

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
    Limit("top_p", NUMBER, 0, 1, is_above_minimum=True),
    Limit("stop", ARRAY, 0, 4),
)
"""`logprobs`, `best_of` and `suffix` are not here: any value is ignored (xAI §2)."""

OPENAI_LEGACY = (
    *LEGACY,
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
)
"""A closed table: a field that is not in it is refused (Anthropic §5.1)."""
