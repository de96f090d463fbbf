from pathlib import Path

import httpx
import pytest
from origin_on_loopback import SECONDS, URL, cassette, exchange

import harness
from harness.errors import UsageError
from harness.runner.external_upstream import ExternalUpstream

pytestmark = pytest.mark.anyio


async def test_misses_of_a_server_elsewhere_are_told_once_each(tmp_path: Path) -> None:
    path = cassette(tmp_path / "a.yaml", exchange({"q": 1}, 1))
    async with (
        harness.upstream_server(path) as server,
        httpx.AsyncClient(timeout=SECONDS, verify=False) as client,
    ):
        external = ExternalUpstream(f"{server.url}/")
        assert await external.new_misses() == []
        for number in (1, 2, 3):
            await client.post(server.url_for(URL), json={"q": number})
        told = await external.new_misses()
        assert await external.new_misses() == []
        await client.post(server.url_for(URL), json={"q": 4})
        more = await external.new_misses()
        server.forget_misses()
    assert [miss.request.json_body() for miss in (*told, *more)] == [{"q": 2}, {"q": 3}, {"q": 4}]
    assert told[0].nearest == 0


async def test_what_is_no_upstream_server_is_told() -> None:
    with pytest.raises(UsageError, match="is no toolreel upstream"):
        await ExternalUpstream("http://127.0.0.1:1").new_misses()
