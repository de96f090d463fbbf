"""Values that are recognised again wherever they arrive, and that careless code changes."""

from __future__ import annotations

from typing import Any

LONG = " ".join(f"quokka-{number * 7919 % 100_003}" for number in range(3_000))
"""About 36,000 characters, no part of which comes twice."""

TEXTS: dict[str, str] = {
    "plain": "Quokka ledger 7193",
    "whitespace": "  two spaces before,\n a break and a tab after\t\n",
    "controls": "bell \u0007 and \u001b[1mescape\u001b[0m end",
    "unicode": "Grüße aus İstanbul, ß – 日本語 😀 e\u0301 \u200bend",
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
    {},
)


def _said(role: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def _called(identity: str, arguments: str) -> dict[str, Any]:
    return {
        "id": identity,
        "type": "function",
        "function": {"name": "lookup", "arguments": arguments},
    }


_ASKED = _said("user", "Which ledger?")
_CALLS = [_called("call_zeta7", '{"q": "a",  "n": 1.0}'), _called("call_Alpha2", "{}")]
_RESULTS = [
    _said("tool", "second result", tool_call_id="call_Alpha2"),
    _said("tool", "first result", tool_call_id="call_zeta7"),
]
_TALK = [
    _said("user", "one"),
    _said("assistant", "two"),
    _said("user", "three"),
    _said("assistant", "four"),
    _said("user", "five"),
]


def _turns(count: int) -> list[dict[str, Any]]:
    return [_said(("user", "assistant")[at % 2], f"turn {at * 7919}") for at in range(count)]


_USED = _said(
    "assistant",
    [{"type": "tool_use", "id": "toolu_z7", "name": "lookup", "input": {"q": "a", "n": [1]}}],
)
_PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

CONVERSATIONS: dict[str, tuple[list[Any], ...]] = {
    "turns": (_TALK,),
    "many-turns": tuple(_turns(count) for count in (31, 15)),
    "systems": (
        [_said("system", "first rule"), *_TALK[:2], _said("system", "second rule"), _TALK[2]],
        [_said("system", "first rule"), _said("system", "second rule"), _TALK[0]],
        [_said("system", "first rule"), _TALK[0]],
    ),
    "same-system-twice": ([_said("system", "a rule"), _said("system", "a rule"), _ASKED],),
    "developer": ([_said("developer", "a rule of the developer"), _ASKED],),
    "repeated": ([_said("user", "same"), _said("assistant", "same"), _said("user", "same")],),
    "neighbours": ([_said("user", "first of two"), _said("user", "second of two")],),
    "edges": tuple(
        [
            *rules,
            _said("user", " asked\n"),
            _said("assistant", " said \n"),
            _said("user", " then\t"),
        ]
        for rules in ([_said("system", "  a rule\n")], [])
    ),
    "edges-of-results": (
        [
            _ASKED,
            _said("assistant", " I look.\n", tool_calls=_CALLS),
            *({**one, "content": f"  {one['content']}\n"} for one in _RESULTS),
        ],
    ),
    "author": ([_said("user", "signed", name="quokka_7")],),
    "parts": (
        [_said("user", [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}])],
    ),
    "image": tuple(
        [_said("user", [{"type": "text", "text": "see"}, {"type": kind, "image_url": image}])]
        for kind in ("image_url", "image")
        for image in (
            {"url": "https://example.invalid/q.png", "detail": "low"},
            {"url": "https://example.invalid/q.png"},
        )
    ),
    "tool-calls": tuple(
        [_ASKED, {**said, "tool_calls": _CALLS}, *_RESULTS, _said("user", "thanks")]
        for said in (_said("assistant", "I look."), _said("assistant", ""), {"role": "assistant"})
    ),
    "tool-calls-without-content": ([_ASKED, _said("assistant", None, tool_calls=_CALLS)],),
    "tool-results": ([_ASKED, *_RESULTS],),
    "tool-blocks": (
        [
            _ASKED,
            _USED,
            _said("user", [{"type": "tool_result", "tool_use_id": "toolu_z7", "content": "done"}]),
        ],
    ),
    "tool-failure": tuple(
        [
            _ASKED,
            _USED,
            _said(
                "user",
                [
                    {
                        "type": "tool_result",
                        "tool_use_id": "toolu_z7",
                        "content": content,
                        "is_error": True,
                    }
                ],
            ),
        ]
        for content in ("it failed", [{"type": "text", "text": "it failed"}])
    ),
    "image-block": (
        [
            _said(
                "user",
                [
                    {"type": "text", "text": "see"},
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/gif", "data": _PIXEL},
                    },
                ],
            )
        ],
    ),
    **{name: ([_said("user", text)],) for name, text in TEXTS.items()},
    # No text of an argument: the Python SDK takes it for null where that is possible.
    "null-word": ([_said("user", "null")],),
}
"""What a conversation can hold: name → forms of it; the first that a schema takes is sent."""

_PARAMETERS = {
    "type": "object",
    "properties": {"zeta": {"type": "string"}, "alpha": {"type": "integer", "minimum": 1}},
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
_MANY = {"50256": -100, "198": 2, "11": 1, "13": -1, "262": 3, "318": -4}
_TWO = ("zeta_tool", "alpha_tool")

NAMED: dict[str, tuple[Any, ...]] = {
    "tools": (
        [
            {
                "type": "function",
                "function": {"name": name, "description": name, "parameters": _PARAMETERS},
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
        [{"name": name, "description": name, "input_schema": _PARAMETERS} for name in _TWO],
        [{"name": name, "description": name, "input_schema": _STRICT} for name in _TWO],
    ),
    "functions": ([{"name": "zeta_tool", "parameters": _PARAMETERS}],),
    "tool_choice": (
        "required",
        "none",
        "auto",
        {"type": "function", "function": {"name": "lookup"}},
        {"type": "tool", "name": "lookup"},
        {"type": "any"},
    ),
    "response_format": (
        {"type": "json_object"},
        {"type": "json_schema", "json_schema": {"name": "q", "schema": _PARAMETERS}},
        {
            "type": "json_schema",
            "json_schema": {"name": "q", "schema": _STRICT, "strict": True},
        },
    ),
    "thinking": ({"type": "enabled", "budget_tokens": 1173},),
    "modalities": (["text"], ["text", "audio"]),
    "logit_bias": (_MANY | {"198": 2.5}, _MANY, {"50256": -100}),
    "stop": (
        "Zeta stop, end",
        ["Zeta-one", "alpha two", "Mid"],
        ["Zeta-one", "alpha two"],
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
