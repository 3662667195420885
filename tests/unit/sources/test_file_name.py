"""The name of a file, by its address."""

from __future__ import annotations

import pytest

from ecritures.sources.file_name import name_in_address


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://files.example/a/079555421FEC20241231.txt", "079555421FEC20241231.txt"),
        ("https://files.example/a/b.txt?sig=x/y&sp=r", "b.txt"),
        ("https://files.example/a/b.txt#c/d", "b.txt"),
        ("https://files.example/%C3%A9t%C3%A9%2F1.txt", "été/1.txt"),
        ("https://files.example?name=a/b.txt", None),
        ("https://files.example", None),
        ("https://files.example/a/", None),
        ("https://[::1", None),
        ("DEPOT/2024/a.txt", "a.txt"),
        ("a.txt", "a.txt"),
        ("https://files.example/a%00b%0A%7F.txt", "ab.txt"),
        ("https://files.example/%00", None),
        ("", None),
    ],
)
def test_it_is_the_last_part_of_the_path(address, name):
    assert name_in_address(address) == name
