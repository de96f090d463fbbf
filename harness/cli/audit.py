"""`toolreel audit`: choose, call the runner, render."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.baseline_option import baseline_options, told_saved
from harness.cli.format_option import format_option
from harness.cli.report_option import WantedReport, report_option, tell_reports
from harness.cli.stdout_apart import stdout_apart
from harness.cli.target_options import env_option, era_option, header_option

if TYPE_CHECKING:
    from harness.cli.signal_stop import SignalStop
    from harness.records.audit import AuditResult
    from harness.records.baseline import Baseline


def _listed(_context: Any, _parameter: Any, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("target", nargs=-1)
@click.option("--url", metavar="URL", help="A running server: its Streamable HTTP endpoint.")
@env_option(
    "Environment for the server; {upstream} is the audit's own provider: "
    "BASE_URL={upstream}/api.openai.com/v1."
)
@click.option(
    "--upstream-port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port of the audit's own provider, for a server that is already running.",
)
@header_option
@era_option
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
    help="Only these tools, and these whatever they do; without it none that destroys, changes "
    "settings, runs commands, or starts, ends, moves or sends something is called, and no argument "
    "is given that has a file written, a command run or, where it is optional, an address fetched.",
)
@click.option(
    "--exclude-tools",
    "excluded_tools",
    multiple=True,
    callback=_listed,
    metavar="NAME,…",
    help="Not these tools.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Make no more calls after this time; what they would show is not tested.",
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
@format_option
@baseline_options
@report_option
def command(
    target: tuple[str, ...], form: str, reports: list[WantedReport], **choices: Any
) -> None:
    """Attack a completion server through MCP and report its defects.

    \b
    Examples:
      toolreel audit grok
      toolreel audit my_package.server:create_server -e API_KEY=test
      toolreel audit -e OPENAI_BASE_URL={upstream}/api.openai.com/v1 -- node server.js
      toolreel audit --url http://127.0.0.1:8000/mcp --phases definitions,invalid
      toolreel audit grok --baseline known.json --report sarif=audit.sarif

    The server's provider is played by the audit: nothing goes to the network.

    \b
    Exit codes: 0 no finding that fails, 1 findings or a stale expectation, 2 usage or
    configuration (also a missing key, so that no tool works, or calls that were not made for
    --time-limit or a server that is gone, and no finding), 4 target cannot be reached,
    130 interrupted, 143 ended by SIGTERM: what was found until then is printed.
    """
    # Heavy imports (mcp, jsonschema) only when there is something to audit.
    from harness.baseline import audit_against
    from harness.cli.signal_stop import SignalStop
    from harness.runner.audit_verdict import exit_code
    from harness.runner.baseline_file import read_baseline

    path = choices["baseline"]
    known = read_baseline(path, "audit") if path is not None else None
    stop = SignalStop()
    result = _audit(target, choices, stop)
    if known is not None:
        result = audit_against(result, known, str(path))
    _print(result, form)
    if stop.code:
        click.echo("toolreel: interrupted", err=True)
    if choices["save_baseline"] is not None:
        _save(choices["save_baseline"], result, known)
    tell_reports(result, reports)
    sys.exit(stop.code or exit_code(result))


def _audit(words: tuple[str, ...], choices: dict[str, Any], stop: SignalStop) -> AuditResult:
    import anyio

    from harness.configuration import environment, load_configuration
    from harness.report.phase_progress import PhaseProgress
    from harness.runner.audit import run_audit
    from harness.runner.audit_target import audit_target
    from harness.runner.audit_verdict import expected_entries, with_expected

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

    async def audited() -> AuditResult:
        with stop.listening():
            return await run_audit(chosen, options, progress, stop.audit)

    with PhaseProgress() as progress, stdout_apart():
        result = anyio.run(audited)
    return with_expected(result, entries)


def _save(path: Path, result: AuditResult, before: Baseline | None) -> None:
    from harness.baseline import audit_baseline
    from harness.runner.audit_verdict import failures
    from harness.runner.baseline_file import save_baseline

    saved = audit_baseline(result, failures(result), before)
    save_baseline(path, saved)
    told_saved(path, saved)


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
        time_limit=choices["time_limit"],
        fail_on=choices["fail_on"],
        era=choices["era"],
        upstream_port=choices["upstream_port"],
    )


def _print(result: AuditResult, form: str) -> None:
    from harness.report.stored_json import stored_json
    from harness.report.stored_text import print_result

    if form == "json":
        click.echo(stored_json(result))
    else:
        print_result(result)
