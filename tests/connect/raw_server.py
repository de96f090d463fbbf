"""A stdio server without the SDK (and so quick to start), whose answers may break every rule."""

import json
import os
import sys
import time

RESULTS = {
    "good": {"content": [{"type": "text", "text": "good"}]},
    "no-text": {"content": [{"type": "text"}], "isError": False},
    "text-number": {"content": [{"type": "text", "text": 3}]},
    "content-object": {"content": {"a": 1}},
    "content-missing": {},
    "meta-list": {"content": [], "_meta": [1]},
    "novel": {
        "content": [{"type": "text", "text": "x", "novel": {"a": 1}}],
        "_meta": {"own/trace": 7, "io.modelcontextprotocol/stamp": 1},
        "structuredContent": {"n": 1},
    },
    "novel-type": {"content": [{"type": "novel", "x": 1}]},
}


def send(message: object) -> None:
    sys.stdout.write((message if isinstance(message, str) else json.dumps(message)) + "\n")
    sys.stdout.flush()


def call(name: str, arguments: object) -> object:
    if name == "die":
        sys.stderr.write("dying on request\n")
        sys.stderr.flush()
        os._exit(7)
    if name == "hang":
        time.sleep(60)
    if name == "garbage":
        send("this is not JSON")
        send('{"jsonrpc": "2.0"')
        return RESULTS["good"]
    if name == "env":
        return {"content": [], "structuredContent": dict(os.environ)}
    if name == "repr":
        return {"content": [], "structuredContent": {"repr": ascii(arguments)}}
    if name == "cwd":
        return {"content": [], "structuredContent": {"cwd": os.getcwd()}}
    return RESULTS[name]


def main() -> None:
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        answer = {"jsonrpc": "2.0", "id": message["id"]}
        method = message["method"]
        if method == "initialize":
            answer["result"] = {
                "protocolVersion": "2025-06-18",
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "raw", "version": "1"},
            }
        elif method == "tools/list" and "--no-tools" not in sys.argv:
            names = [*RESULTS, "die", "hang", "garbage", "env", "repr", "cwd"]
            tools = [{"name": name, "inputSchema": {"type": "object"}} for name in names]
            answer["result"] = {"tools": tools}
        elif method == "tools/call" and message["params"]["name"] == "text-id":
            answer |= {"id": str(message["id"]), "result": RESULTS["good"]}
        elif method == "tools/call":
            answer["result"] = call(message["params"]["name"], message["params"]["arguments"])
        elif "--dies-of-unknown" in sys.argv:
            sys.exit(f"KeyError: {method!r}")
        else:
            answer["error"] = {"code": -32601, "message": f"no method {method}"}
        send(answer)


main()
