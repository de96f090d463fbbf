"""Record, replay, attack and grade MCP tools that wrap LLM completion APIs."""
