"""What the text of a setting stands for."""

from __future__ import annotations

from typing import Literal

import pytest

from ecritures.config.setting_texts import value_of


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (list[str], "", []),
        (list[str], "a", ["a"]),
        (list[str], " a , b,", ["a", "b"]),
        (list[str], '["a,b"]', ["a,b"]),
        (dict[str, str], "a=1, b = x=y", {"a": "1", "b": "x=y"}),
        (dict[str, str], '{"a": "1,2"}', {"a": "1,2"}),
        (Literal[200, 400], "400", 400),
        (Literal[200, 400] | None, "400", 400),
        (Literal["a", "b"], "b", "b"),
        (int, "400", "400"),
    ],
)
def test_a_text_stands_for_a_value(kind, text, value):
    assert value_of(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [(list[str], "[1"), (dict[str, str], "hush"), (dict[str, str], "{}}"), (dict[str, str], "=1")],
)
def test_a_text_that_is_neither_json_nor_a_list_is_refused_without_repeating_it(kind, text):
    with pytest.raises(ValueError, match="JSON") as caught:
        value_of(kind, text)
    assert text not in str(caught.value)
