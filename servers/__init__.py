"""Reference MCP servers for the four completion tools of the seed documents.

`grok` (seeds 000 to 002), `gateway` (003) and `acedata` (004); each has `create_server` and runs
with `python -m servers.<name>`. They are what the harness is tried on, and know nothing of it.
"""

__version__ = "0.1.0"
