"""One small recording for each format, written by hand."""

from __future__ import annotations

import base64
import gzip
import json

ANSWER = b'{"id":"c-1","choices":[{"text":"hi"}]}'
PROMPT = b'{"model":"grok-4","prompt":"hi"}'
URL = "https://api.x.ai/v1/completions"
PACKED = base64.b64encode(gzip.compress(ANSWER, mtime=0)).decode()

VCRPY = f"""
interactions:
- request:
    body: '{PROMPT.decode()}'
    headers:
      Content-Type:
      - application/json
    method: POST
    uri: {URL}
  response:
    body:
      string: !!binary |
        {PACKED}
    headers:
      Content-Encoding: [gzip]
      Content-Type: [application/json]
      Set-Cookie: [a=1, b=2]
    status: {{code: 200, message: OK}}
version: 1
"""

VCRPY_OLD_LIST = f"""
- request: !!python/object:vcr.request.Request
    body: '{PROMPT.decode()}'
    headers: !!python/object/apply:__builtin__.frozenset
    - - !!python/tuple [Content-Type, application/json]
    host: api.x.ai
    method: POST
    path: /v1/completions
    port: 443
    protocol: https
  response:
    body: {{string: '{ANSWER.decode()}'}}
    headers:
    - "Content-Type: application/json\\r\\n"
    - "Set-Cookie: a=1\\r\\n"
    - "Set-Cookie: b=2\\r\\n"
    status: {{code: 200, message: OK}}
"""

VCRPY_OLD_HTTPX = f"""
interactions:
- request: {{body: '{PROMPT.decode()}', headers: {{}}, method: POST, uri: '{URL}'}}
  response:
    content: '{ANSWER.decode()}'
    headers: {{content-encoding: [gzip], content-type: [application/json]}}
    http_version: HTTP/1.1
    status_code: 200
version: 1
"""

VCRPY_PARSED = f"""
interactions:
- request:
    headers: {{}}
    method: POST
    parsed_body: {{model: grok-4, prompt: hi}}
    uri: {URL}
  response:
    headers: {{content-type: [application/json]}}
    parsed_body:
      id: c-1
      choices: [{{text: hi}}]
    status: {{code: 200, message: OK}}
version: 1
"""

RUBY = f"""---
http_interactions:
- request:
    method: post
    uri: {URL}
    body:
      encoding: UTF-8
      string: '{PROMPT.decode()}'
    headers:
      Content-Type: [application/json]
  response:
    status: {{code: 200, message: OK}}
    headers:
      Content-Type: [application/json]
      Content-Encoding: [gzip]
    body:
      encoding: ASCII-8BIT
      string: !binary |-
        {PACKED}
  recorded_at: Sun, 01 Feb 2026 02:49:30 GMT
recorded_with: VCR 6.4.0
"""

R_VCR = f"""
http_interactions:
- request:
    method: POST
    uri: {URL}
    body: {{string: '{PROMPT.decode()}'}}
  response:
    status: 200
    headers: {{content-type: application/json, content-encoding: gzip}}
    body: {{string: '{ANSWER.decode()}'}}
  recorded_at: 2026-08-02 22:26:41
recorded_with: VCR-vcr/2.1.0
"""

GO_VCR = f"""---
version: 2
interactions:
    - id: 0
      request:
        proto: HTTP/1.1
        content_length: 32
        host: api.x.ai
        body: '{PROMPT.decode()}'
        headers: {{Content-Type: [application/json]}}
        url: {URL}
        method: POST
      response:
        proto: HTTP/2.0
        body: '{ANSWER.decode()}'
        headers: {{Content-Type: [application/json]}}
        status: 200 OK
        code: 200
        duration: 1m2.5s
"""

GO_VCR_1 = f"""---
version: 1
interactions:
- request:
    body: '{PROMPT.decode()}'
    form: {{}}
    headers: {{Content-Type: [application/json]}}
    url: {URL}
    method: POST
  response:
    body: '{ANSWER.decode()}'
    headers: {{Content-Type: [application/json]}}
    status: 200 OK
    code: 200
    duration: ""
"""

HTTPMOCK = f"""
when:
  path: /v1/completions
  method: POST
  query_param: []
  header:
  - name: content-type
    value: application/json
  body: '{PROMPT.decode()}'
then:
  status: 200
  header:
  - name: content-type
    value: application/json
  body: '{ANSWER.decode()}'
"""


def har(content: dict[str, object], *, encoding: str = "gzip", **more: object) -> bytes:
    entry = {
        "startedDateTime": "2026-08-17T13:58:26.542Z",
        "time": 250,
        "request": {
            "method": "POST",
            "url": URL,
            "headers": [{"name": "content-type", "value": "application/json"}],
            "postData": {"mimeType": "application/json", "text": PROMPT.decode()},
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "headers": [
                {"name": "content-type", "value": "application/json"},
                {"name": "content-encoding", "value": encoding},
            ],
            "content": content,
        },
        **more,
    }
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}}).encode()


HAR = har({"mimeType": "application/json", "text": ANSWER.decode()})

SINGLE_JSON = json.dumps(
    {
        "request": {"method": "POST", "url": URL, "headers": {}, "body": PROMPT.decode()},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Content-Type": "application/json", "Content-Encoding": "gzip"},
            "body": ANSWER.decode(),
        },
    }
).encode()


def httprr(*pairs: tuple[bytes, bytes]) -> bytes:
    records = [b"%d %d\n%s%s" % (len(one), len(two), one, two) for one, two in pairs]
    return b"httprr trace v1\n" + b"".join(records)


WIRE_REQUEST = b"POST %s HTTP/1.1\r\nHost: api.x.ai\r\n\r\n%s" % (URL.encode(), PROMPT)
WIRE_RESPONSE = b"HTTP/2.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + ANSWER
HTTPRR = httprr((WIRE_REQUEST, WIRE_RESPONSE))

SAMPLES: dict[str, tuple[str, bytes]] = {
    "vcrpy": ("vcrpy", VCRPY.encode()),
    "vcrpy list": ("vcrpy-0", VCRPY_OLD_LIST.encode()),
    "vcrpy httpx": ("vcrpy", VCRPY_OLD_HTTPX.encode()),
    "vcrpy parsed": ("vcrpy", VCRPY_PARSED.encode()),
    "ruby": ("ruby-vcr", RUBY.encode()),
    "r": ("r-vcr", R_VCR.encode()),
    "go 2": ("go-vcr", GO_VCR.encode()),
    "go 1": ("go-vcr", GO_VCR_1.encode()),
    "har": ("har", HAR),
    "single": ("single-json", SINGLE_JSON),
    "httprr": ("httprr", HTTPRR),
    "httpmock": ("httpmock", HTTPMOCK.encode()),
}
"""Format and bytes of each sample: the same exchange, in the way of its recorder."""
