"""Cutting a text into lines: short ones, cut without the column engine, like long ones."""

from __future__ import annotations

import polars as pl
import pytest

from ecritures.formats.text import reader as text
from ecritures.formats.text.reader import split_lines

ODD = [
    b"",
    b"\n",
    b"a\n",
    b"a\r\nb\r\n",
    b"a\r\r\nb\n",
    b"\r\n\r\n",
    b'"a\nb"\n',
    b"a\rb\nc\n",
    " é \n\u2028\n\x85\n".encode(),
    b"x^\n",
    b"\x1f\x8b\n",
]


@pytest.mark.parametrize("data", ODD)
def test_a_short_text_is_cut_as_a_long_one(data, monkeypatch):
    short = outcome(data)
    monkeypatch.setattr(text, "SHORT_BYTES", -1)

    assert outcome(data) == short


def test_bytes_that_are_no_text_are_refused_whatever_their_length():
    for times in (1, 10_000):
        with pytest.raises(pl.exceptions.ComputeError):
            split_lines(b"caf\xe9\n" * times)


def outcome(data):
    try:
        return split_lines(data).to_list()
    except pl.exceptions.PolarsError as error:
        return type(error)
