"""`toolreel audit`: choose, call the runner, render."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from harness.cli.pairs import pairs_callback
from harness.cli.stdout_apart import stdout_apart


def _listed(_context: Any, _parameter: Any, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("target", nargs=-1)
@click.option("--url", metavar="URL", help="A running server: its Streamable HTTP endpoint.")
@click.option(
    "-e",
    "--env",
    multiple=True,
    callback=pairs_callback("="),
    metavar="NAME=VALUE",
    help="Environment for the server; {upstream} is the audit's own provider: "
    "BASE_URL={upstream}/api.openai.com/v1.",
)
@click.option(
    "--upstream-port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port of the audit's own provider, for a server that is already running.",
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    callback=pairs_callback(":"),
    metavar="'NAME: VALUE'",
    help="Header for a server with a URL.",
)
@click.option(
    "--era",
    type=click.Choice(["auto", "modern", "handshake"]),
    default="auto",
    show_default=True,
    help="Protocol: 2026-07-28, 2025-11-25 and older, or ask.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same findings.")
@click.option(
    "--max-examples",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="Generated arguments for each tool and phase.",
)
@click.option(
    "--phases",
    multiple=True,
    callback=_listed,
    metavar="PHASE,…",
    help="Only these: definitions, valid, boundary, invalid, mapping, errors, outputs, "
    "streaming, protocol.",
)
@click.option(
    "--checks", multiple=True, callback=_listed, metavar="RULE,…", help="Only these rules or areas."
)
@click.option(
    "--exclude-checks",
    multiple=True,
    callback=_listed,
    metavar="RULE,…",
    help="Not these rules or areas.",
)
@click.option(
    "--tools",
    multiple=True,
    callback=_listed,
    metavar="NAME,…",
    help="Only these tools, and these whatever they do; without it none that destroys or runs "
    "commands is called.",
)
@click.option(
    "--exclude-tools",
    "excluded_tools",
    multiple=True,
    callback=_listed,
    metavar="NAME,…",
    help="Not these tools.",
)
@click.option("--probe", default="", metavar="ID", help="Only this probe, as a finding names it.")
@click.option(
    "--expected-failures",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="YAML or TOML list of rule[@tool] that may fail; one that no longer fails is an error.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["high", "medium", "low", "info"]),
    default="low",
    show_default=True,
    help="The mildest finding that fails the audit.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: one object on stdout, talk on stderr.",
)
def command(target: tuple[str, ...], form: str, **choices: Any) -> None:
    """Attack a completion server through MCP and report its defects.

    \b
    Examples:
      toolreel audit grok
      toolreel audit my_package.server:create_server -e API_KEY=test
      toolreel audit -e OPENAI_BASE_URL={upstream}/api.openai.com/v1 -- node server.js
      toolreel audit --url http://127.0.0.1:8000/mcp --phases definitions,invalid

    The server's provider is played by the audit: nothing goes to the network.

    \b
    Exit codes: 0 no finding that fails, 1 findings or a stale expectation, 2 usage or
    configuration, 4 target cannot be reached, 130 interrupted.
    """
    sys.exit(_audit(target, form, choices))


def _audit(words: tuple[str, ...], form: str, choices: dict[str, Any]) -> int:
    # Heavy imports (mcp, jsonschema) only when there is something to audit.
    import anyio

    from harness.configuration import environment, load_configuration
    from harness.report.phase_progress import PhaseProgress
    from harness.runner.audit import run_audit
    from harness.runner.audit_target import audit_target
    from harness.runner.audit_verdict import exit_code, expected_entries, with_expected

    configuration = load_configuration(Path.cwd())
    entries = expected_entries(choices["expected_failures"])
    chosen = audit_target(
        words,
        url=choices["url"],
        env=choices["env"],
        headers=choices["headers"],
        configuration=configuration,
        environ=environment(),
    )
    options = _options(words, choices, configuration.root)
    with PhaseProgress() as progress, stdout_apart():
        result = anyio.run(partial(run_audit, chosen, options, progress))
    result = with_expected(result, entries)
    _print(result, form)
    return exit_code(result, choices["fail_on"])


def _options(words: tuple[str, ...], choices: dict[str, Any], root: Path) -> Any:
    from harness.audit.reproduction import target_words
    from harness.runner.audit_options import AuditOptions, chosen_phases, chosen_rules

    return AuditOptions(
        root=root,
        start=target_words(
            words,
            url=choices["url"],
            env=choices["env"],
            tools=choices["tools"],
            excluded_tools=choices["excluded_tools"],
        ),
        tools=choices["tools"],
        excluded_tools=choices["excluded_tools"],
        seed=choices["seed"],
        max_examples=choices["max_examples"],
        phases=chosen_phases(choices["phases"]),
        rules=chosen_rules(choices["checks"], choices["exclude_checks"]),
        probe=choices["probe"],
        era=choices["era"],
        upstream_port=choices["upstream_port"],
    )


def _print(result: Any, form: str) -> None:
    from harness.records.json_value import to_json
    from harness.report.audit_text import print_audit

    if form == "json":
        click.echo(to_json(result, indent=2))
    else:
        print_audit(result)
