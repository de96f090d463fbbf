import pytest
from pydantic import ValidationError

from harness.cassette.redact import PLACEHOLDER, RedactionRules, Redactor
from harness.records.http import HttpRequest

REDACTOR = Redactor({"API_KEY": "planted-4711-secret"})
UUID = "3b1f8a52-7c1d-4e0f-9a6b-0123456789ab"
NOBODY = "00000000-0000-4000-8000-"


def body(text: str, kind: str = "application/json", **options: object) -> str:
    redactor = Redactor({}, RedactionRules.model_validate(options)) if options else REDACTOR
    return redactor.body(text.encode(), kind).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"api_key": "abc"}', '{"api_key": "REDACTED"}'),
        ('{"accessToken":"abc", "n": 1}', '{"accessToken":"REDACTED", "n": 1}'),
        ('{"client-secret": ""}', '{"client-secret": ""}'),
        ('{"password": {"type": "string"}}', '{"password": {"type": "string"}}'),
        ('{"max_tokens": 1, "token": "The"}', '{"max_tokens": 1, "token": "The"}'),
        ('{"password": "a\\\\\\"b", "c": "d"}', '{"password": "REDACTED", "c": "d"}'),
        (
            r'{"arguments": "{\"password\": \"a\"}"}',
            r'{"arguments": "{\"password\": \"REDACTED\"}"}',
        ),
        (r'{"a": "\u0070lanted-4711-secret"}', '{"a": "REDACTED[API_KEY]"}'),
        (r'{"a": "planted\u002d4711-secret"}', '{"a": "REDACTED[API_KEY]"}'),
        ('{"password": "x planted-4711-secret"}', '{"password": "REDACTED"}'),
    ],
)
def test_values_under_names_that_leave_no_doubt_are_replaced(before: str, after: str) -> None:
    assert body(before) == after


def test_forms_are_redacted_by_the_names_of_their_fields() -> None:
    form = "grant_type=refresh&client_secret=abc&refresh_token=d%20e&x=1"
    redacted = "grant_type=refresh&client_secret=REDACTED&refresh_token=REDACTED&x=1"
    assert body(form, "application/x-www-form-urlencoded; charset=utf-8") == redacted
    assert body(form, "text/plain") == form


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://a.b/v1?key=abc&alt=sse", "https://a.b/v1?key=REDACTED&alt=sse"),
        ("https://a.b/v1?API-Key=abc#top", "https://a.b/v1?API-Key=REDACTED#top"),
        ("https://a.b/v1?key=planted-4711-secret", "https://a.b/v1?key=REDACTED[API_KEY]"),
        ("https://a.b/v1?keyboard=abc&monkey=1", "https://a.b/v1?keyboard=abc&monkey=1"),
        ("https://u:pw@a.b/x@y:z@w", "https://u:REDACTED@a.b/x@y:z@w"),
        ("https://planted-4711-secret.a.b/", "https://REDACTED.a.b/"),
        ("https://a.b/planted%2d4711%2Dsecret", "https://a.b/REDACTED[API_KEY]"),
    ],
)
def test_urls_lose_credentials_and_stay_urls(before: str, after: str) -> None:
    request = HttpRequest(method="GET", url=before)
    redacted = REDACTOR.request(request)
    assert redacted.url == after
    assert redacted.path
    assert REDACTOR.headers((("Location", before),)) == (("Location", after),)


def test_the_token_behind_a_scheme_is_known_by_itself() -> None:
    redactor = Redactor({"Authorization": "Bearer abc-4711-defgh"})
    assert redactor.text("abc-4711-defgh") == "REDACTED[Authorization]"
    assert redactor.headers((("Authorization", "Bearer abc-4711-defgh"),)) == (
        ("Authorization", "Bearer REDACTED[Authorization]"),
    )


def test_the_password_in_a_basic_credential_is_known_by_itself() -> None:
    redactor = Redactor({"Authorization": "Basic dXNlcjpzZWNyZXQtNDcxMS14"})  # user:secret-4711-x
    assert redactor.text("it is secret-4711-x") == "it is REDACTED[Authorization]"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"your team {UUID} does not", f"your team {NOBODY}"),
        (f"https://console.x.ai/team/{UUID}.", f"https://console.x.ai/team/{NOBODY}"),
        (f"your organization ({UUID}) of", f"your organization ({NOBODY}"),
        (f"(org: {UUID}, model: x)", f"(org: {NOBODY}"),
        (f'"team_id": "{UUID}"', f'"team_id": "{NOBODY}'),
        (f'"organization_uuid":"{UUID}"', f'"organization_uuid":"{NOBODY}'),
        ("in organization org-AbCdEf0123456789AbCdEf01 on", "in organization org-redacted"),
        ("proj_AbCdEf0123456789AbCdEf01", "proj_redacted"),
        ('"user_id":"user_2dHFtVWx2n56w6HkM0000000000"', '"user_id":"user_redacted'),
    ],
)
def test_identifiers_become_ones_of_the_same_form_that_name_nobody(before: str, after: str) -> None:
    redacted = REDACTOR.text(before)
    assert redacted.startswith(after)
    assert REDACTOR.text(redacted) == redacted
    assert not PLACEHOLDER.search(redacted)
    assert len(redacted) == len(before) or "redacted" in redacted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("key provided: in***ey. You", "key provided: in***ey. You"),
        ("provided: sk-pro***********iUMA. You", "provided: ***. You"),
        ("Your api key: ****-key is invalid", "Your api key: *** is invalid"),
        ('"Incorrect API key provided: abc."', '"Incorrect API key provided: REDACTED."'),
        ("API key provided: [redacted]. You", "API key provided: [redacted]. You"),
        ("a ***very*** good key", "a ***very*** good key"),
    ],
)
def test_what_an_error_repeats_of_a_key_is_replaced(before: str, after: str) -> None:
    assert REDACTOR.text(before) == after


