"""What a stand-in's addresses stand for: the first path segment is the provider's host."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from harness.loopback import is_loopback
from harness.records.http import HttpRequest


@lru_cache(maxsize=1024)
def origin_url(raw_path: bytes, query: bytes) -> str:
    """Return the provider's URL: `/api.x.ai/v1` stands for `https://api.x.ai/v1`.

    An origin on loopback is reached without TLS: `/127.0.0.1:8000/v1` is `http://…`.
    """
    host, _, path = raw_path.decode("latin-1").lstrip("/").partition("/")
    scheme = "http" if is_loopback(host.rpartition(":")[0] or host) else "https"
    return f"{scheme}://{host}/{path}" + (f"?{query.decode('latin-1')}" if query else "")


def at_origin(request: HttpRequest, raw_path: bytes | None = None) -> HttpRequest:
    """Return a request to a stand-in as the provider that is stood in for would see it.

    `raw_path` is its path where that is not the one of its URL.
    """
    parts = urlsplit(request.url)
    path = parts.path.encode("utf-8") if raw_path is None else raw_path
    url = origin_url(path, parts.query.encode("utf-8"))
    host = urlsplit(url).netloc
    lines = ((key, host if key.lower() == "host" else value) for key, value in request.headers)
    return request.model_copy(update={"url": url, "headers": tuple(lines)})
