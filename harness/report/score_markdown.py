"""Description scores as Markdown, for a comment or a page."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records.description_score import DescriptionScore, DescriptionScores
from harness.report.score_text import HEADINGS


def render_markdown(scores: DescriptionScores) -> str:
    """Return a heading, the table, and the advice for every tool."""
    return "\n".join(_lines(scores)) + "\n"


def _lines(scores: DescriptionScores) -> Iterator[str]:
    server = scores.server
    yield f"## {_plain(server.name)}: {server.tdqs:.1f}, tier {server.tier}"
    yield ""
    yield (
        f"{scores.rubric}, {scores.method}. Quality {server.quality:.1f}, coherence "
        f"{server.coherence:.1f}, about {server.tokens} tokens in every request (estimated)."
    )
    yield ""
    yield f"| tool | {' | '.join(HEADINGS.values())} | TDQS | tier |"
    yield f"|---|{'---:|' * (len(HEADINGS) + 1)}---|"
    for tool in scores.tools:
        numbers = " | ".join(str(tool.dimensions[name].score) for name in HEADINGS)
        yield f"| {_plain(tool.name)} | {numbers} | {tool.tdqs:.1f} | {tool.tier} |"
    for tool in scores.tools:
        yield from _tool(tool)


def _tool(tool: DescriptionScore) -> Iterator[str]:
    advice = [
        f"- {name} {item.score}: {_plain(sentence)}"
        for name, item in tool.dimensions.items()
        for sentence in item.advice
    ]
    found = [f"- **{item.rule}** {_plain(item.message)}" for item in tool.findings]
    if advice or found:
        yield from ("", f"### {_plain(tool.name)}", "", *found, *advice)


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is, in one line."""
    joined = " ".join(text.split())
    return "".join(f"\\{char}" if char in "\\`*_|<>[]#" else char for char in joined)
