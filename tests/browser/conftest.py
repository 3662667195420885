"""The browser is driven by the same Node on every machine."""

from __future__ import annotations

import pytest

from helpers.node import NODE


@pytest.fixture(autouse=True)
def _node(monkeypatch):
    """Playwright's own Node needs a library that a small Debian does not have."""
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(NODE))
