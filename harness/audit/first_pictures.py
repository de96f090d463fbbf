"""Pictures as first arguments: a small one, in the form that names and descriptions tell."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.described import description_of
from harness.audit.mapped.argument_places import part_at, resolved
from harness.audit.parameters import parameter_of, snake_case
from harness.audit.told_base64 import BASE64, PICTURE, PICTURE_NAME, PIXELS
from harness.generation.samples import NAMED
from harness.generation.validity import Validity

_OF_PICTURES = re.compile(
    r"data:image|\bdata[ -]UR[IL]s?\b|\bbase64\b.*\bimage|[图圖][\s\S]{0,120}base64|base64.*[图圖]"
    r"|画像[\s\S]{0,120}base64|base64.*画像",
    re.IGNORECASE | re.ASCII,
)
_AT_ADDRESS = re.compile(
    r"\b(?:image|picture|photo|screenshot)s? UR[LI]s?\b|\bUR[LI]s? (?:of|to) (?:an? |the )?"
    r"(?:\w+ )?(?:image|picture|photo|screenshot)"
    r"|(?:[图圖]|画像)[^。\n]{0,16}(?:\bURL|[链鏈連][接結结]|[网網]址)",
    re.IGNORECASE | re.ASCII,
)
"""What is said of a picture that lies elsewhere: by its address."""
_SEVERAL = re.compile(
    r"\b(?:compare|multiple|several|at least (?:two|2)|two or more)\b"
    r"|[对對]比|比[较較]|多[张張]|複数|至少[两兩二2]",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"(?:^|_)(?:image|picture|photo|screenshot|img|图片|图像|圖片|画像)s?"
    r"(?:_(?:base_?64|b64|ur[il]|data|source|src|input|content))*$|^(?:base_?64|b64)_(?:image|img)$"
)
"""Names, in snake case, of what is a picture: its size or its path is none."""
_SENT_SO = re.compile(r"\bbase_?64\b|(?<![a-z])data[ :-]?ur[il]|_(?:base_?64|b64|ur[il])", re.ASCII)
"""What is said in lower case of pictures that are given with the call."""
_MEDIA_TYPE = re.compile(r"^(?:image_)?(?:mime|media|content)_?type$")
MOST_PICTURES = 4
"""Optional pictures that are tried for one tool."""


def speaks_of_picture(told: str, name: str) -> bool:
    """Whether an argument is a picture by its name, or is told to be the address of one."""
    return bool(PICTURE_NAME.search(snake_case(name)) or _AT_ADDRESS.search(told))


def is_of_several(told: str) -> bool:
    """Whether a tool is told to need more than one picture."""
    return _SEVERAL.search(told) is not None


def forms_of_picture(told: str, name: str) -> list[str]:
    """Return the texts that may stand for a picture in an argument, the likeliest first."""
    plain = snake_case(name).replace("_", " ")
    if BASE64.search(plain) and PICTURE_NAME.search(snake_case(name)):
        return [PIXELS, PICTURE]
    if PICTURE_NAME.search(snake_case(name)):
        bare = [PIXELS] if BASE64.search(told) else []
        return [PICTURE, *bare, NAMED["url"][0]]
    if _AT_ADDRESS.search(told):
        return [PICTURE, NAMED["url"][0]]
    return [PICTURE] if _OF_PICTURES.search(told) else []


def with_one_picture(
    definition: Mapping[str, Any], ordinary: dict[str, Any], validity: Validity
) -> Iterator[dict[str, Any]]:
    """Yield `ordinary` with one optional picture, each by itself, where there is none in it.

    Only of pictures that are told, somewhere, to be given with the call. A type of medium that the
    tool takes as well is that of the picture.
    """
    if any(PICTURE_NAME.search(snake_case(name)) for name in ordinary):
        return
    schema = definition.get("inputSchema") or {}
    parts = schema.get("properties") or {}
    types = _types(parts)
    given = ((name, form) for name in parts for form in _optional(definition, name))
    forms = ({**ordinary, **types, name: form} for name, form in given if name not in ordinary)
    yield from itertools.islice(filter(validity.accepts, forms), MOST_PICTURES)


def _optional(definition: Mapping[str, Any], name: str) -> Iterator[Any]:
    """Yield what an optional argument of a tool may have as a picture, in the type that it has."""
    told = description_of(definition, name)
    about = f"{name} {told} {definition.get('description') or ''}"
    part = resolved(part_at(definition["inputSchema"], (name,)), definition["inputSchema"])
    several = 2 if is_of_several(about) else 1
    items = part.get("items")
    members = items.get("properties") if isinstance(items, Mapping) else None
    if isinstance(members, Mapping):
        for key in filter(_is_picture, members):
            if _SENT_SO.search(snake_case(key)):
                texts = forms_of_picture("", key)
                yield from ([{**_types(members), key: text}] * several for text in texts)
    elif _is_picture(name) and _SENT_SO.search(about.lower()):
        for text in forms_of_picture(told, name):
            yield [text] * several if items is not None else text


def _types(parts: Mapping[str, Any]) -> dict[str, str]:
    """Return what the arguments, or members, for a type of medium have beside the picture."""
    return {name: "image/png" for name in parts if _MEDIA_TYPE.search(snake_case(name))}


def _is_picture(name: str) -> bool:
    return parameter_of(name) is None and _WHOLE.search(snake_case(name)) is not None
