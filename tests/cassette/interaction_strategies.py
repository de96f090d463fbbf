"""Generated HTTP exchanges, as odd as the wire allows."""

from __future__ import annotations

import json
from typing import Any, get_args
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from harness.records.http import HttpRequest, HttpResponse, Interaction, TransportFailure

texts = st.text(max_size=8)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | texts
    | st.text(st.characters(exclude_categories=()), max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
json_bodies = json_values.map(lambda value: json.dumps(value).encode())
bodies = st.binary(max_size=20) | json_bodies | texts.map(str.encode)
methods = st.sampled_from(["GET", "POST", "DELETE"])
origins = st.sampled_from(
    ["https://api.x.ai", "http://127.0.0.1:8000", "https://API.openai.com", "https://a.b:8443"]
)
paths = st.lists(texts, max_size=3).map(lambda parts: "".join(f"/{quote(p)}" for p in parts))
queries = st.lists(st.tuples(texts, texts), max_size=3).map(urlencode)
urls = st.builds(
    lambda origin, path, query: origin + path + (f"?{query}" if query else ""),
    origins,
    paths,
    queries,
)
header_names = st.text("abcXYZ-", min_size=1, max_size=6)
header_values = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=12)
unique_headers = st.lists(
    st.tuples(header_names, header_values), max_size=3, unique_by=lambda line: line[0].lower()
).map(tuple)
repeated_headers = st.lists(st.tuples(header_names, header_values), max_size=4).map(tuple)
requests = st.builds(HttpRequest, method=methods, url=urls, headers=unique_headers, body=bodies)
responses = st.builds(
    HttpResponse,
    status=st.integers(100, 598),
    reason=st.text("abc OK", max_size=9),
    headers=repeated_headers,
    body=bodies,
)
failures = st.sampled_from(get_args(TransportFailure))
metadata = st.dictionaries(
    st.sampled_from(["origin", "provider", "recorded", "tool", "fault"]), texts
)


def _ended(response: HttpResponse | None, failure: Any) -> dict[str, Any]:
    return {"response": response, "failure": failure}


endings = (
    st.builds(_ended, responses, st.none())
    | st.builds(_ended, st.none(), failures)
    | st.builds(_ended, responses, st.just("truncated"))
)
interactions = st.builds(
    lambda request, ending, seconds, metadata: Interaction(
        request=request, seconds=seconds, metadata=metadata, **ending
    ),
    requests,
    endings,
    st.floats(0, 1e6),
    metadata,
)
