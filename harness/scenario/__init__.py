"""Scenarios: calls of a target's tools and what is expected of each."""
