"""A link or a form sends a reader to pages of this service alone."""

from __future__ import annotations

import pytest

from ecritures.web.local_paths import local_path


@pytest.mark.parametrize("path", ["/", "/imports?status=3", "/dossiers/A%20B/balance#x"])
def test_a_path_of_the_service_is_kept(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "imports",
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/",
        "/a\r\nset-cookie: x",
        "/a b",
        "javascript:alert(1)",
    ],
)
def test_anything_else_is_the_home(path):
    assert local_path(path) == "/"
