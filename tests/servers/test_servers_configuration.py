from typing import Any

import pytest

from servers import acedata, configuration, gateway, grok
from servers.configuration import ConfigurationError

BAD_SETTINGS = [
    (gateway.create_server, {}, "API_KEY is required"),
    (gateway.create_server, {"API_KEY": " "}, "API_KEY is required"),
    (gateway.create_server, {"API_KEY": "k", "API_FORMAT": "cohere"}, "API_FORMAT must be"),
    (
        gateway.create_server,
        {"API_KEY": "k", "API_ENDPOINT": "example.org"},
        "API_ENDPOINT must be",
    ),
    (gateway.create_server, {"API_KEY": "k", "REQUEST_TIMEOUT": "soon"}, "REQUEST_TIMEOUT must be"),
    (gateway.create_server, {"API_KEY": "k", "REQUEST_TIMEOUT": "0"}, "REQUEST_TIMEOUT must be"),
    (gateway.create_server, {"API_KEY": "k", "REQUEST_TIMEOUT": "nan"}, "REQUEST_TIMEOUT must be"),
    (gateway.create_server, {"API_KEY": "k", "DEFAULT_TEMPERATURE": "9"}, "from 0 to 2"),
    (gateway.create_server, {"API_KEY": "k", "DEFAULT_MAX_TOKENS": "0"}, "at least 1"),
    (gateway.create_server, {"API_KEY": "k", "PROXY_URL": "socks"}, "PROXY_URL must be"),
    (grok.create_server, {"GROK_API_BASE_URL": "ftp://x"}, "GROK_API_BASE_URL must be"),
    (grok.create_server, {"GROK_API_BASE_URL": "http://x:y:z"}, "GROK_API_BASE_URL must be a URL"),
    (acedata.create_server, {"GROK_REQUEST_TIMEOUT": "-1"}, "GROK_REQUEST_TIMEOUT must be"),
]


@pytest.mark.parametrize(("create", "environ", "message"), BAD_SETTINGS)
def test_an_unusable_setting_is_named_when_the_server_is_created(
    create: Any, environ: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        create(environ)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_quoted(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        grok.create_server({"GROK_API_KEY": key})
    assert key not in str(caught.value)


def test_empty_settings_are_the_same_as_none() -> None:
    assert configuration.text({"A": ""}, "A") is None
    assert configuration.number({"A": " "}, "A", minimum=0) is None


@pytest.mark.parametrize(("text", "number"), [("4096", 4096), ("1.0", 1), ("0.7", 0.7)])
def test_numbers_are_read_as_javascript_prints_them(text: str, number: float) -> None:
    read = configuration.number({"A": text}, "A", minimum=0)
    assert (read, type(read)) == (number, type(number))


def test_the_environment_is_read_at_call_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("API_KEY", raising=False)
    with pytest.raises(ConfigurationError):
        gateway.create_server()
    monkeypatch.setenv("API_KEY", "k")
    gateway.create_server()
