"""Arguments that take bytes as base64 (RFC 4648 §4): no schema says so, names and prose do."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from harness.audit.parameters import parameter_of, snake_case

PIXELS = (
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAAAAABWESUoAAAAFklEQVR42mP4TwAwjCoYVTCqYKQqAAA/aPwuqUTQyAAA"
    "AABJRU5ErkJggg=="
)
PICTURE = f"data:image/png;base64,{PIXELS}"
"""A white square (RFC 2397): a PNG, which everybody reads, and larger than the least allowed."""
PICTURE_NAME = re.compile(
    r"(?:^|_)(?:image|picture|photo|screenshot|img|图片|图像|圖片|画像)s?(?:_|$)"
)
"""In an argument's name in snake case."""
BASE64 = re.compile(r"\bbase_?64\b", re.IGNORECASE | re.ASCII)
_NAMED = re.compile(r"(?:^|_)(?:base_?64|b64)(?:_|$)")
_ENCODED = re.compile(
    r"\bbase64(?:\)|[- ](?:encoded|string|data|text|content|bytes|image|of)\b)"
    r"|\b(?:as|in|is|bare|raw) base64\b"
    r"|\bbase64\b\s*(?:[编編][码碼]|字符串|字串|[数數]据|[的图圖文字]|エンコード)"
    r"|(?:[图圖]片|[图圖]像|[数數]据|画像|[裸纯純为為的])\s*\bbase64\b",
    re.IGNORECASE | re.ASCII,
)
_PICTURE = re.compile(
    r"\b(?:image|picture|photo|screenshot|PNG)s?\b|[图圖]|画像", re.IGNORECASE | re.ASCII
)
_OTHER_BYTES = re.compile(r"\b(?:JPE?G|PDF|GIF|WEBP|audio|video|WAV|MP3)\b", re.IGNORECASE)
_PNG = re.compile(r"\bPNG\b", re.IGNORECASE)
_URI = re.compile(r"\bdata[ :-]?UR[IL]s?\b|\bdata:", re.IGNORECASE | re.ASCII)
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")


def takes_base64(name: str, told: str) -> bool:
    """Whether an argument takes base64, by its name or by what is `told` of it.

    What a model is told may have base64 in it, and any other text as well.
    """
    if parameter_of(name) is not None:
        return False
    return _NAMED.search(snake_case(name)) is not None or _ENCODED.search(told) is not None


def lacks_base64(value: Any, name: str, told: str) -> bool:
    """Whether an argument that takes base64, or a member of it by its name, has another text."""
    if isinstance(value, Mapping):
        return any(lacks_base64(inner, key, "") for key, inner in value.items())
    if isinstance(value, list):
        return any(lacks_base64(one, name, told) for one in value)
    is_text = isinstance(value, str) and takes_base64(name, told)
    return is_text and not is_right_picture(value, name, told)


def is_right_picture(value: Any, name: str, told: str) -> bool:
    """Whether `value` is a picture in the form that an argument for base64 takes, and it takes one.

    Bytes of another kind, or pictures of another format only, are another matter.
    """
    if not isinstance(value, str):
        return False
    is_other = _OTHER_BYTES.search(told) is not None and not _PNG.search(told)
    is_of_pictures = PICTURE_NAME.search(snake_case(name)) or _PICTURE.search(told)
    if is_other or not is_of_pictures:
        return False
    head, _, rest = value.rpartition("base64,")
    is_uri = head.startswith("data:image/")
    if bool(head) != is_uri or is_uri != (_URI.search(told) is not None):
        return False
    return _bytes(rest).startswith(_SIGNATURES)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
