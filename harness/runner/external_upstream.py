"""A `toolreel upstream` that somebody else started: the misses in there are misses of this run."""

from __future__ import annotations

import httpx

from harness.errors import UsageError
from harness.records.call import Miss
from harness.upstream.holding import holding

ASK_SECONDS = 10.0


class ExternalUpstream:
    """Tells which requests a running `toolreel upstream` had no answer for.

    Args:
        base: its base URL, `http://127.0.0.1:4010`.
    """

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self._told = 0

    async def new_misses(self) -> list[Miss]:
        """Return the misses since the last time this was asked, oldest first.

        Of very many at once only the latest are told in full; then those stand for all.

        Raises:
            UsageError: nothing answers there, or something else does.
        """
        with holding(None):
            missed, misses = await self._ask()
        new = missed - self._told
        self._told = missed
        return misses[-new:] if new > 0 else []

    async def _ask(self) -> tuple[int, list[Miss]]:
        url = f"{self.base}/_toolreel/misses"
        try:
            async with httpx.AsyncClient(timeout=ASK_SECONDS, trust_env=False) as client:
                answer = (await client.get(url)).raise_for_status().json()
            return answer["missed"], [Miss.model_validate(miss) for miss in answer["misses"]]
        except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
            raise UsageError(
                f"{self.base} is no toolreel upstream ({type(error).__name__}); start one: "
                "toolreel upstream CASSETTES…"
            ) from error
