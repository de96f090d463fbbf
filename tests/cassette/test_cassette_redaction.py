import hashlib
import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interaction_strategies import interactions

from harness.cassette.redact import KEY_SHAPE, SECRET_HEADERS, Redactor, secrets_in
from harness.records.http import HttpRequest, HttpResponse, Interaction

KEY = "test-key-grok/+=ž\"'\\ end"
REDACTOR = Redactor({"API_KEY": KEY, "API_TOKEN": "token-0123456789"})
SHAPED = "sk-proj-0123456789abcdefghij"
DIGEST = hashlib.sha256(SHAPED.encode()).hexdigest()[:8]


def response(body: bytes, *headers: tuple[str, str]) -> HttpResponse:
    return HttpResponse(status=200, headers=headers, body=body)


FORMS = {
    "plain": KEY,
    "JSON": json.dumps(KEY)[1:-1],
    "JSON in UTF-8": json.dumps(KEY, ensure_ascii=False)[1:-1],
    "URL path": quote(KEY),
    "URL query": quote(KEY, safe=""),
    "form": quote_plus(KEY),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_replaced_in_every_form(form: str) -> None:
    assert REDACTOR.text(f"a={form}&b") == "a=REDACTED[API_KEY]&b"


def test_the_same_secret_gives_the_same_placeholder_and_another_one_another() -> None:
    text = REDACTOR.text(f"{KEY} token-0123456789 {KEY}")
    assert text == "REDACTED[API_KEY] REDACTED[API_TOKEN] REDACTED[API_KEY]"


def test_a_secret_within_a_longer_one_does_not_cut_it() -> None:
    for longer in ("xx-abcdefgh-yy", "abcdefgh-yy"):
        redactor = Redactor({"SHORT_KEY": "abcdefgh", "LONG_KEY": longer})
        assert redactor.text(f"{longer} abcdefgh") == "REDACTED[LONG_KEY] REDACTED[SHORT_KEY]"


def test_a_secret_that_is_the_name_of_another_leaves_placeholders_whole() -> None:
    redactor = Redactor({"API_TOKEN": "0123456789", "PASSWORD": "API_TOKEN"})
    text = redactor.text("0123456789 API_TOKEN")
    assert text == "REDACTED[API_TOKEN] REDACTED[PASSWORD]"
    assert redactor.text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *(SHAPED, "sk-ant-api03-0123456789abcd", "sk-or-v1-0123456789abcdef"),
        *("xai-0123456789abcdefgh", "gsk_0123456789abcdefgh", "AIza0123456789abcdefgh"),
        *("ghp_0123456789abcdefgh", "hf_0123456789abcdefgh", "sk-0123456789abcdefgh"),
        "Bearer abcdefghij.klmnop-qrs_tuv=",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "({})", '"{}"', "line\\n{}", "\\u000a{}", "q%20{}", "a={}&b", "\n{}\n"]
)
def test_text_in_the_form_of_a_key_is_replaced_wherever_it_begins(text: str, around: str) -> None:
    before, after = around.split("{}")
    redacted = Redactor({}).text(around.format(text))
    assert redacted.startswith(before)
    assert redacted.endswith(after)
    shown = redacted.removeprefix(before).removesuffix(after)
    assert re.fullmatch(r"(Bearer )?REDACTED\[[a-z]+(-[a-z]+)?:[0-9a-f]{8}\]", shown)


@pytest.mark.parametrize(
    "text",
    ["task-0123456789abcdefgh", "sk-short", "Bearer short", "Bearer REDACTED", "risk-free", "hf_"],
)
def test_ordinary_text_stays(text: str) -> None:
    assert Redactor({}).text(text) == text


@pytest.mark.parametrize("name", sorted(SECRET_HEADERS))
def test_headers_with_credentials_are_replaced_whole(name: str) -> None:
    lines = ((name.upper(), "anything"), ("x-request-id", "anything"))
    assert REDACTOR.headers(lines) == ((name.upper(), "REDACTED"), ("x-request-id", "anything"))


def test_a_known_secret_in_a_credential_header_keeps_its_name() -> None:
    lines = (("Authorization", "Bearer token-0123456789"), ("x-other", "token-0123456789"))
    assert REDACTOR.headers(lines) == (
        ("Authorization", "Bearer REDACTED[API_TOKEN]"),
        ("x-other", "REDACTED[API_TOKEN]"),
    )


def test_values_are_searched_in_keys_and_at_any_depth() -> None:
    value = {"token-0123456789": [{"a": ("x", SHAPED)}, 1, None, True, 1.5]}
    assert REDACTOR.value(value) == {
        "REDACTED[API_TOKEN]": [{"a": ["x", f"REDACTED[openai-key:{DIGEST}]"]}, 1, None, True, 1.5]
    }


