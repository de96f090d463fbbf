"""A tool with a purpose: it asks for a review in its own words, and makes its own of the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from servers.completion_server import text_result
from servers.defects.published_tools import CHAT, chat_tool
from servers.defects.stages import Answer, Arguments, Result, Stages, enforcing
from servers.failures import UpstreamFailure

SYSTEM = (
    "You are a reviewer of plans. Name what is wrong with the plan below, what it takes for "
    "granted and what would break first, each point in one line that begins with a dash, the "
    "gravest first. Say nothing about what is well done, and do not repeat the plan."
)
MOST_TOPICS, EXCERPT = 2, 300
SCHEMA = {
    "type": "object",
    "properties": {
        "plan": {"type": "string", "minLength": 1, "description": "The plan to review"},
        "topics": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What to look at first",
        },
        "instructions": {"type": "string", "description": "What else the reviewer should know"},
    },
    "required": ["plan"],
    "additionalProperties": False,
}


def reviewing(stages: Stages) -> Stages:
    """Ask with a prompt around the arguments, and return the points of the answer."""
    description = "Have a plan reviewed; returns the points of the review."
    tools = (chat_tool(name="review_plan", description=description, input_schema=SCHEMA),)
    enforced = enforcing(tools)

    def violations(tool: str, arguments: Arguments) -> list[str]:
        if found := enforced(tool, arguments):
            return found
        too_many = len(arguments.get("topics", ())) > MOST_TOPICS
        return [f"/topics: at most {MOST_TOPICS} at once"] if too_many else []

    def result(answer: Answer) -> Result:
        if not answer["choices"]:
            return stages.failure(UpstreamFailure("the answer has no choices", status=200))
        message = answer["choices"][0].get("message") or {}
        text = " ".join((message.get("content") or "").split())
        shown = text.replace(stages.settings.key, "***")[:EXCERPT]
        return text_result(f"Points of the review: {shown or 'none'}")

    return replace(
        stages,
        tools=tools,
        violations=violations,
        body=lambda tool, arguments: _body(arguments),
        upstream=lambda tool: stages.upstream(CHAT),
        result=result,
    )


def _body(arguments: Arguments) -> dict[str, Any]:
    parts = [f"The plan:\n{arguments['plan'].strip()}"]
    if topics := sorted({topic.strip().lower() for topic in arguments.get("topics") or ()}):
        parts.append(f"Look at these first: {', '.join(topics)}")
    if instructions := (arguments.get("instructions") or "").strip():
        parts.append(f"Mind as well: {instructions}")
    messages = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": "\n\n".join(parts)},
    ]
    return {"model": "reviewer-1", "messages": messages, "temperature": 0.2, "max_tokens": 700}
