"""Conversations that a tool is given, by what they can hold that careless code changes."""

from __future__ import annotations

from typing import Any

from harness.audit.mapped.sentinels import LONG, TEXTS, TYPOGRAPHY


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
_TEXTS = [{"type": "text", "text": text} for text in ("one of two", "another one")]
_USES = [
    {"type": "tool_use", "id": identity, "name": "lookup", "input": {"q": identity[-2:]}}
    for identity in ("toolu_z7", "toolu_A2")
]
_DONE = [
    {"type": "tool_result", "tool_use_id": "toolu_A2", "content": [_TEXTS[1], _TEXTS[0]]},
    {"type": "tool_result", "tool_use_id": "toolu_z7", "content": "done"},
]
_PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def _image(kind: str, name: str, **detail: str) -> dict[str, Any]:
    return {"type": kind, "image_url": {"url": f"https://example.invalid/{name}", **detail}}


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
    "typography-of-turns": tuple(
        [_said("user", TYPOGRAPHY), _said("assistant", TYPOGRAPHY), _said("user", end)]
        for end in (
            [{"type": "text", "text": TYPOGRAPHY}, {"type": "text", "text": LONG}],
            "and then?",
        )
    ),
    "answer-begun": ([_ASKED, _said("assistant", "It is the \n")],),
    "author": ([_said("user", "signed", name="quokka_7")],),
    "authors": tuple(
        [_said(role, f"by {role}", name=f"{role}_7") for role in roles]
        for roles in (("system", "user", "assistant", "tool"), ("system", "user", "assistant"))
    ),
    "author-of-results": (
        [
            _ASKED,
            _said("assistant", "I look.", tool_calls=_CALLS),
            *({**one, "name": "lookup"} for one in _RESULTS),
        ],
    ),
    "parts": (
        [_said("user", [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}])],
    ),
    "several-parts": tuple(
        [_said("user", [_image(kind, "q.png"), _TEXTS[0], _image(kind, "b.png"), _TEXTS[1]])]
        for kind in ("image_url", "image")
    ),
    **{
        name: tuple(
            [_said("user", [{"type": "text", "text": "see"}, _image(kind, "q.png", **detail)])]
            for kind in ("image_url", "image")
        )
        for name, detail in {
            "image": {},
            "image-low": {"detail": "low"},
            "image-high": {"detail": "high"},
        }.items()
    },
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
    "several-blocks": (
        [
            _ASKED,
            _said(
                "assistant",
                [
                    _TEXTS[0],
                    *_USES,
                ],
            ),
            _said("user", [*_DONE, _TEXTS[1], _TEXTS[0]]),
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
