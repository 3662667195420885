"""What people call a browser."""

from __future__ import annotations

import pytest

from ecritures.web.words.browser_names import browser_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


@pytest.mark.parametrize(("agent", "expected"), [
    (f"{WINDOWS} Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
    (f"{WINDOWS} AppleWebKit/537.36 Chrome/139.0 Safari/537.36", "Chrome, Windows"),
    (f"{WINDOWS} Chrome/139.0 Safari/537.36 Edg/139.0", "Edge, Windows"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
    ("Mozilla/5.0 (Linux; Android 15) Chrome/139.0 Mobile Safari/537.36", "Chrome, Android"),
    ("curl/8.5.0", "curl"),
    ("a" * 50, "a" * 40),
    ("", ""),
])  # fmt: skip
def test_a_browser_and_its_system_are_named(agent, expected):
    assert browser_name(agent) == expected
