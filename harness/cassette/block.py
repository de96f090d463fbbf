"""One interaction as text: block YAML that people read line by line and a machine reads fast.

The layout is fixed, so reading it needs no YAML parser; to vcrpy it is ordinary YAML. A block ends
with the line `x_toolreel`, JSON that carries what vcrpy does not know; its end is the proof that
the block is whole. Elsewhere a scalar is single quoted; or JSON when it holds what YAML does not
print; or a literal block when it has lines of its own (event streams, indented JSON); or base64.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from harness.records.http import Headers

FIRST_LINE = "- request:\n"
RESPONSE_LINE = "  response:\n"
EXTRA_KEY = "    x_toolreel: "
EXTRA_LINE = f"\n{EXTRA_KEY}".encode()
_LITERAL_INDENT = " " * 8

# What YAML 1.1 does not print or takes for a line break, and what JSON and YAML read differently.
_UNSAFE = "\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
_NOT_LITERAL = re.compile(f"[{_UNSAFE}]")
_NOT_QUOTED = re.compile(f"[{_UNSAFE}\n]")
_PLAIN_KEY = re.compile("[A-Za-z][A-Za-z0-9-]*")
_YAML_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])

_HEADER_LINES = r"    headers:(?: \{\}\n|\n((?:      .*\n)+))"
_REQUEST = re.compile(rf"- request:\n    method: (.*)\n    uri: (.*)\n{_HEADER_LINES}    body: ")
_RESPONSE = re.compile(
    rf"    status: \{{code: (\d+), message: (.*)\}}\n{_HEADER_LINES}    body:\n      string: "
)
_SCALAR = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\"""")
_HEADER = re.compile(
    r"""^      ([A-Za-z][A-Za-z0-9-]*|'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"): \[(.*)\]$""", re.MULTILINE
)


class Block(NamedTuple):
    """The parts of one interaction as the file has them."""

    method: str
    url: str
    request_headers: Headers
    request_body: bytes
    status: int
    reason: str
    response_headers: Headers
    response_body: bytes
    extra: dict[str, Any]
    """The JSON of the last line, without its checksum."""


class NotABlock(ValueError):
    """The text is not laid out as `write_block` does; it may still be YAML."""


def write_block(block: Block) -> str:
    """Return the block's text, with a final newline. `read_block` is its inverse."""
    text = "".join(
        (
            FIRST_LINE,
            f"    method: {_scalar(block.method)}\n",
            f"    uri: {_scalar(block.url)}\n",
            _headers(block.request_headers),
            f"    body: {_body(block.request_body, 4)}",
            RESPONSE_LINE,
            f"    status: {{code: {block.status}, message: {_scalar(block.reason)}}}\n",
            _headers(block.response_headers),
            f"    body:\n      string: {_body(block.response_body, 2)}",
        )
    )
    extra = {"crc": checksum(text.encode("utf-8")), **block.extra}
    return f"{text}{EXTRA_KEY}{_json(extra)}\n"


def checksum(text: bytes) -> str:
    """Return the checksum of a block's bytes up to its last line."""
    return f"{zlib.crc32(text):08x}"


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _NOT_QUOTED.sub(lambda found: _escaped(found[0]), text)


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if not "\x7f" <= char <= "\xa0" else f"\\u{ord(char):04x}"


def _scalar(text: str) -> str:
    if _NOT_QUOTED.search(text):
        return _json(text)
    return "'" + text.replace("'", "''") + "'"


def _headers(headers: Headers) -> str:
    """Each name once, at its first place, with all its values, as vcrpy has them."""
    if not headers:
        return "    headers: {}\n"
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(_scalar(value))
    lines = [f"      {_key(name)}: [{', '.join(items)}]\n" for name, items in values.items()]
    return "    headers:\n" + "".join(lines)


def _key(name: str) -> str:
    is_plain = _PLAIN_KEY.fullmatch(name) and name.lower() not in _YAML_WORDS
    return name if is_plain else _scalar(name)


