"""Recordings that other tools made, read as interactions."""