@pytest.mark.parametrize(
    "key",
    [
        *(
            "AKIAIOSFODNN7EXAMPLE",
            "ghs_" + "a1" * 18,
            "github_pat_" + "A1" * 20,
            "glpat-" + "x" * 20,
        ),
        *(
            "xoxb-123456789012-abcdefABCDEF",
            "sk_live_" + "0aB" * 8,
            "SG." + "a" * 22 + "." + "b" * 43,
        ),
        *(
            "ya29.a0AfH6SMBx0123456789",
            "GOCSPX-0123456789abcdefghij",
            "sk-svcacct-0123456789abcdef",
        ),
        *("fw_" + "a1B" * 8, "csk-" + "a1" * 24, "tgp_v1_" + "aB_1" * 8, "tvly-dev-" + "aB1" * 8),
        *("pcsk_" + "aB_1" * 9, "jina_" + "a1" * 30, "vck_" + "aB1" * 12, "dckr_pat_" + "aB-" * 9),
        *("sq0csp-" + "aB_1" * 10, "dop_v1_" + "a1" * 32, "glagent-" + "x" * 50, "ABIA" + "A1" * 8),
        "AccountKey=" + "aB+/" * 21 + "aB==",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
        "https://x.blob.core.windows.net/a.png?se=1&sig=abcdefghijklmnop%2Bq",
    ],
)
@pytest.mark.parametrize("around", ["{}", "a {} b", '{{"a": "{}"}}'])
def test_keys_of_other_issuers_are_found_by_their_form(key: str, around: str) -> None:
    redacted = REDACTOR.text(around.format(key))
    assert PLACEHOLDER.search(redacted)
    assert key not in redacted
    assert REDACTOR.text(redacted) == redacted


def test_two_unknown_keys_stay_two_and_one_stays_one() -> None:
    first, second = "sk-" + "a" * 24, "sk-" + "b" * 24
    a, b, again = REDACTOR.text(f"{first} {second} {first}").split()
    assert a == again != b


def test_a_user_adds_rules() -> None:
    rules = RedactionRules(
        headers=frozenset({"X-Mine"}),
        query=frozenset({"mine"}),
        json_names=frozenset({"my_thing"}),
        pointers=("/a/*/b~1c", "/n"),
        patterns={"badge": r"badge (?P<secret>\d{4})"},
        secrets={"MINE": "something-of-mine"},
    )
    redactor = Redactor({}, rules)
    assert redactor.headers((("x-mine", "a"),)) == (("x-mine", "REDACTED"),)
    url = "https://a.b/?mine=1"
    assert redactor.request(HttpRequest(method="GET", url=url)).url == "https://a.b/?mine=REDACTED"
    assert redactor.text('{"myThing": "a"}') == '{"myThing": "REDACTED"}'
    assert redactor.body(b'{"a":[{"b/c":"x"},{"b/c":{"d":[1,"y"]}}],"n":5}') == (
        b'{"a":[{"b/c":"REDACTED"},{"b/c":{"d":[0,"REDACTED"]}}],"n":0}'
    )
    assert redactor.body(b"no JSON") == b"no JSON"
    assert redactor.text("badge 4711").startswith("badge REDACTED[badge:")
    assert redactor.text("something-of-mine") == "REDACTED[MINE]"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("known-secret", "planted-4711-secret"),
        ("openai-key", "sk-0123456789abcdefghij"),
        ("json-name", '{"password": "a"}'),
        ("team-uuid", f"team {UUID}"),
    ],
)
def test_a_rule_that_is_switched_off_does_nothing(rule: str, text: str) -> None:
    assert REDACTOR.text(text) != text
    off = RedactionRules(off=frozenset({rule}))
    assert Redactor({"API_KEY": "planted-4711-secret"}, off).text(text) == text


def test_rules_for_headers_and_urls_can_be_switched_off() -> None:
    off = Redactor({}, RedactionRules(off=frozenset({"header", "query", "userinfo"})))
    request = HttpRequest(method="GET", url="https://u:p@a.b/?key=x", headers=(("cookie", "a"),))
    assert off.request(request) is request


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"off": {"openai-kee"}}, "did you mean 'openai-key'"),
        ({"patterns": {"a": "("}}, "not a regular expression"),
        ({"patterns": {"a": "x*"}}, "matches the empty text"),
        ({"patterns": {"bearer": "x"}}, "'bearer' is taken"),
        ({"pointers": ["a"]}, "begins with '/'"),
        ({"header": ["a"]}, "Extra inputs"),
    ],
)
def test_wrong_rules_are_refused_with_the_reason(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        RedactionRules.model_validate(options)
