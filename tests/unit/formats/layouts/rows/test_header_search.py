"""A header that is found by its names, whatever is above it."""

from __future__ import annotations

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.formats.definition import ReadOptions
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.layouts.loading import ModelRefusedError, load_model
from ecritures.formats.text.encoding import Encoding
from helpers.layouts import changed
from helpers.workbooks import xlsx, xlsx_rows

FOUND = changed(input__header={"find": ["Compte", "Montant"]}, input__dialect={"delimiter": "auto"})
HEADER = "Date;Journal;COMPTE;Montant\n"
LINES = "31/01/2024;VT;411000;1,00\n31/01/2024;VT;706000;-1,00\n"


@pytest.mark.parametrize(
    "above",
    [
        "",
        "SARL Démo\n",
        'Éditions "Lumen\n\nJournal des ventes;;;\nCompte;seul;;\n',
        "Compte des ventes, Montant total\n" * 900,
    ],
)
def test_what_is_above_the_header_is_left_out(read, above):
    tried = read(FOUND, above + HEADER + LINES)
    first = above.count("\n") + 2
    assert tried.anomalies.counts == {}
    assert tried.lines["line"].to_list() == [first, first + 1]
    assert tried.lines["debit_cents"].to_list() == [100, 0]


def test_the_header_may_be_in_a_later_block_of_the_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("Titre\n" * 50 + HEADER + LINES)
    how = ReadOptions(block_bytes=32)
    reader = open_model_reader(path, load_model(FOUND), Encoding(), how, Anomalies())
    assert [n for block in reader.blocks() for n in block.lines["line"]] == [52, 53]


def test_a_header_of_a_sheet(read):
    rows = [["Société Démo"], [], ["Date", "Journal", "Compte", "Montant"],
            ["31/01/2024", "VT", "411000", "1,00"]]  # fmt: skip
    tried = read(FOUND | {"input": FOUND["input"] | {"kind": "sheet"}}, xlsx(xlsx_rows(rows)))
    assert tried.anomalies.counts == {}
    assert tried.lines.select("line", "debit_cents").rows() == [(4, 100)]


@pytest.mark.parametrize("text", ["Titre\nDate;Journal\n" + LINES, "x\n" * 1001 + HEADER + LINES])
def test_a_file_without_such_a_header_is_refused(read, text):
    tried = read(FOUND, text)
    (found,) = tried.anomalies.frame().iter_rows(named=True)
    assert (found["code"], found["value"]) == ("MOD-ENT-01", "Compte, Montant")
    assert tried.lines.height == 0


def test_a_missing_column_is_told_at_the_line_of_the_header(read):
    tried = read(FOUND, "Titre\n\nDate;Compte;Montant\n" + LINES)
    (found,) = tried.anomalies.frame().iter_rows(named=True)
    assert (found["code"], found["line"], found["value"]) == ("MOD-COL-01", 3, "journal")


@pytest.mark.parametrize(
    "change",
    [{"dialect": {"header": False}}, {"kind": "jsonLines"}, {"dialect": {"headerRows": [2]}}],
)
def test_a_search_where_there_is_no_header_is_refused(change):
    document = FOUND | {"input": FOUND["input"] | change}
    if change.get("dialect", {}).get("header") is False:
        document["input"]["records"] = [{"columns": {
            "date": 1, "journal": 2, "account": 3, "amount": 4}}]  # fmt: skip
    with pytest.raises(ModelRefusedError) as refused:
        load_model(document)
    assert "« header » (find) demande" in refused.value.sentence.fr
    assert "“header” (find) needs" in refused.value.sentence.en
