"""vcrpy's filters and hooks, run on our interactions with vcrpy's own code.

vcrpy is imported here, and only a cassette that has such an option imports this.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vcr import VCR
from vcr.filters import sensitive_data_hooks
from vcr.request import Request

from harness.cassette.block_interaction import NO_RESPONSE_STATUS
from harness.errors import UsageError
from harness.records.http import HttpRequest, HttpResponse, Interaction

Pair = tuple[Request, dict[str, Any]]


class VcrHooks:
    """What the options of one cassette do to requests and responses.

    Args:
        filters: options of `vcr.VCR` that change what is recorded.
        sensitive: vcrpy's `filter_sensitive_data`.
        before_save: vcrpy's `before_save_interaction`.
        after_load: vcrpy's `after_load_interaction`.
    """

    def __init__(
        self,
        filters: Mapping[str, Any],
        *,
        sensitive: Any,
        before_save: Any,
        after_load: Any,
    ) -> None:
        config = VCR(**filters).get_merged_config()
        self._before_request = config["before_record_request"]
        self._before_response = config["before_record_response"]
        self._before_save = _hooks(before_save)
        self._after_load = _hooks(after_load)
        self.cassette: object = None
        """What hooks with a third parameter get."""
        if sensitive:
            hide, restore = sensitive_data_hooks(sensitive)
            self._before_save.append(hide)
            self._after_load.insert(0, restore)

    def request(self, request: HttpRequest) -> HttpRequest | None:
        """Return the request as it is matched and recorded, or None to leave it alone."""
        changed = self._before_request(to_vcr_request(request))
        if not changed:
            return None
        if not isinstance(changed, Request):
            raise UsageError(
                "before_record_request must return the request that it got, changed or not, or "
                f"None, not {type(changed).__name__}"
            )
        return from_vcr_request(changed)

    def recorded(self, interaction: Interaction) -> Interaction | None:
        """Return what is kept of an interaction whose request was filtered already."""
        if interaction.response is None:
            return interaction
        changed = self._before_response(to_vcr_response(interaction))
        if changed is None:
            return None
        response = _from_vcr_response(changed, "before_record_response")
        return interaction.model_copy(update={"response": response})

    def saved(self, interaction: Interaction) -> Interaction | None:
        """Return what goes into the file, or None."""
        return self._run(self._before_save, interaction)

    def loaded(self, interaction: Interaction) -> Interaction | None:
        """Return what an interaction of the file is to this cassette, or None."""
        restored = self._run(self._after_load, interaction)
        if restored is None:
            return None
        request = self.request(restored.request)
        if request is None:
            return None
        return self.recorded(restored.model_copy(update={"request": request}))

    def _run(self, hooks: list[Callable[..., Any]], interaction: Interaction) -> Interaction | None:
        if not hooks:
            return interaction
        request: Any = to_vcr_request(interaction.request)
        response: Any = to_vcr_response(interaction)
        for hook in hooks:
            arguments = (request, response, self.cassette)[: 3 if _takes_cassette(hook) else 2]
            result = hook(*copy.deepcopy(arguments[:2]), *arguments[2:])
            if result is None:
                return None
            if not isinstance(result, tuple | list) or len(result) != 2:
                raise UsageError(
                    f"the hook {_name(hook)} must return (request, response) or None, "
                    f"not {type(result).__name__}"
                )
            request, response = result
        kept = None
        if interaction.response is not None:
            kept = _from_vcr_response(response, f"the hook {_name(hooks[-1])}")
        return interaction.model_copy(
            update={"request": from_vcr_request(request), "response": kept}
        )


def _hooks(given: Any) -> list[Callable[..., Any]]:
    if given is None:
        return []
    return list(given) if isinstance(given, Iterable) else [given]


def _name(hook: Callable[..., Any]) -> str:
    return getattr(hook, "__qualname__", None) or repr(hook)


def _takes_cassette(hook: Callable[..., Any]) -> bool:
    try:
        inspect.signature(hook).bind(None, None, None)
    except (TypeError, ValueError):
        return False
    return True


def to_vcr_request(request: HttpRequest) -> Request:
    """Return the request as vcrpy's own, several values of a header joined as httpx joins them."""
    headers: dict[str, str] = {}
    for name, value in request.headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Request(request.method, request.url, request.body, headers)


def from_vcr_request(request: Request) -> HttpRequest:
    """Return a request of vcrpy as a record."""
    return HttpRequest(
        method=request.method,
        url=request.uri,
        headers=tuple((name, _text(value)) for name, value in request.headers.items()),
        body=request.body_bytes or b"",
    )


def to_vcr_response(interaction: Interaction) -> dict[str, Any]:
    """Return the response as the dict that vcrpy has in its place."""
    response = interaction.response
    if response is None:
        response = HttpResponse(
            status=NO_RESPONSE_STATUS, reason=f"no response: {interaction.failure}"
        )
    headers: dict[str, list[str]] = {}
    for name, value in response.headers:
        headers.setdefault(name, []).append(value)
    return {
        "status": {"code": response.status, "message": response.reason},
        "headers": headers,
        "body": {"string": response.body},
    }


def _from_vcr_response(response: Any, giver: str) -> HttpResponse:
    """Return the response that `giver` made of one as `to_vcr_response` gives it.

    Raises:
        UsageError: it has no longer the parts that a response has.
    """
    try:
        body = response["body"]["string"] or b""
        return HttpResponse(
            status=response["status"]["code"],
            reason=response["status"].get("message") or "",
            headers=tuple(
                (name, _text(value))
                for name, values in response["headers"].items()
                for value in (values if isinstance(values, list | tuple) else [values])
            ),
            body=body.encode("utf-8") if isinstance(body, str) else memoryview(body).tobytes(),
        )
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise UsageError(
            f"{giver} must return a response, {_RESPONSE}, changed or not: {_reason(error)}"
        ) from error


_RESPONSE = '{"status": {"code", "message"}, "headers": {…}, "body": {"string"}}'


def _reason(error: Exception) -> str:
    text = f"no {error}" if isinstance(error, LookupError) else str(error)
    return text.splitlines()[0]


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
