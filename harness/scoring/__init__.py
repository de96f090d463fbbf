"""Scores: of descriptions, and of what a call brought."""
