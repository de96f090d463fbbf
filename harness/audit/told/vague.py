"""Whether a failure is told in words that would fit any other."""

from __future__ import annotations

from harness.audit.parameters import snake_case
from harness.audit.told.seen import words

_ANY_FAILURE = frozenset(
    words(
        """
    a an the this that it its is was has have had been be to of for in on at by with while during
    when as your our my we i you and or but please sorry oops there some something somehow thing
    went go gone wrong error errors err exception fail failed fails failure failures failing
    occurred occur happened unexpected unexpectedly unknown internal general generic unspecified
    could couldn cannot can not no t did didn would unable complete completed finish finished
    perform performed process processed processing execute executed executing execution run running
    create creating created generate generating generated make making get getting call calling
    called invoke invoking use using do done handle handling return returned
    tool tools function method operation action task command request requests query prompt chat
    completion completions message messages text model ai llm api server service provider upstream
    none null undefined nan true false object reason details detail code status type name content
    is iserror isretryable retryable retry retrying again try later may might will help
        """
    )
)
"""Words that are said of every failure, so that nothing is known when there is no other."""


def says_nothing(text: str, tool: str) -> bool:
    """Whether `text`, about a failed call of `tool`, has no word of what failed.

    An empty text says nothing. A word that nobody here knows, of another language too, says
    something, and so does every number.
    """
    of_tool = set(words(snake_case(tool).replace("_", " "))) | {tool.lower()}
    return all(word in _ANY_FAILURE or word in of_tool for word in words(text))
