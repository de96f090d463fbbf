"""Rendering results; one file a format."""