def _body(body: bytes, indicator: int) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return f'!!binary "{base64.b64encode(body).decode("ascii")}"\n'
    if "\n" not in text or not text.strip("\n") or _NOT_LITERAL.search(text):
        return f"{_scalar(text)}\n"
    return "".join(_literal(text, indicator))


def _literal(text: str, indicator: int) -> Iterator[str]:
    """A literal block with all line ends kept, or the last one cut.

    Its lines stand at column 8; the indicator is that column less the indent of the key.
    """
    yield f"|{indicator}+\n" if text.endswith("\n") else f"|{indicator}-\n"
    for line in text.removesuffix("\n").split("\n"):
        yield f"{_LITERAL_INDENT}{line}\n" if line else "\n"


def read_block(data: bytes) -> Block:
    """Return the parts that `write_block` wrote.

    Raises:
        NotABlock: the layout is another one, or the checksum does not fit what stands there.
    """
    text, extra = _checked(data)
    request, found, response = text.partition(f"\n{RESPONSE_LINE}")
    head = _REQUEST.match(request)
    if not found or head is None:
        raise NotABlock("not laid out as a block")
    with _layout_errors():
        return Block(
            read_scalar(head[1]),
            read_scalar(head[2]),
            read_headers(head[3]),
            read_body(request[head.end() :]),
            *_read_response(response),
            extra,
        )


@contextmanager
def _layout_errors() -> Iterator[None]:
    try:
        yield
    except (ValueError, IndexError, RecursionError) as error:
        raise NotABlock(str(error)) from error


def _checked(data: bytes) -> tuple[str, dict[str, Any]]:
    """Return the text without its last line, and that line's JSON without the checksum."""
    at = data.rfind(EXTRA_LINE)
    with _layout_errors():
        if at < 0:
            raise NotABlock("no x_toolreel line at its end")
        extra = json.loads(data[at + len(EXTRA_LINE) :])
        if not isinstance(extra, dict) or extra.pop("crc", None) != checksum(data[: at + 1]):
            raise NotABlock("changed since it was recorded")
        return data[:at].decode("utf-8"), extra


def _read_response(text: str) -> tuple[int, str, Headers, bytes]:
    head = _RESPONSE.match(text)
    if head is None:
        raise NotABlock("not laid out as a response")
    return int(head[1]), read_scalar(head[2]), read_headers(head[3]), read_body(text[head.end() :])


def read_headers(lines: str | None) -> Headers:
    """Return the header lines that `write_block` wrote."""
    found: list[tuple[str, str]] = []
    for name, values in _HEADER.findall(lines or ""):
        key = read_scalar(name) if name[0] in "'\"" else name
        if values.count("'") == 2 and values[0] == values[-1] == "'":
            found.append((key, values[1:-1]))
        else:
            found += [(key, read_scalar(item)) for item in _SCALAR.findall(values)]
    return tuple(found)


def read_body(text: str) -> bytes:
    """Return the body that `write_block` wrote as `text`, without its last line end.

    Raises:
        ValueError: it is in no form that `write_block` writes.
    """
    first, _, rest = text.partition("\n")
    if first.startswith("!!binary "):
        return base64.b64decode(first[10:-1], validate=True)
    if not first.startswith("|"):
        return read_scalar(first).encode("utf-8")
    body = "\n".join(line[8:] for line in rest.split("\n"))
    return (f"{body}\n" if first.endswith("+") else body).encode("utf-8")


def read_scalar(text: str) -> str:
    """Return a text that `write_block` wrote quoted.

    Raises:
        ValueError: it is no quoted text.
    """
    if text[0] == "'" and text[-1] == "'":
        return text[1:-1].replace("''", "'")
    value = json.loads(text)
    if not isinstance(value, str):
        raise NotABlock(f"not a text: {text[:40]}")
    return value