def test_binary_bodies_are_searched_and_otherwise_left_alone() -> None:
    body = b"\xff\x00token-0123456789\xfe"
    assert REDACTOR.body(body) == b"\xff\x00REDACTED[API_TOKEN]\xfe"
    assert REDACTOR.body(b"\xff\x00\x80") == b"\xff\x00\x80"


def test_only_variables_that_name_a_long_enough_secret_count() -> None:
    env = {
        "GROK_API_KEY": "12345678",
        "github_token": "12345678",
        "DB_PASSWORD": "12345678",
        "X_CREDENTIALS": '{"type": "service_account", "private": "x"}',
        "MY_KEY": "1234567",
        "AUTH_URL": "{upstream}/auth.example.com",
        "HOME": "/home/somebody",
    }
    assert set(secrets_in(env)) == {"GROK_API_KEY", "github_token", "DB_PASSWORD", "X_CREDENTIALS"}


def test_without_secrets_ordinary_text_is_untouched() -> None:
    redactor = Redactor(secrets_in({"API_KEY": "short", "MODE": "test-mode-value"}))
    assert redactor.text("short test-mode-value") == "short test-mode-value"


def test_restoring_puts_known_secrets_back_and_nothing_else() -> None:
    redacted = response(b'{"echo": "REDACTED[API_TOKEN]", "x": "REDACTED[OTHER]", "y": "REDACTED"}')
    assert REDACTOR.restore(redacted).body == (
        b'{"echo": "token-0123456789", "x": "REDACTED[OTHER]", "y": "REDACTED"}'
    )
    assert REDACTOR.restore(response(b"\xffREDACTED[API_TOKEN]")).body.startswith(b"\xff")


@given(st.binary(max_size=30) | st.text(max_size=30).map(str.encode))
def test_restoring_undoes_redaction_of_an_echoed_secret(before: bytes) -> None:
    body = before + b" token-0123456789"
    if REDACTOR.restore(response(before)).body != before:
        return
    try:
        body.decode()
    except UnicodeDecodeError:
        return
    redacted = response(REDACTOR.body(body))
    assert REDACTOR.restore(redacted).body == body


def planted(interaction: Interaction, secret: str) -> Interaction:
    """Return the interaction with the secret in every place where a provider could repeat it."""
    request = interaction.request
    query = f"{'&' if '?' in request.url else '?'}key={quote(secret, safe='')}"
    text = json.dumps({secret: f"x {secret} y"}).encode()
    lines = (("x-planted", f"a {secret}"), ("Authorization", f"Bearer {secret}"))
    changed = HttpRequest(
        method=request.method,
        url=request.url + query,
        headers=(*request.headers, *lines),
        body=request.body + text,
    )
    answer = interaction.response
    if answer is not None:
        answer = HttpResponse(
            status=answer.status,
            reason=f"{answer.reason} {secret}",
            headers=(*answer.headers, ("set-cookie", secret), ("x-echo", quote(secret))),
            body=text + answer.body + secret.encode(),
        )
    return interaction.model_copy(update={"request": changed, "response": answer})


def everything(interaction: Interaction) -> list[str]:
    messages: list[Any] = [interaction.request, interaction.response]
    found = []
    for message in messages:
        if message is not None:
            found += [value for line in message.headers for value in line]
            found += [message.body.decode("latin-1"), message.body.decode("utf-8", "replace")]
            found.append(getattr(message, "url", "") + getattr(message, "reason", ""))
    return found


secret_values = st.text("abcXYZ019-_./+=%&?\"'\\ ", min_size=8, max_size=24).filter(
    lambda text: text.strip() == text and "REDACTED" not in text
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(interactions, secret_values)
def test_no_planted_secret_survives(interaction: Interaction, secret: str) -> None:
    redactor = Redactor({"API_KEY": secret})
    redacted = redactor.interaction(planted(interaction, secret))
    forms = {secret, json.dumps(secret)[1:-1], quote(secret), quote(secret, safe="")}
    for text in everything(redacted):
        cleared = text.replace("REDACTED[API_KEY]", "")
        assert not any(form in cleared for form in forms)
        assert not KEY_SHAPE.search(text)


@given(interactions, secret_values)
def test_redacting_twice_changes_nothing_more(interaction: Interaction, secret: str) -> None:
    redactor = Redactor({"API_KEY": secret})
    once = redactor.interaction(planted(interaction, secret))
    assert redactor.interaction(once) == once


@given(st.text(st.sampled_from("sk-proj Bearer\\n0123REDACTED[API_KEY]"), max_size=60))
def test_redacting_any_text_twice_changes_nothing_more(text: str) -> None:
    once = REDACTOR.text(text)
    assert REDACTOR.text(once) == once
