"""Values that are recognised again wherever they arrive, and that careless code changes."""

from __future__ import annotations

from typing import Any

LONG = " ".join(f"quokka-{number * 7919 % 100_003}" for number in range(3_000))
"""About 36,000 characters, no part of which comes twice."""

TYPOGRAPHY = (
    "“curly” ‘single’ it’s – and — dash… nb\u00a0space, thin\u2009space, zero\u200bwidth, "
    "soft\u00adhyphen, bom\ufeffinside, \u2066isolated\u2069 \u202bembedded\u202c ❤\ufe0f "
    'e\u0301\n\n\n"three line ends" before; a literal \\n and \\t here'
)
"""Characters that editors and tidy code put others in the place of. Its quotes tell its JSON, which
JSON's own escapes are found in, from the text."""

TEXTS: dict[str, str] = {
    "plain": "Quokka ledger 7193",
    "whitespace": "  two spaces before,\n a break and a tab after\t\n",
    "controls": "bell \u0007 and \u001b[1mescape\u001b[0m end",
    "unicode": "Grüße aus İstanbul, ß – 日本語 😀 e\u0301 \u200bend",
    "typography": TYPOGRAPHY,
    "quoted": "\"double\" 'single' back\\slash {brace} ${dollar} %s $& $1 <b>&amp;</b>\r\nnext",
    "template": "{{prompt}} {{ name }} {prompt} {0} {} %(name)s %d %% $$ $` $' ${HOME} $HOME #{x}"
    " <%= x %> \\n \\t \\u0041 &lt; &amp;amp; %20 <script>alert(1)</script> [INST] ~/x @x",
    "numeral": "173",
    "long": LONG,
    "empty": "",
}
"""Among them what careless code takes for a pattern, a place to fill, an escape or a number."""

LABELS = ("Audit-Quokka-7B", "quokka")
NUMBERS = (0, 1, 2, 0.1, 0.7351, 0.123456789, 1e-7, 1.7, -1.9, 3, 173, 100_001, 2**53 + 1, -7)
ARRAYS: tuple[list[Any], ...] = (
    ["Zeta-one", "alpha two", "Mid"],
    ["Zeta-one", "alpha two", "Zeta-one"],
    ["\n\n", " END "],
    ["only"],
    ["quokka", "wombat", "numbat", "dingo", "bilby", "emu", "dugong"],
    ["quokka", "wombat", "numbat", "dingo", "bilby"],
    [],
    [3, 1, 2],
)
OBJECTS: tuple[dict[str, Any], ...] = (
    {"zeta": "one", "Alpha": "two"},
    {"50256": -100, "198": 2.5},
    {"nested": {"list": [3, 1, {"deep": "quokka"}]}},
    {
        "zeta_word": "quokka",
        "alpha_count": 7193,
        "inner_parts": {"deep_word": "numbat"},
        "many_words": ["wombat", "dugong"],
    },
    {},
)

_PARAMETERS = {
    "type": "object",
    "properties": {
        "zeta": {"type": "string", "enum": ["last", "", "LAST"]},
        "alpha": {"type": "integer", "minimum": 1},
    },
    "required": ["zeta", "alpha"],
}

_STRICT = {
    "type": "object",
    "properties": {
        "zeta": {"$ref": "#/$defs/zeta"},
        "alpha": {"type": ["integer", "null"], "enum": [1, 2, None], "default": None},
    },
    "required": ["zeta", "alpha"],
    "additionalProperties": False,
    "$defs": {"zeta": {"type": "string", "pattern": "^[a-z]+$", "description": "the last letter"}},
}
_SOURCES = [
    {"type": "web", "country": "CH", "excluded_websites": ["example.org"], "safe_search": False},
    {"type": "news", "country": "GB", "safe_search": False},
    {"type": "x", "x_handles": ["quokka_7", "Wombat"]},
    {"type": "rss", "links": ["https://example.invalid/Rss?a=1&b=2"]},
]
"""Where xAI lets a model search (xAI, Live Search)."""
_MANY = {"50256": -100, "198": 2, "11": 1, "13": -1, "262": 3, "318": -4}
_TWO = ("zeta_tool", "alpha_tool")
_TOLD = "Looks  it up.\n\n  Example:\n\tlookup "
_USES = ({"type": "tool", "name": "lookup"}, {"type": "any"}, {"type": "auto"})

NAMED: dict[str, tuple[Any, ...]] = {
    "tools": (
        [
            {
                "type": "function",
                "function": {"name": name, "description": _TOLD + name, "parameters": _PARAMETERS},
            }
            for name in _TWO
        ],
        [{"type": "function", "function": {"name": name}} for name in _TWO],
        [
            {
                "type": "function",
                "function": {"name": name, "parameters": _PARAMETERS, "strict": True},
            }
            for name in _TWO
        ],
        [
            {
                "type": "function",
                "function": {"name": name, "parameters": _STRICT, "strict": True},
            }
            for name in _TWO
        ],
        [{"name": name, "description": _TOLD + name, "input_schema": _PARAMETERS} for name in _TWO],
        [{"name": name, "description": name, "input_schema": _STRICT} for name in _TWO],
    ),
    "functions": ([{"name": name, "parameters": _PARAMETERS} for name in _TWO],),
    "tool_choice": (
        "required",
        "none",
        "auto",
        {"type": "function", "function": {"name": "lookup"}},
        *_USES,
        *({**use, "disable_parallel_tool_use": True} for use in _USES),
    ),
    "response_format": (
        {"type": "json_object"},
        {"type": "json_schema", "json_schema": {"name": "q", "schema": _PARAMETERS}},
        {
            "type": "json_schema",
            "json_schema": {"name": "q", "schema": _STRICT, "strict": True},
        },
    ),
    "search_parameters": (
        {"mode": "on", "sources": _SOURCES, "return_citations": False, "max_search_results": 7},
        {"mode": "on", "sources": _SOURCES[:1]},
    ),
    "thinking": ({"type": "enabled", "budget_tokens": 1173},),
    "modalities": (["text"], ["text", "audio"]),
    "logit_bias": (_MANY | {"198": 2.5}, _MANY, {"50256": -100}),
    "stop": (
        "Zeta stop, end",
        ["Zeta-one", "alpha two", "Mid"],
        ["Zeta-one", "alpha two"],
        ["\n", " "],
        ["only"],
    ),
}
"""Whole values by the name of the parameter; those that a schema takes are sent."""

IN_DOCUMENTS: dict[str, Any] = {
    "temperature": 0.7351,
    "top_p": 0.7351,
    "top_k": 7,
    "max_tokens": 173,
    "seed": 173,
    "presence_penalty": 0.7351,
    "frequency_penalty": 0.7351,
}
"""Values of parameters that a JSON object in a text may have."""
