"""Scorers of answers: from a call's record to 0–1 with an explanation; see `score.score`."""
