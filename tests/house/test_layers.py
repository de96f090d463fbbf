"""The architecture, as a test: arrows point downwards, there is no cycle, files stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINE_CEILING = 300

RECORDS, PURE, IO, RUNNERS, FACES = range(5)
LAYERS = {
    "harness": RECORDS,
    "harness.errors": RECORDS,
    "harness.records": RECORDS,
    "harness.audit": PURE,
    "harness.baseline": PURE,
    "harness.canonical": PURE,
    "harness.client_configuration": PURE,
    "harness.difference_text": PURE,
    "harness.differences": PURE,
    "harness.generation": PURE,
    "harness.link_failure": PURE,
    "harness.loopback": PURE,
    "harness.comparison": PURE,
    "harness.scoring": PURE,
    "harness.starter": PURE,
    "harness.selection": PURE,
    "harness.git_revision": IO,
    "harness.target_table": PURE,
    "harness.targets": PURE,
    "harness.cassette": PURE,
    "harness.cassette.bounded_file": IO,
    "harness.cassette.open_cassette": IO,
    "harness.cassette.recorder": IO,
    "harness.cassette.recording_file": IO,
    "harness.cassette.store": IO,
    "harness.scenario": PURE,
    "harness.scenario.loader": IO,
    "harness.upstream": PURE,
    "harness.upstream.asgi_request": IO,
    "harness.upstream.asgi_server": IO,
    "harness.upstream.httpx_door": IO,
    "harness.upstream.library_response": IO,
    "harness.upstream.resend": IO,
    "harness.upstream.socket_guard": IO,
    "harness.upstream.simulator_app": IO,
    "harness.upstream.standin": IO,
    "harness.upstream.wire_play": IO,
    "harness.upstream.scripted_upstream": IO,
    "harness.upstream.scripted_door": IO,
    "harness.plural": PURE,
    "harness.raw_call": IO,
    "harness.raw_listing": IO,
    "harness.raw_stdio": IO,
    "harness.upstream.cassette_loading": IO,
    "harness.upstream.forward_leg": IO,
    "harness.upstream.joined_writes": IO,
    "harness.upstream.recorded_play": IO,
    "harness.upstream.running_upstream": IO,
    "harness.upstream.upstream_server": IO,
    "harness.upstream.request_log": IO,
    "harness.cassette.use": IO,
    "harness.upstream.custom_transport": IO,
    "harness.configuration": IO,
    "harness.configured_place": IO,
    "harness.connect": IO,
    "harness.connection": IO,
    "harness.connection_pool": IO,
    "harness.documented": IO,
    "harness.http_link": IO,
    "harness.loop_watch": IO,
    "harness.mcp_json": IO,
    "harness.mutation": PURE,
    "harness.mutation_proxy": IO,
    "harness.replay_server": IO,
    "harness.server_process": IO,
    "harness.stdio_link": IO,
    "harness.wrong_value": PURE,
    "harness.runner": RUNNERS,
    "harness.cli": FACES,
    "harness.pytest_plugin": FACES,
    "harness.report": FACES,
}
"""A package stands for its modules; the longest name that fits counts."""
IO_LIBRARIES = {"httpx", "httpx2", "socket", "subprocess", "anyio", "asyncio", "mcp", "uvicorn"}


def _modules(package: str) -> dict[str, Path]:
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in ALL else node.module


def _layer(module: str) -> int:
    while module not in LAYERS:
        module = module.rpartition(".")[0]
    return LAYERS[module]


HARNESS = _modules("harness")
SERVERS = _modules("servers")
ALL = {**HARNESS, **SERVERS}


def _edges(modules: dict[str, Path]) -> dict[str, set[str]]:
    return {
        name: {other for other in _imports(path) if other in modules and other != name}
        for name, path in modules.items()
    }


def test_the_table_names_only_modules_that_exist() -> None:
    assert set(LAYERS) <= set(HARNESS)


def test_no_module_imports_from_a_higher_layer() -> None:
    upward = [
        f"{name} → {other}"
        for name, others in _edges(HARNESS).items()
        for other in others
        if _layer(other) > _layer(name)
    ]
    assert upward == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    for modules in (HARNESS, SERVERS):
        edges = _edges(modules)
        for name in modules:
            seen, waiting = set(), list(edges[name])
            while waiting:
                other = waiting.pop()
                assert other != name, f"{name} imports itself through others"
                if other not in seen:
                    seen.add(other)
                    waiting += edges[other]


def test_harness_and_servers_never_import_each_other() -> None:
    crossing = [
        f"{path.relative_to(ROOT)}: {name}"
        for modules, forbidden in ((HARNESS, "servers"), (SERVERS, "harness"))
        for path in modules.values()
        for name in _imports(path)
        if name.split(".")[0] == forbidden
    ]
    assert crossing == []


def test_records_and_pure_functions_touch_no_process_and_no_network() -> None:
    touching = [
        f"{name}: {other}"
        for name, path in HARNESS.items()
        if _layer(name) <= PURE
        for other in _imports(path)
        if other.split(".")[0] in IO_LIBRARIES
    ]
    assert touching == []


def test_reports_read_records_and_wordings_only() -> None:
    allowed = ("harness.records", "harness.report", "harness.difference_text", "harness.plural")
    others = [
        f"{name}: {other}"
        for name, found in _edges(HARNESS).items()
        if name.startswith("harness.report")
        for other in found
        if not other.startswith(allowed)
    ]
    assert others == []


def test_no_file_is_longer_than_the_ceiling() -> None:
    long = [
        str(path.relative_to(ROOT))
        for path in (*HARNESS.values(), *SERVERS.values())
        if len(path.read_text(encoding="utf-8").splitlines()) > LINE_CEILING
    ]
    assert long == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
    assert not [name for name in (*HARNESS, *SERVERS) if name.rpartition(".")[2] in nothing]
