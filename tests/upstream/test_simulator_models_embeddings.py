"""The openai SDK lists models and makes embeddings with the simulator."""

from __future__ import annotations

import base64
import struct
from typing import Any

import openai
import pytest
from simulator_requests import OPENAI, XAI, Endpoint, request_for
from simulator_sdk import openai_client, revalidated, unknown_fields

from harness.records.http import HttpRequest
from harness.upstream.simulators import simulate

SMALL = "text-embedding-3-small"


@pytest.mark.parametrize("endpoint", [OPENAI, XAI])
def test_models_are_listed_and_found_by_name(endpoint: Endpoint) -> None:
    client = openai_client(endpoint)
    listed = list(client.models.list())
    assert len({model.id for model in listed}) == len(listed) > 4
    for model in listed:
        revalidated(model)
        assert unknown_fields(model) == set()
    assert client.models.retrieve(listed[0].id) == listed[0]
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("no-such-model")
    with pytest.raises((openai.AuthenticationError, openai.BadRequestError)):
        openai_client(endpoint, key="sk-test-wrong-0123456789").models.list()


def test_an_answer_is_of_the_sdks_type_and_the_same_each_time() -> None:
    client = openai_client(OPENAI)
    answer = client.embeddings.create(model=SMALL, input=["one text", "another"])
    revalidated(answer)
    assert unknown_fields(answer) == set()
    assert [item.index for item in answer.data] == [0, 1]
    assert [len(item.embedding) for item in answer.data] == [1536, 1536]
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 2
    alone = client.embeddings.create(model=SMALL, input="another").data[0].embedding
    assert alone == answer.data[1].embedding != answer.data[0].embedding


def test_floats_and_base64_hold_the_same_vector_of_length_1() -> None:
    client = openai_client(OPENAI)
    asked: dict[str, Any] = {"model": "text-embedding-3-large", "input": "x", "dimensions": 256}
    plain = client.embeddings.create(**asked, encoding_format="float").data[0].embedding
    packed: Any = client.embeddings.create(**asked, encoding_format="base64").data[0].embedding
    unpacked = struct.unpack("<256f", base64.b64decode(packed))
    assert unpacked == pytest.approx(plain, abs=1e-7)
    assert sum(item * item for item in plain) == pytest.approx(1)
    whole = client.embeddings.create(model=asked["model"], input="x").data[0].embedding
    assert len(whole) == 3072
    ratio = plain[0] / whole[0]
    assert [item / ratio for item in plain[:9]] == pytest.approx(whole[:9], rel=1e-3)


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"input": None}, 400, "Missing required parameter: 'input'."),
        ({"input": ""}, 400, "input cannot be an empty string"),
        ({"input": ["a", ""]}, 400, "input cannot be an empty string"),
        ({"input": []}, 400, "empty array"),
        ({"input": ["a", 3]}, 400, "Invalid type for 'input[1]'"),
        ({"input": ["a"] * 2049}, 400, "array too long"),
        ({"input": [1, 2, 3]}, 200, "embedding"),
        ({"dimensions": 1537}, 400, "less than or equal to 1536"),
        ({"dimensions": 0}, 400, "below minimum value"),
        ({"model": "text-embedding-ada-002", "dimensions": 8}, 400, "specifying dimensions"),
        ({"model": "text-embedding-ada-002"}, 200, "embedding"),
        ({"model": "gpt-4o"}, 403, "not allowed to generate embeddings"),
        ({"model": "no-such"}, 404, "does not exist"),
        ({"encoding_format": "hex"}, 400, "Supported values are: 'float', 'base64'"),
    ],
)
def test_a_wrong_request_is_refused_in_words(
    fields: dict[str, Any], status: int, told: str
) -> None:
    asked = {"model": SMALL, "input": "text", **fields}
    body = {key: value for key, value in asked.items() if value is not None}
    answer = simulate(request_for(OPENAI, body, url="https://api.openai.com/v1/embeddings"))
    assert answer.status == status, answer.body
    assert told in answer.body.decode()


def test_a_path_beside_the_list_leads_nowhere() -> None:
    for url in ("https://api.openai.com/v1/modelsx", "https://api.x.ai/v1/modelsx"):
        assert simulate(HttpRequest(method="GET", url=url, headers=(), body=b"")).status == 404
