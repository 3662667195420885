"""Cells of a file are changed one by one; every other byte stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.formats.repair.cells import (
    BLOCK_BYTES,
    CellEdit,
    lines_at,
    numbered_lines,
    write_with_cells,
)

FILE = b"\xef\xbb\xbfCompte|Libell\xc3\xa9|Debit\r\n411|Ormeaux|12.50\r\n706|\xc3\x89t\xc3\xa9|0\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file.txt"
    path.write_bytes(FILE)
    return path


def mended(path, *edits):
    target = path.with_name("mended.txt")
    write_with_cells(path, target, edits, "utf-8", "|")
    return target.read_bytes()


def test_the_cell_alone_is_changed(file):
    found = mended(file, CellEdit(2, "Debit", "12.50", "12,50"))
    assert found == FILE.replace(b"12.50", b"12,50")


def test_several_cells_of_a_line_and_the_first_column_after_a_mark(file):
    found = mended(
        file, CellEdit(3, "Libellé", "Été", "Hiver"), CellEdit(3, "Compte", "706", "707")
    )
    assert found.endswith(b"707|Hiver|0\n")


def test_nothing_to_change_is_the_same_file(file):
    assert mended(file) == FILE


@pytest.mark.parametrize(
    "edit",
    [
        CellEdit(2, "Debit", "13", "14"),
        CellEdit(9, "Debit", "12.50", "1"),
        CellEdit(2, "Credit", "12.50", "1"),
    ],
)
def test_a_cell_that_holds_something_else_is_refused(file, edit):
    with pytest.raises(ConflictError) as refused:
        mended(file, edit)
    assert refused.value.sentence.code == "cell-changed"


@pytest.mark.parametrize("value", ["a|b", "a\nb", "\ud800"])
def test_a_value_that_would_break_the_file_is_refused(file, value):
    with pytest.raises(RefusedRequestError) as refused:
        mended(file, CellEdit(2, "Debit", "12.50", value))
    assert refused.value.sentence.code == "cell-value-invalid"


def test_lines_are_found_by_their_numbers(file):
    assert lines_at(file, {2, 3, 8}) == {
        2: b"411|Ormeaux|12.50",
        3: "706|Été|0".encode(),
    }


@given(st.lists(st.sampled_from([b"a", b"bb", b"", b"x" * 7])), st.sampled_from([b"\n", b"\r\n"]))
def test_lines_are_those_of_the_file(tmp_path_factory, lines, end):
    path = tmp_path_factory.mktemp("lines") / "file"
    path.write_bytes(b"".join(line + end for line in lines))
    found = list(numbered_lines(path))
    assert [number for number, _ in found] == list(range(1, len(lines) + 1))
    assert [line.rstrip(b"\r\n") for _, line in found] == lines


def test_a_line_end_that_two_blocks_share_is_one(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * (BLOCK_BYTES - 1) + b"\r\ny\r\n")
    assert [len(line) for _, line in numbered_lines(path)] == [BLOCK_BYTES + 1, 3]
