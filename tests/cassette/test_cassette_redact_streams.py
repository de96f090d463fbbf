import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cassette.redact import RedactionRules, Redactor

SECRET = "planted-4711-secret"
SHAPED = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"
REDACTOR = Redactor({"KEY": SECRET})


def chat(text: str, index: int = 0) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "choices": [{"index": index, "delta": {"content": text}}]}


def arguments(text: str) -> dict[str, Any]:
    call = {"index": 1, "function": {"arguments": text}}
    return {"id": "chatcmpl-1", "choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}


def block(text: str) -> dict[str, Any]:
    delta = {"type": "text_delta", "text": text}
    return {"type": "content_block_delta", "index": 0, "delta": delta}


def event(text: str) -> dict[str, Any]:
    return {"type": "response.output_text.delta", "item_id": "m", "output_index": 0, "delta": text}


def read(value: Any) -> str:
    """Return the one text of a frame that its stream spells."""
    if isinstance(value, dict):
        if isinstance(value.get("delta"), str):
            return str(value["delta"])
        for name in ("content", "text", "arguments"):
            if isinstance(value.get(name), str):
                return str(value[name])
        return "".join(map(read, value.values()))
    return "".join(map(read, value)) if isinstance(value, list) else ""


def frames(body: bytes) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in body.decode().splitlines()]
    return [json.loads(line) for line in lines if line.startswith("{")]


KINDS = [chat, arguments, block, event]
FORMS = {
    "events": "data: {}\n\n",
    "named events": "event: x\ndata: {}\n\n",
    "CRLF": "data: {}\r\n\r\n",
    "lines": "{}\n",
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@given(
    places=st.sets(st.integers(1, 60)),
    secret=st.sampled_from([SECRET, SHAPED, '{"password": "abc"}', "cGxhbnRlZC00NzExLXNlY3JldA=="]),
)
def test_a_secret_that_frames_spell_together_is_replaced(
    kind: Any, form: str, places: set[int], secret: str
) -> None:
    text = f"It is {secret}, so there."
    ends = [*sorted(place for place in places if place < len(text)), len(text)]
    parts = [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    sent = [form.format(json.dumps(kind(part))) for part in parts]
    redacted = REDACTOR.body("".join([*sent, "data: [DONE]\n\n"]).encode())
    values = frames(redacted)
    assert len(values) == len(parts)
    assert "".join(map(read, values)) == REDACTOR.text(text)
    assert REDACTOR.body(redacted) == redacted


def test_texts_of_other_choices_do_not_come_between() -> None:
    parts = [chat("planted-47"), chat("x", 1), chat("11-secret"), chat("y", 1)]
    body = "".join(f"data: {json.dumps(part)}\n\n" for part in parts).encode()
    values = frames(REDACTOR.body(body))
    assert [read(value) for value in values] == ["REDACTED[KEY]", "x", "", "y"]


def test_frames_without_a_part_of_the_secret_keep_their_bytes() -> None:
    padded = 'data: {"type":"x","delta":"é \\u00e9"   }\n\n: a comment\n\ndata: {broken\n\n'
    body = padded + 'data: {"delta":"planted-"}\n\ndata: {"delta":"4711-secret é"}\n\n'
    redacted = REDACTOR.body(body.encode()).decode()
    assert redacted.startswith(padded)
    assert redacted.endswith('data: {"delta":"REDACTED[KEY]"}\n\ndata: {"delta":" é"}\n\n')


def test_pointers_reach_into_frames() -> None:
    redactor = Redactor({}, RedactionRules(pointers=("/choices/*/delta/content",)))
    body = "".join(f"data: {json.dumps(chat(part))}\n\n" for part in ("a", "b")).encode()
    assert [read(value) for value in frames(redactor.body(body))] == ["REDACTED", "REDACTED"]
