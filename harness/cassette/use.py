"""`use_cassette`: the drop-in for `vcr.use_cassette`, for httpx and httpx2.

Importing this costs nothing; what a cassette needs is imported when the first one is entered.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from harness.cassette.decorated import decorated
from harness.cassette.use_options import UseOptions, parse_options
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.cassette.open_cassette import OpenCassette
    from harness.cassette.used_cassette import UsedCassette


def use_cassette(path: Any = None, **options: Any) -> Any:
    """Answer HTTP requests from the cassette at `path`, or record them into it.

    A context manager (`with`, `async with`) and a decorator for functions, coroutine functions,
    generators and asynchronous generators. As a decorator it may go without a path, and without
    parentheses; the cassette is then named after the function.

    Requests of httpx and httpx2 are covered, with whatever transport, in this task and the tasks
    and threads that are started in it; of nested cassettes the innermost counts.

    Options of vcrpy, with its meaning: `record_mode` ("once"; "none", "new_episodes", "all"),
    `filter_headers`, `filter_query_parameters`, `filter_post_data_parameters`,
    `filter_nested_post_data_parameters`, `filter_sensitive_data`, `before_record_request`,
    `before_record_response`, `before_save_interaction`, `after_load_interaction`, `ignore_hosts`,
    `allow_playback_repeats`, `drop_unused_requests`, `record_on_exception`, `inject`
    (`inject_cassette`), `cassette_library_dir`, `path_transformer`, `func_path_generator`,
    `skip_patchers`.

    Where this differs from vcrpy:
        match_on: also looks at the body unless told otherwise; JSON is compared as JSON. Takes
            functions beside names.
        ignore_localhost: True, so loopback is not recorded; False records it.
        decode_compressed_response: by default text is kept unpacked, anything else as it came;
            redaction unpacks what it has to search, even with False.
        serializer: "yaml" only; `persister` and `custom_patches` are refused.

    Options of ours:
        ignore: pointers into the request that do not have to match, `["/body/user",
            "/body/messages/*/id", "/query/ts"]`.
        pace: "instant", "recorded", or what the recorded waiting times are multiplied by.
        sync: force each interaction to the disk before it counts as recorded.
        redaction: False records secrets as they are; `harness.cassette.redact.RedactionRules` adds
            rules and switches some off.
        secrets: further secrets, name → value, recorded as `REDACTED[name]`; those in variables
            of the environment whose names say so are known.

    A request without an answer raises `CassetteMiss` (harness.cassette.cassette_miss) from the
    call, and again when the cassette is left, so that swallowing it does not help; clear
    `cassette.misses` to go on. An SDK that would retry an exception (openai, anthropic) gets
    status 418 with the explanation instead, which it raises at once.

    Raises:
        UsageError: an option is unknown or has an impossible value.
    """
    if path is not None and not isinstance(path, str | os.PathLike):
        return UseCassette(None, parse_options(options))(path)
    return UseCassette(None if path is None else os.fspath(path), parse_options(options))


class UseCassette:
    """One way to use a cassette; each `with`, and each call of a decorated function, opens it."""

    def __init__(self, path: str | None, options: UseOptions) -> None:
        self._path, self._options = path, options
        self._open: OpenCassette | None = None

    def __enter__(self) -> UsedCassette:
        if self._path is None:
            raise UsageError(
                "use_cassette() needs a path as a context manager; only a decorator can name the "
                "cassette after its function"
            )
        if self._open is not None:
            raise UsageError(f"{self._path} is open already; use_cassette() again for a second use")
        from harness.cassette.open_cassette import OpenCassette

        self._open = OpenCassette(Path(self._transformed(self._path)), self._options)
        return self._open.cassette

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        opened, self._open = self._open, None
        assert opened is not None
        opened.close(error)

    async def __aenter__(self) -> UsedCassette:
        return self.__enter__()

    async def __aexit__(self, *error: Any) -> None:
        self.__exit__(*error)

    def _transformed(self, path: str) -> str:
        if self._options.path_transformer is not None:
            path = os.fspath(self._options.path_transformer(path))
        folder = self._options.cassette_library_dir
        return path if folder is None or path.startswith(folder) else os.path.join(folder, path)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return `function` with the cassette around each of its calls."""
        path = self._path if self._path is not None else self._path_for(function)
        return decorated(
            function, lambda: UseCassette(path, self._options), inject=self._options.inject
        )

    def _path_for(self, function: Callable[..., Any]) -> str:
        if self._options.func_path_generator is not None:
            return os.fspath(self._options.func_path_generator(function))
        if self._options.cassette_library_dir is not None:
            return function.__name__
        return os.path.join(os.path.dirname(inspect.getfile(function)), function.__name__)
