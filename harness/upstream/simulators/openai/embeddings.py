"""OpenAI embeddings (https://platform.openai.com/docs/api-reference/embeddings/create).

A vector depends on model and text alone, whatever else is in the request, has the length 1, and a
shorter one is the beginning of the whole one, brought to the length 1 again; so the same text is
always nearest to itself. What the vectors say about meaning is nothing.
"""

from __future__ import annotations

import base64
import math
import random
import struct
from collections.abc import Sequence

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call, Rejection
from harness.upstream.simulators.legacy_request import array_violation, prompts
from harness.upstream.simulators.openai import errors
from harness.upstream.simulators.openai.checks import check_transport, raise_for
from harness.upstream.simulators.openai.error_table import INVALID, Row
from harness.upstream.simulators.openai.headers import JSON, legacy_headers
from harness.upstream.simulators.openai.models import EMBEDDING_SIZES, is_known
from harness.upstream.simulators.seeded import Seed
from harness.upstream.simulators.validation import Limit, find_violation
from harness.upstream.simulators.wire import pretty
from harness.upstream.simulators.wording import pieces

MOST_INPUTS = 2048
MOST_TOKENS = 8192
_LIMITS = (
    Limit("model", ("string",), is_required=True),
    Limit("input", ("string", "array"), 1, MOST_INPUTS, is_required=True),
    Limit("encoding_format", ("string",), choices=("float", "base64")),
    Limit("dimensions", ("integer",), 1),
    Limit("user", ("string",)),
)


def answer_embeddings(call: Call) -> Answer:
    """Return the answer to a POST of an embeddings request."""
    check_transport(call)
    found = find_violation(call.body, _LIMITS) or array_violation("input", call.body["input"])
    raise_for(call, found)
    size = _size(call)
    texts = prompts(call.body["input"])
    counts = [len(pieces(text)) for text in texts]
    _check_texts(call, texts, counts)
    is_packed = call.body.get("encoding_format") == "base64"
    vectors = [vector(call.model, text, size) for text in texts]
    body = {
        "object": "list",
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": _packed(item) if is_packed else item,
            }
            for index, item in enumerate(vectors)
        ],
        "model": call.model,
        "usage": {"prompt_tokens": sum(counts), "total_tokens": sum(counts)},
    }
    headers = legacy_headers(call.seed, JSON, call.model)
    return Answer(status=200, headers=headers, chunks=(pretty(body) + b"\n",))


def vector(model: str, text: str, size: int) -> list[float]:
    """Return the vector of `text`, `size` floats of single precision, of length 1."""
    seed = Seed.of(model.encode(), text.encode("utf-8", "surrogatepass"))
    drawn = random.Random(seed.digest)
    whole = [drawn.gauss(0, 1) for _ in range(EMBEDDING_SIZES[model])][:size]
    length = math.sqrt(sum(item * item for item in whole)) or 1.0
    return [round(item / length, 9) for item in whole]


def _packed(items: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(items)}f", *items)).decode("ascii")


def _size(call: Call) -> int:
    """Return how many dimensions are asked for.

    Raises:
        Rejection: the model makes no embeddings, is unknown, or cannot make that many.
    """
    whole = EMBEDDING_SIZES.get(call.model)
    if whole is None and is_known(call.model):
        message = "You are not allowed to generate embeddings from this model"
        raise Rejection(errors.answer(call, 403, Row(message, INVALID)))
    if whole is None:
        raise Rejection(errors.unknown_model(call))
    asked = call.body.get("dimensions")
    if asked is None:
        return whole
    if not call.model.startswith("text-embedding-3"):
        message = "This model does not support specifying dimensions."
        raise Rejection(errors.answer(call, 400, Row(message, INVALID)))
    if asked > whole:
        message = (
            f"Invalid value for 'dimensions' = {asked}. Must be less than or equal to {whole}."
        )
        raise Rejection(errors.answer(call, 400, Row(message, INVALID, None, "dimensions")))
    return int(asked)


def _check_texts(call: Call, texts: Sequence[str], counts: Sequence[int]) -> None:
    if "" in texts:
        message = "Invalid 'input': input cannot be an empty string."
        raise Rejection(errors.answer(call, 400, Row(message, INVALID, None, "input")))
    most = max(counts)
    if most > MOST_TOKENS:
        message = (
            f"This model's maximum context length is {MOST_TOKENS} tokens, however you requested "
            f"{most} tokens ({most} in your prompt; 0 for the completion). Please reduce your "
            "prompt; or completion length."
        )
        raise Rejection(errors.answer(call, 400, Row(message, INVALID)))
