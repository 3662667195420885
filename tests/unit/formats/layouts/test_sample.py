"""The first rows of a file, cut as a document says."""

from __future__ import annotations

import pytest

from ecritures.formats.layouts.sample import read_sample


@pytest.fixture
def file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "file"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_rows_are_cut_and_numbered(file):
    found = read_sample(file('titre\n\nA;"b;c"\n1;2;3\n'), {"input": {"skipLines": 1}})
    assert found.header == ["A", "b;c"]
    assert found.rows == [(4, ["1", "2", "3"])]
    assert found.width == 3


def test_a_header_is_found_by_its_names(file):
    found = read_sample(
        file("Export\nDate;Compte\n1;2\n"), {"input": {"header": {"find": ["DATE"]}}}
    )
    assert found.header == ["Date", "Compte"]


def test_a_file_without_names(file):
    held = {"input": {"dialect": {"header": False, "delimiter": "auto"}}}
    found = read_sample(file("1|é\n2|b\n", "windows-1252"), held)
    assert (found.header, found.rows[0]) == ([], (1, ["1", "é"]))


def test_fixed_width_lines_stay_whole(file):
    found = read_sample(file("abc  \nabcdef\n"), {"input": {"kind": "fixed"}})
    assert found.rows == [(1, ["abc  "]), (2, ["abcdef"])]
    assert found.width == 6


@pytest.mark.parametrize("document", [None, 3, {"input": 3}, {"input": {"dialect": 3, "kind": 2}}])
def test_a_document_that_is_not_valid_is_cut_as_usual(file, document):
    assert read_sample(file("A;B\n1;2\n"), document).header == ["A", "B"]


def test_other_kinds_are_no_table(file):
    assert read_sample(file("<a/>"), {"input": {"kind": "xml"}}).rows == []
    assert read_sample(file("not a workbook"), {"input": {"kind": "sheet"}}).rows == []
