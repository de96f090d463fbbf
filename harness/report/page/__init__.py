"""A stored result as one HTML file that needs no network: `render_page`."""

from harness.report.page.page import PageSource, render_page

__all__ = ["PageSource", "render_page"]
