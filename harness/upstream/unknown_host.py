"""The host of requests that name none: `{upstream}/v1` in place of `{upstream}/api.x.ai/v1`."""

from __future__ import annotations

UNKNOWN_HOST = "upstream.invalid"
