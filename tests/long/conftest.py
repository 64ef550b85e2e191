"""The browser and the offices of the usual tests of pages."""

from tests.browser.conftest import browser, empty, full, office, window

__all__ = ("browser", "empty", "full", "office", "window")
