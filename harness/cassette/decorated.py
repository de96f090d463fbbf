"""A function with a context around each of its calls, whatever kind of function it is."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager
from typing import Any

Open = Callable[[], AbstractContextManager[Any]]


def decorated(function: Callable[..., Any], opening: Open, *, inject: bool) -> Callable[..., Any]:
    """Return `function` with a context of its own around each call, or each run of a generator.

    With `inject` it gets what the context gives as its first argument, behind `self` or `cls`.
    """
    place = _first_place(function) if inject else None
    wrapped = _wrapper_for(function)(function, opening, place)
    functools.update_wrapper(wrapped, function)
    if place is not None:
        # pytest asks for the parameters; the one that is filled in here is no fixture.
        signature = inspect.signature(function)
        kept = list(signature.parameters.values())
        del kept[place : place + 1]
        wrapped.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    return wrapped


def _first_place(function: Callable[..., Any]) -> int:
    names = list(inspect.signature(function).parameters)
    return 1 if names and names[0] in ("self", "cls") else 0


def _given(place: int | None, value: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    if place is None:
        return arguments
    return (*arguments[:place], value, *arguments[place:])


def _wrapper_for(function: Callable[..., Any]) -> Callable[..., Callable[..., Any]]:
    if inspect.iscoroutinefunction(function):
        return _coroutine
    if inspect.isasyncgenfunction(function):
        return _async_generator
    return _generator if inspect.isgeneratorfunction(function) else _function


def _function(function: Callable[..., Any], opening: Open, place: int | None) -> Any:
    def wrapped(*arguments: Any, **named: Any) -> Any:
        with opening() as value:
            return function(*_given(place, value, arguments), **named)

    return wrapped


def _coroutine(function: Callable[..., Any], opening: Open, place: int | None) -> Any:
    async def wrapped(*arguments: Any, **named: Any) -> Any:
        with opening() as value:
            return await function(*_given(place, value, arguments), **named)

    return wrapped


def _generator(function: Callable[..., Any], opening: Open, place: int | None) -> Any:
    def wrapped(*arguments: Any, **named: Any) -> Generator[Any, Any, Any]:
        with opening() as value:
            return (yield from function(*_given(place, value, arguments), **named))

    return wrapped


def _async_generator(function: Callable[..., Any], opening: Open, place: int | None) -> Any:
    async def wrapped(*arguments: Any, **named: Any) -> AsyncGenerator[Any]:
        with opening() as value:
            async for item in function(*_given(place, value, arguments), **named):
                yield item

    return wrapped
