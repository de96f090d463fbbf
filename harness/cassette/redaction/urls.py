"""Parameters and credentials in URLs and forms."""

from __future__ import annotations

import re

from harness.cassette.redaction.pointers import REDACTED
from harness.cassette.redaction.rules import RedactionRules, any_of
from harness.cassette.redaction.search import Search, is_done

_USERINFO = re.compile(r"(?<=://)[^/?#\s@]*@")
_HOST = re.compile(r"(?P<scheme>[^:/?#]*://)(?P<host>[^/?#]*)")
_PLACEHOLDER = re.compile(r"REDACTED\[[^\]]*\]")


class Urls:
    """Replaces what a URL or a form carries under a name that tells of a secret."""

    def __init__(self, search: Search, rules: RedactionRules) -> None:
        self._search = search
        self._has_userinfo = rules.is_on("userinfo")
        names = rules.names("query")
        pattern = rf"((?:^|[?&;]){any_of(names)}=)([^&;#\s\"'>]+)" if names else "(?!)"
        self._parameter = re.compile(pattern)

    def form(self, text: str) -> str:
        """Return text of the form `a=b&c=d`, also behind a `?`, without values of secrets."""
        return self._parameter.sub(lambda found: found[1] + self.whole(found[2]), text)

    def whole(self, value: str) -> str:
        """Return what stands for a value that is a secret by its name."""
        known = self._search.whole.get(value)
        if known is not None:
            return known
        value = self._search.text(value)
        return value if is_done(value) else REDACTED

    def url(self, url: str) -> str:
        """Return a URL without secrets; it stays one that can be parsed."""
        if "=" not in url and "@" not in url and self._search.has_nothing(url):
            return url
        after = url
        if self._has_userinfo:
            after = _USERINFO.sub(_without_credentials, after)
        after = self._search.text(self.form(after))
        return url if after == url else _HOST.sub(_without_brackets, after, count=1)


def _without_credentials(found: re.Match[str]) -> str:
    user, colon, password = found[0][:-1].partition(":")
    return f"{user}:{REDACTED}@" if colon and password else found[0]


def _without_brackets(found: re.Match[str]) -> str:
    """Brackets in a host are an IPv6 address (RFC 3986 §3.2.2), else parsing the URL fails."""
    return found["scheme"] + _PLACEHOLDER.sub(REDACTED, found["host"])
