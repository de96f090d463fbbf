"""`toolreel upstream`: a stand-in for the providers, for servers in any language."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from harness.upstream.running_upstream import RunningUpstream
    from harness.upstream.upstream_options import UpstreamOptions

EXIT_CASSETTE = 3


@click.command()
@click.argument("cassettes", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--mode",
    type=click.Choice(["replay", "record", "simulate"]),
    help="replay with CASSETTES, simulate without; record into one.",
)
@click.option(
    "--record-mode",
    type=click.Choice(["once", "new_episodes", "all"]),
    help="As in vcrpy; new_episodes unless told.",
)
@click.option(
    "--upstream",
    type=click.Choice(["live", "simulate"]),
    help="Where to record from: the real providers unless told.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    help="What goes wrong: '429; retry-after=2; nth=1', 'truncated; rate=0.3', …",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Draws what a rate hits.")
@click.option(
    "--pace",
    metavar="instant|recorded|FACTOR",
    help="When replayed pieces come: at once unless told, as recorded, or FACTOR times that.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Where to listen; a free one unless told.",
)
@click.option("--allow-non-loopback", is_flag=True, help="Let other machines ask.")
@click.option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="NAME",
    help="A name that clients know this machine by, such as host.docker.internal.",
)
@click.option(
    "--log",
    metavar="FILE|-",
    help="One JSON line a request, without secrets; - is stderr, in place of the words there.",
)
def command(cassettes: tuple[Path, ...], **choices: Any) -> None:
    """Stand in for the providers at a base URL: replay cassettes, record one, or simulate.

    \b
    Examples:
      toolreel upstream
      toolreel upstream cassettes/grok --pace recorded --port 4010
      toolreel upstream --mode record cassettes/mine.yaml
      toolreel upstream cassettes/mine.yaml --fault "429; retry-after=1; nth=1"

    The first segment of the path names the provider: /api.openai.com/v1/chat/completions. The base
    URLs are told on stdout once the server listens; requests are told on stderr. A request without
    an answer gets status 418 and the header x-toolreel: cassette-miss.

    \b
    Exit codes once it is stopped (SIGINT, SIGTERM): 0, or 3 when a request had no answer;
    2 usage or configuration, 3 cassette missing.
    """
    import anyio

    from harness.configuration import environment, load_configuration
    from harness.runner.cassette_project import CassetteProject
    from harness.upstream.upstream_options import upstream_options

    project = CassetteProject(load_configuration(Path.cwd()), environment())
    choices = {"redaction": project.redaction, "secrets": project.known_secrets, **choices}
    choices["log"] = choices["log"] or "words"
    anyio.run(_serve, upstream_options(cassettes, choices))


async def _serve(options: UpstreamOptions) -> None:
    import anyio

    from harness.upstream.running_upstream import serve_upstream

    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with serve_upstream(options) as running:
            click.echo(_ready(running))
            sys.stdout.flush()
            async for _ in signals:
                break
    click.echo(_summary(running), err=True)
    if running.missed:
        sys.exit(EXIT_CASSETTE)


def _ready(running: RunningUpstream) -> str:
    lines = [f"toolreel upstream ready at {running.url} ({running.about})"]
    lines += [f"export {name}={url}" for name, url in running.env.items()]
    return "\n".join(lines)


def _summary(running: RunningUpstream) -> str:
    plural = "" if running.answered == 1 else "s"
    words = [f"{running.answered} request{plural} answered"]
    if running.recorded:
        words.append(f"{running.recorded} recorded")
    if running.missed:
        words.append(f"{running.missed} without an answer")
    return f"toolreel upstream: {', '.join(words)}"
