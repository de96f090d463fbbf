"""Recorded upstream interactions: finding them, explaining a miss, keeping secrets out, files."""
