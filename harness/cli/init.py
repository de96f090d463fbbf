"""`toolreel init`: the first files of a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.target_options import env_option

if TYPE_CHECKING:
    from harness.runner.init import Written


@click.command()
@click.argument("target", nargs=-1, required=True)
@env_option(
    "Environment for the server; {upstream} is the stand-in's base URL: "
    "BASE_URL={upstream}/api.openai.com/v1."
)
@click.option("--name", help="What the target is called; made from the command unless told.")
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    default="github",
    show_default=True,
    help="Which CI file to write.",
)
def command(target: tuple[str, ...], env: dict[str, str], name: str | None, ci: Any) -> None:
    """Write configuration, a first scenario for each tool, and a CI file; overwrite nothing.

    \b
    Examples:
      toolreel init my_package.server:create_server -e API_KEY=test
      toolreel init -e API_KEY=test -e BASE_URL={upstream}/api.openai.com/v1 -- node server.js

    The server is started once, to list its tools. A file that exists is left as it is.

    \b
    Exit codes: 0, 2 usage or configuration, 4 target cannot be reached.
    """
    # Heavy imports (mcp) only when there is something to start.
    from harness.cli.stdout_apart import stdout_apart
    from harness.configuration import Configuration, environment
    from harness.runner.audit_target import audit_target
    from harness.runner.init import start_project

    root = Path.cwd()
    chosen = audit_target(
        target, url=None, env=env, headers={}, configuration=Configuration(root=root),
        environ=environment(),
    )  # fmt: skip
    with stdout_apart():
        written = start_project(root, chosen, name=name, ci=ci)
    _tell(written, is_held="{upstream}" in str(env) or chosen.kind == "in_process")


def _tell(written: Written, *, is_held: bool) -> None:
    for place in written.new:
        click.echo(f"wrote {place}")
    for place in written.left:
        click.echo(f"left {place} as it is")
    for tool, text in written.failing.items():
        click.echo(f"no call of {tool} succeeded with a simulated provider: {text}")
    if written.failing:
        click.echo(
            "give the server what it needs, -e API_KEY=test-key, or edit the arguments; what was "
            "written stays: delete it first to start anew"
        )
    if written.lacking:
        click.echo(f"toolreel.toml has no target {written.name}; add:\n\n{written.lacking}")
    if not is_held:
        click.echo(
            "the server's provider is not seen yet: give the setting that holds its address, "
            "-e BASE_URL={upstream}/api.openai.com/v1"
        )
    click.echo("next:")
    click.echo("  toolreel run --record-mode all --upstream simulate   # once: writes cassettes")
    click.echo("  toolreel run                                         # from then on: offline")
