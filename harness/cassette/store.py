"""Cassette files: the vcrpy YAML format, version 1.

What vcrpy does not know (origin, provider, date, tool, how a broken exchange ended) stands in
`x_toolreel` under `response`, the one place that vcrpy and pytest-recording read past and that a
rewrite by vcrpy keeps (contract sheet: record and replay, §2).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import yaml
from vcr.request import Request
from vcr.serialize import deserialize, serialize
from vcr.serializers import yamlserializer

from harness.errors import CassetteError, InvalidCassette
from harness.records.http import HttpRequest, HttpResponse, Interaction, TransportFailure

EXTRA = "x_toolreel"
NO_RESPONSE_STATUS = 599
"""Stands for "no response" in the file: vcrpy needs a status there. No provider sends it."""
_FAILURES = frozenset(get_args(TransportFailure))


def load(path: Path) -> list[Interaction] | None:
    """Return the interactions of the cassette at `path`, or None when there is no such file.

    Raises:
        InvalidCassette: the file is not UTF-8, not YAML, or not a cassette.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise InvalidCassette(path, f"not UTF-8 at byte {error.start}") from error
    except OSError as error:
        raise InvalidCassette(path, f"cannot be read: {error.strerror}") from error
    try:
        requests, responses = deserialize(text, yamlserializer)[:2]
        return [_read(*pair) for pair in zip(requests, responses, strict=True)]
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InvalidCassette(path, f"not YAML: {problem}", line=_line(error)) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        message = f"not a cassette of format 1: {reason}"
        raise InvalidCassette(path, message, line=_line(error.__cause__)) from error


def _line(error: BaseException | None) -> int | None:
    """Return where a YAML error stands; vcrpy wraps one about a tag in a ValueError."""
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark is not None else None


def _read(request: Request, response: dict[str, Any]) -> Interaction:
    extra = dict(response.get(EXTRA) or {})
    failure = extra.pop("failure", None)
    if failure is not None and failure not in _FAILURES:
        raise ValueError(f"unknown failure {failure!r}")
    status = response["status"]["code"]
    return Interaction(
        request=HttpRequest(
            method=request.method,
            url=request.uri,
            headers=tuple((name, _text(value)) for name, value in request.headers.items()),
            body=request.body_bytes or b"",
        ),
        response=None
        if status == NO_RESPONSE_STATUS
        else HttpResponse(
            status=status,
            reason=response["status"].get("message") or "",
            headers=_header_lines(response.get("headers") or {}),
            body=response["body"].get("string") or b"",
        ),
        failure=failure,
        seconds=extra.pop("seconds", 0.0),
        metadata=extra,
    )


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _header_lines(headers: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, _text(value))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    )


def save(path: Path, interactions: Iterable[Interaction]) -> None:
    """Write the cassette at `path` whole, or leave the old file as it is.

    Raises:
        CassetteError: the folder or the file cannot be written.
    """
    pairs = [_written(interaction) for interaction in interactions]
    content = {"requests": [pair[0] for pair in pairs], "responses": [pair[1] for pair in pairs]}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, serialize(content, yamlserializer))
    except OSError as error:
        raise CassetteError(f"{path}: cannot be written: {error.strerror}") from error


def _replace(path: Path, text: str) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)
        raise


def _written(interaction: Interaction) -> tuple[Request, dict[str, Any]]:
    request = interaction.request
    headers: dict[str, list[str]] = {}
    for name, value in interaction.response.headers if interaction.response else ():
        headers.setdefault(name, []).append(value)
    response = interaction.response or HttpResponse(
        status=NO_RESPONSE_STATUS, reason=f"no response: {interaction.failure}"
    )
    extra = dict(interaction.metadata)
    if interaction.seconds:
        extra["seconds"] = interaction.seconds
    if interaction.failure is not None:
        extra["failure"] = interaction.failure
    return (
        Request(request.method, request.url, request.body, dict(request.headers)),
        {
            "status": {"code": response.status, "message": response.reason},
            "headers": headers,
            "body": {"string": response.body},
            EXTRA: extra,
        },
    )
