import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from harness.configuration import Configuration
from harness.errors import UsageError
from harness.runner.audit_target import audit_target
from harness.targets import (
    PORT,
    UPSTREAM,
    HttpTarget,
    InProcessTarget,
    StdioTarget,
    Target,
    is_upstream_held,
    parse_target,
    substitute,
    target_adapter,
    uses,
    with_environment,
    with_headers,
)


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:8000/mcp", "https://example.com/mcp", " http://a "]
)
def test_a_url_is_an_http_target(text: str) -> None:
    assert parse_target(text) == HttpTarget(name=text.strip(), url=text.strip())


@pytest.mark.parametrize("text", ["servers.grok:create_server", "a:b", "_a.b1.c:_d"])
def test_module_and_attribute_are_an_in_process_target(text: str) -> None:
    assert parse_target(text, name="mine") == InProcessTarget(name="mine", server=text)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("python -m servers.grok", ("python", "-m", "servers.grok")),
        ("node 'my server.js' --x=\"a b\"", ("node", "my server.js", "--x=a b")),
        ("C:/server.exe", ("C:/server.exe",)),
        ("a:b:c", ("a:b:c",)),
        ("a:b c", ("a:b", "c")),
        ("1a:b", ("1a:b",)),
    ],
)
def test_anything_else_is_a_command_on_stdio(text: str, command: tuple[str, ...]) -> None:
    assert parse_target(text) == StdioTarget(name=text, command=command)


def test_a_command_with_a_port_is_a_managed_http_server() -> None:
    target = parse_target("serve --http {port}", name="x")
    assert target == HttpTarget(
        name="x", url="http://127.0.0.1:{port}/mcp", command=("serve", "--http", "{port}")
    )


@pytest.mark.parametrize("text", ["", "  ", "run 'open"])
def test_no_target_at_all_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="target"):
        parse_target(text)


TARGETS: list[Target] = [
    InProcessTarget(name="a", server="m:f", env={"A": "1"}),
    StdioTarget(name="b", command=("x", "y z"), env={"A": "1"}, cwd="sub"),
    HttpTarget(name="c", url="http://x", headers={"h": "v"}, command=("x",), env={"A": "1"}),
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.kind)
def test_targets_survive_json_and_pickle(target: Target) -> None:
    assert target_adapter.validate_json(target.model_dump_json()) == target
    assert pickle.loads(pickle.dumps(target)) == target


def test_a_target_of_unknown_kind_is_refused() -> None:
    with pytest.raises(ValidationError):
        target_adapter.validate_python({"kind": "carrier-pigeon", "name": "x"})


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.kind)
def test_an_environment_is_laid_over_the_targets_own(target: Target) -> None:
    changed = with_environment(target, {"A": "2", "B": "3"})
    assert changed.env == {"A": "2", "B": "3"}
    assert target.env == {"A": "1"}
    assert with_environment(target, {}) == target


def test_headers_are_added_to_http_targets_only() -> None:
    changed = with_headers(TARGETS[2], {"x": "1", "h": "2"})
    assert isinstance(changed, HttpTarget)
    assert changed.headers == {"h": "2", "x": "1"}
    assert with_headers(TARGETS[0], {}) is TARGETS[0]
    for target in TARGETS[:2]:
        with pytest.raises(UsageError, match="--header needs a target with a URL"):
            with_headers(target, {"x": "1"})


def test_placeholders_are_replaced_everywhere_but_in_the_name() -> None:
    target = HttpTarget(
        name="my {port}",
        url="http://127.0.0.1:{port}/mcp",
        headers={"x": "{upstream}"},
        command=("serve", "--port={port}", "{upstream}/a"),
        env={"BASE": "{upstream}/api.x.ai/v1", "BOTH": "{port}{upstream}"},
        cwd="{port}",
    )
    changed = substitute(target, {PORT: "81", UPSTREAM: "http://u"})
    assert changed == HttpTarget(
        name="my {port}",
        url="http://127.0.0.1:81/mcp",
        headers={"x": "http://u"},
        command=("serve", "--port=81", "http://u/a"),
        env={"BASE": "http://u/api.x.ai/v1", "BOTH": "81http://u"},
        cwd="81",
    )
    assert substitute(target, {}) is target


def test_other_braces_stay() -> None:
    target = StdioTarget(name="x", command=("echo", '{"a": 1}', "{other}"))
    assert substitute(target, {PORT: "81"}) == target


def test_the_upstream_is_held_in_process_or_through_its_placeholder() -> None:
    stdio = StdioTarget(name="x", command=("x",))
    assert is_upstream_held(InProcessTarget(name="x", server="m:f"))
    assert not is_upstream_held(stdio)
    assert is_upstream_held(with_environment(stdio, {"BASE": "{upstream}/api.x.ai"}))
    assert uses(StdioTarget(name="x", command=("a", "{port}")), PORT)
    assert not uses(stdio, PORT)


def test_words_of_a_command_are_a_target_as_the_whole_text_is() -> None:
    configuration = Configuration(root=Path())
    for text in ("node server.mjs {port}", "node server.mjs"):
        from_words = audit_target(
            tuple(text.split()),
            url=None,
            env={},
            headers={},
            configuration=configuration,
            environ={},
        )
        assert from_words == parse_target(text)
        assert (from_words.kind == "http") == ("{port}" in text)
