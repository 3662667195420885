"""Values between quotes that go on over several lines, and quotes that only seem to."""

from __future__ import annotations

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.formats.definition import ReadOptions
from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.layouts.rows import quoted_lines
from ecritures.formats.text.encoding import Encoding

HEAD = "date;journal;compte;libellé;débit;crédit\n"
BEFORE, AFTER = "30/01/2024;VT;411000;avant;1,00;\n", "01/02/2024;VT;411000;après;1,00;\n"


@pytest.fixture
def read(file_of):
    """Read some lines; return the line and the label of each, and the codes with their lines."""

    def run(*lines, block_bytes=10_000):
        anomalies = Anomalies()
        how = ReadOptions(block_bytes=block_bytes)
        path = file_of(HEAD + "".join(lines))
        reader = open_model_reader(path, builtin_model("csv"), Encoding(), how, anomalies)
        read = [row for block in reader.blocks() for row in block.lines["line", "label"].rows()]
        return read, anomalies.frame().select("code", "line").rows()

    return run


def labelled(text):
    return f"31/01/2024;VT;411000;{text};1,00;\n"


@pytest.mark.parametrize("block_bytes", [30, 60, 97, 10_000])
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ('"une\ndeux"', "une deux"),
        ('"une;\n\n""deux"" ;\ntrois"', 'une;  "deux" ; trois'),
        ('"une\r\ndeux"', "une deux"),
    ],
)
def test_they_are_read_as_one_and_the_lines_keep_their_numbers(read, block_bytes, text, label):
    lines, found = read(BEFORE, labelled(text), AFTER, block_bytes=block_bytes)

    after = 4 + text.count("\n")
    assert lines == [(2, "avant"), (3, label), (after, "après")]
    told = [one for one in found if one[0] != "FEC-STR-11"]  # line ends of two kinds
    assert told == [("MOD-LIG-11", 3)]


def test_several_in_one_file_are_told_once(read):
    lines, found = read(labelled('"a\nb"'), BEFORE, labelled('"c\nd"'))

    assert lines == [(2, "a b"), (4, "avant"), (5, "c d")]
    assert found == [("MOD-LIG-11", 2)]


@pytest.mark.parametrize(
    "stray",
    [
        labelled('"une'),  # it has all of its fields
        '31/01/2024;VT;411000;"une\n',  # what follows is a line of its own
        '31/01/2024;VT;"411\n000" x;une;1,00;\n',  # it does not close at the end of a field
    ],
)
def test_a_quote_astray_leaves_its_own_line_out_and_no_other(read, stray):
    lines, found = read(BEFORE, stray, AFTER, labelled('"deux"'))

    assert [label for _, label in lines] == ["avant", "après", "deux"]
    assert ("MOD-LIG-04", 3) in found
    assert "MOD-LIG-11" not in {code for code, _ in found}


def test_a_quote_that_is_open_at_the_end_of_the_file_is_told(read):
    lines, found = read(BEFORE, '31/01/2024;VT;411000;"une\n', "deux\n")

    assert lines == [(2, "avant")]
    assert found[0] == ("MOD-LIG-04", 3)


@pytest.mark.parametrize(
    ("limit", "most", "text"),
    [("LINES_MAX", 3, '"a\nb\nc\nd"'), ("CHARS_MAX", 60, f'"{"a" * 30}\n{"b" * 30}"')],
)
def test_there_is_a_limit_to_what_is_put_together(read, monkeypatch, limit, most, text):
    monkeypatch.setattr(quoted_lines, limit, most)

    lines, found = read(BEFORE, labelled(text), AFTER)

    assert [label for _, label in lines] == ["avant", "après"]
    assert found[0] == ("MOD-LIG-04", 3)


def test_after_many_quotes_astray_none_is_followed_any_more(read, monkeypatch):
    monkeypatch.setattr(quoted_lines, "FAILURES_MAX", 2)
    stray = '31/01/2024;VT;411000;"une\n'

    lines, _ = read(stray, BEFORE, stray, BEFORE, labelled('"a\nb"'))

    assert [label for _, label in lines] == ["avant", "avant"]
