"""Campaigns over generated exchanges: no planted secret is left, nothing else is changed."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from urllib.parse import quote, unquote_plus

import brotli
import pytest
import zstandard
from redaction_samples import ordinary

from harness.cassette.redact import Redactor
from harness.records.http import HttpRequest, HttpResponse, Interaction

ALPHABET = "abcdefghijkXYZ0123456789-_./+=%&?\"'\\ <>{}:,žé東"
Place = Callable[[Random, str], dict[str, Any]]


def _secret(random: Random) -> str:
    text = "".join(random.choices(ALPHABET, k=random.randint(10, 40)))
    return f"s{text}e" if random.random() < 0.7 else "".join(random.choices("0aB9xYz-_", k=30))


def _json(random: Random, secret: str) -> bytes:
    value: Any = {"echo": f"a {secret} b", secret: [1, {"deep": secret}]}
    for _ in range(random.randint(0, 2)):
        value = {"text": f"{json.dumps(value, ensure_ascii=random.random() < 0.5)} and so on"}
    text = json.dumps(value, ensure_ascii=random.random() < 0.5, indent=random.choice([None, 2]))
    return (text.replace("/", "\\/") if random.random() < 0.3 else text).encode()


def _escaped(_: Random, secret: str) -> bytes:
    return ('{"a": "' + "".join(f"\\u{ord(char):04x}" for char in secret) + '"}').encode()


def _base64(random: Random, secret: str) -> bytes:
    code = random.choice([base64.b64encode, base64.urlsafe_b64encode])
    before, after = random.randbytes(random.randint(0, 5)), random.randbytes(random.randint(0, 5))
    return json.dumps({"data": code(before + secret.encode() + after).decode()}).encode()


def _events(random: Random, secret: str) -> bytes:
    text, parts = f"so {secret} there", []
    while text:
        size = random.randint(1, 7)
        parts.append(text[:size])
        text = text[size:]
    shapes: list[Callable[[str], Any]] = [
        lambda part: {"id": "c-1", "choices": [{"index": 0, "delta": {"content": part}}]},
        lambda part: {"type": "content_block_delta", "index": 0, "delta": {"text": part}},
    ]
    shape = random.choice(shapes)
    return "".join(f"data: {json.dumps(shape(part))}\n\n" for part in parts).encode()


def _error(_: Random, secret: str) -> bytes:
    return f"Incorrect API key provided: {secret}. You can find it".encode()


def _binary(random: Random, secret: str) -> bytes:
    return b"\xff\x00\xfe " + secret.encode() + b" \xfe" + random.randbytes(9)


BODIES = (_json, _escaped, _base64, _events, _error, _binary)
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": zstandard.compress,
}


def _planted(random: Random, secret: str) -> Interaction:
    plain = ordinary(random)
    coding = random.choice(list(CODINGS))
    body = CODINGS[coding](random.choice(BODIES)(random, secret))
    basic = base64.b64encode(f"user:{secret}".encode()).decode()
    lines = (
        ("Authorization", random.choice([f"Bearer {secret}", f"Basic {basic}"])),
        ("x-note", quote(f"a {secret}", safe=random.choice(["", "/", "-"]))),
        ("x-copy", basic),
    )
    answer = HttpResponse(
        status=401,
        reason=f"no {quote(secret)}",
        headers=(
            *((("content-encoding", coding),) if coding else ()),
            ("location", f"/?k={basic}"),
        ),
        body=body,
    )
    url = f"https://api.x.ai/v1/{quote(secret)}?x={quote(secret, safe='').lower()}"
    return Interaction(
        request=HttpRequest(
            method="POST",
            url=url
            if quote(secret, safe="").lower() == quote(secret, safe="")
            else url.split("?")[0],
            headers=(*plain.request.headers, *lines),
            body=random.choice(BODIES)(random, secret),
        ),
        response=answer,
        chunks=((0.1, len(body)),),
    )


def _texts(interaction: Interaction) -> Iterator[str]:
    """Every text of the exchange, also as its readers read it."""
    assert interaction.response is not None
    yield interaction.response.reason
    yield interaction.request.url
    for message in (interaction.request, interaction.response):
        yield from (value for _, value in message.headers)
        body = message.body.decode("utf-8", "replace")
        yield body
        yield from _read(body)


def _read(text: str, depth: int = 0) -> Iterator[str]:
    if "data: " in text and depth == 0:
        frames = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
        yield "".join(_delta(frame) for frame in frames)
    try:
        value = json.loads(text.removesuffix(" and so on"))
    except ValueError:
        return
    for leaf in _leaves(value):
        yield leaf
        if depth < 5:
            yield from _read(leaf, depth + 1)


def _delta(frame: dict[str, Any]) -> str:
    delta = frame["choices"][0]["delta"] if "choices" in frame else frame["delta"]
    return str(delta.get("content", delta.get("text")))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _leaves(item)


def _holds(text: str, secret: str) -> bool:
    decoded = []
    for word in text.replace('"', " ").replace("=", " ").split():
        for start in range(min(4, len(word))):
            cut = word[start:].translate({ord("-"): "+", ord("_"): "/"})
            try:
                decoded.append(base64.b64decode(cut[: len(cut) // 4 * 4]))
            except ValueError:
                continue
    return (
        secret in text
        or secret in unquote_plus(text)
        or any(secret.encode() in data for data in decoded)
    )


def _campaign(seeds: range) -> None:
    for seed in seeds:
        random = Random(seed)
        secret = _secret(random)
        redactor = Redactor({"API_KEY": secret})
        redacted = redactor.interaction(_planted(random, secret))
        for text in _texts(redacted):
            assert not _holds(text, secret), (seed, text)
        assert redactor.interaction(redacted) == redacted, seed
        assert sum(size for _, size in redacted.chunks) == len(redacted.response.body), seed  # type: ignore[union-attr]
        assert redactor.report(), seed


def _unchanged(seeds: range) -> None:
    redactor = Redactor({"API_KEY": "planted-4711-secret", "OTHER_TOKEN": "0123456789abcdefgh"})
    for seed in seeds:
        interaction = ordinary(Random(seed))
        assert redactor.interaction(interaction) == interaction, (seed, redactor.report())


def test_no_planted_secret_is_left() -> None:
    _campaign(range(1_000))


@pytest.mark.long
def test_no_planted_secret_is_left_in_ten_thousand() -> None:
    _campaign(range(1_000, 11_000))


def test_ordinary_exchanges_are_never_changed() -> None:
    _unchanged(range(1_000))


@pytest.mark.long
def test_ten_thousand_ordinary_exchanges_are_never_changed() -> None:
    _unchanged(range(1_000, 11_000))
