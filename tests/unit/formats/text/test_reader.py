"""Bytes to lines: line ends, encodings, blocks, line numbers."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecritures.core.anomalies import Anomalies
from ecritures.formats.text import reader as text
from ecritures.formats.text.encoding import Encoding
from ecritures.formats.text.reader import (
    NotUtf8Error,
    TextReader,
    UnreadableTextError,
    raw_blocks,
    split_lines,
)


def read(path, content, *, encoding=None, block_bytes=64, line_bytes_max=1000):
    path.write_bytes(content)
    anomalies = Anomalies()
    reader = TextReader(
        path,
        encoding or Encoding(),
        anomalies,
        block_bytes=block_bytes,
        line_bytes_max=line_bytes_max,
    )
    numbered = [
        (block.first_line + index, line)
        for block in reader.blocks()
        for index, line in enumerate(block.lines)
    ]
    return numbered, anomalies


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_line_end_gives_the_same_lines(tmp_path, end, last):
    lines = [f"ligne {n} é" for n in range(1, 40)]
    content = end.join(line.encode() for line in lines) + (end if last else b"")

    numbered, anomalies = read(tmp_path / "f", content)

    assert numbered == list(enumerate(lines, 1))
    assert not anomalies.counts


@pytest.mark.parametrize("first", [b"x^", b"x\xc3\xa9"])
def test_a_text_that_begins_as_a_compressed_file_does_is_a_text(tmp_path, first):
    numbered, _ = read(tmp_path / "f", first + b"|y\nz\n")

    assert [line for _, line in numbered] == [f"{first.decode()}|y", "z"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("before", [0, 3, 40])
@pytest.mark.parametrize("block_bytes", [64, 1 << 20])
def test_the_limit_of_a_line_is_exact(tmp_path, end, before, block_bytes):
    limits = {"line_bytes_max": 50, "block_bytes": block_bytes}
    lines = [b"a" * before] * 3 + [b"b" * 50, b"c"]

    numbered, _ = read(tmp_path / "f", end.join(lines) + end, **limits)
    assert [line for _, line in numbered] == [line.decode() for line in lines]

    lines[3] += b"b"
    with pytest.raises(UnreadableTextError):
        read(tmp_path / "f", end.join(lines) + end, **limits)
    with pytest.raises(UnreadableTextError):
        read(tmp_path / "f", end.join(lines[:4]), **limits)


def test_mixed_line_ends_are_read_and_told(tmp_path):
    numbered, anomalies = read(tmp_path / "f", b"a\r\nb\nc\rd\r\n")

    assert [line for _, line in numbered] == ["a", "b", "c", "d"]
    assert anomalies.frame()["value"].to_list() == ["CRLF × 2, LF × 1, CR × 1"]


@pytest.mark.heavy
@given(
    lines=st.lists(st.text(alphabet="aé|\t €x", max_size=20), min_size=1, max_size=60),
    end=st.sampled_from(["\n", "\r\n"]),
    block_bytes=st.integers(1, 200),
)
def test_blocks_never_change_the_lines(tmp_path_factory, lines, end, block_bytes):
    path = tmp_path_factory.mktemp("text") / "f"
    content = "".join(line + end for line in lines).encode()

    numbered, _ = read(path, content, block_bytes=block_bytes)

    assert numbered == list(enumerate(lines, 1))


def test_a_return_at_the_end_of_a_block_is_not_taken_for_a_line_end(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"abc\r\ndef\r\n")

    assert list(raw_blocks(path, 4, 100)) == [b"abc\r\n", b"def\r\n"]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("block_bytes", range(1, 12))
def test_blocks_are_whole_lines_and_together_the_file(tmp_path, end, block_bytes):
    path = tmp_path / "f"
    path.write_bytes(end.join([b"a", b"", b"bcdefgh", b"ij", b"k"]))

    blocks = list(raw_blocks(path, block_bytes, 100))

    assert b"".join(blocks) == path.read_bytes()
    assert all(block.endswith(end) for block in blocks[:-1])


def test_a_line_that_never_ends_is_refused(tmp_path):
    with pytest.raises(UnreadableTextError):
        read(tmp_path / "f", b"x" * 5000, line_bytes_max=1000)


def test_a_byte_that_is_not_utf8_stops_the_strict_reading(tmp_path):
    with pytest.raises(NotUtf8Error):
        read(tmp_path / "f", b"caf\xe9\n")


def test_control_characters_are_removed_and_told(tmp_path):
    numbered, anomalies = read(tmp_path / "f", b"a\nb\x00c\n")

    assert numbered == [(1, "a"), (2, "bc")]
    assert anomalies.frame().select("code", "line", "value").rows() == [("FEC-ENC-06", 2, "0x00")]


@pytest.mark.parametrize("number", ["12\x003,45", "123\x00,45", "123,\x00\x0745"])
def test_a_control_character_in_a_number_may_stand_for_a_digit(tmp_path, number):
    numbered, anomalies = read(tmp_path / "f", f"a\t{number}\t\x00b\n".encode())

    assert numbered == [(1, "a\t" + re.sub("[\x00\x07]+", "\ufffd", number) + "\tb")]
    assert anomalies.counts == {"FEC-ENC-06": 1, "FEC-ENC-10": 1}


def test_a_mark_of_the_end_of_the_file_is_no_blank_line(tmp_path):
    numbered, anomalies = read(tmp_path / "f", b"a\r\nb\r\n\x1a")

    assert numbered == [(1, "a"), (2, "b")]
    assert anomalies.counts == {"FEC-ENC-06": 1}


def test_one_control_character_on_a_third_of_the_lines_is_told_once(tmp_path):
    content = b"".join(b"a\x1ab\n" if n % 3 == 0 else b"a\n" for n in range(60)) + b"\x00\n"

    _, anomalies = read(tmp_path / "f", content, block_bytes=1000)

    assert anomalies.counts["FEC-ENC-06"] == 21
    assert anomalies.frame().select("line", "value").rows() == [
        (1, "20\u202f×\u202f0x1A"),
        (61, "0x00"),
    ]


def test_mixed_bytes_are_each_read_as_what_they_are(tmp_path):
    content = b"caf\xc3\xa9|cr\xe8me\n"

    numbered, _ = read(tmp_path / "f", content, encoding=Encoding("iso-8859-15", mixed=True))

    assert numbered == [(1, "café|crème")]


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
