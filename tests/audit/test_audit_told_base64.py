"""Base64 that no schema tells: another text may be refused, a picture in it may not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from harness.audit.first_arguments import first_arguments
from harness.audit.oracles.validation import judge
from harness.audit.told_base64 import PICTURE, PIXELS
from harness.audit.told_forms import TOLD_FORM
from harness.records.audit import NotTested, Probe
from tests.audit.judged_server import (
    BASE,
    SCHEMA,
    answered,
    breaches,
    context_of,
    facts,
    observed,
    refused,
)

TEXT = {"type": "string"}
NOT_BASE64 = "Incorrect padding"


def _verdicts(name: str, told: str, value: Any, text: str = NOT_BASE64) -> list[Any]:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"][name] = {"type": ["string", "array"], "description": told}
    tool = facts(schema)
    calls = [({}, answered(BASE)), ({name: value}, refused(text))]
    seen = [
        observed(Probe(id=f"{n}", phase="valid", tool=tool.name, arguments={**BASE, **more}), reply)
        for n, (more, reply) in enumerate(calls)
    ]
    return list(judge(seen, context_of(tool)))


@pytest.mark.parametrize(
    ("name", "told", "value", "excused"),
    [
        ("image_base64", "", "hello", True),
        ("imageBase64", "", "İstanbul", True),
        ("screenshot_b64", "", "[1, 2", True),
        ("photo", "Base64-encoded image data", "hello", True),
        ("source", "图片base64编码", "hello", True),
        ("pictures_base64", "", [PIXELS, "hello"], True),
        ("audio_base64", "", PIXELS, True),
        ("image_base64", "A JPEG", PIXELS, True),
        ("image_base64", "", PICTURE, True),
        ("image_base64", "", PIXELS, False),
        ("pictures_base64", "", [PIXELS], False),
        ("photo", "Base64-encoded image data", PIXELS, False),
        ("photo", "An image as a base64 data URI", PICTURE, False),
        ("remark", "", "hello", False),
        ("base", "", "hello", False),
    ],
)
def test_what_is_no_base64_may_be_refused_where_it_is_asked_for(
    name: str, told: str, value: Any, excused: bool
) -> None:
    found = _verdicts(name, told, value)
    assert ("valid-rejected" not in breaches(found)) is excused
    notes = [one.reason for one in found if isinstance(one, NotTested)]
    assert any(reason.startswith(TOLD_FORM) for reason in notes) is excused


def test_a_refusal_that_names_another_argument_is_not_about_base64() -> None:
    found = _verdicts("image_base64", "", "hello", "temperature must be an integer")
    assert "valid-rejected" in breaches(found)


@pytest.mark.parametrize(
    ("properties", "told", "form"),
    [
        ({"image_base64": TEXT, "mime_type": TEXT}, "", {"mime_type": "image/png"}),
        ({"image": TEXT, "question": TEXT}, "image 参数支持 base64 data URI", {"image": PICTURE}),
        ({"image_url": TEXT}, "", {"image_url": PICTURE}),
        ({"images": {"type": "array", "items": TEXT}}, "Data URIs", {"images": [PICTURE]}),
        (
            {
                "images": {
                    "type": "array",
                    "items": {"properties": {"image_base64": TEXT, "mime_type": TEXT}},
                }
            },
            "Compare them",
            {"images": [{"image_base64": PIXELS, "mime_type": "image/png"}] * 2},
        ),
        ({"image_size": TEXT}, "Returns base64", None),
        ({"image_path": TEXT}, "base64 is not taken", None),
        ({"image": TEXT}, "Draw", None),
    ],
)
def test_an_optional_picture_is_given_where_something_tells_that_it_comes_with_the_call(
    properties: dict[str, Any], told: str, form: dict[str, Any] | None
) -> None:
    schema = {"type": "object", "properties": properties}
    given = list(first_arguments({"name": "see", "description": told, "inputSchema": schema}, 0))
    shown = [one for one in given if PIXELS in str(one)]
    assert bool(shown) is (form is not None)
    assert form is None or form.items() <= shown[0].items()


def test_an_optional_picture_is_bare_first_where_its_name_says_base64() -> None:
    schema = {"type": "object", "properties": {"image_base64": TEXT}}
    given = [one.get("image_base64") for one in first_arguments({"inputSchema": schema}, 0)]
    assert given.index(PIXELS) < given.index(PICTURE)
