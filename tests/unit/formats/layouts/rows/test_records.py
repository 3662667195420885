"""Headings that are entries, and lines that describe journals and accounts."""

from __future__ import annotations

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.core.grouping import Grouping
from ecritures.formats.definition import ReadOptions
from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.layouts.loading import ModelRefusedError, load_model
from ecritures.formats.layouts.preview import try_model
from ecritures.formats.text.encoding import Encoding
from ecritures.reading.check import CheckOptions, check_file

DELIMITED = {
    "name": "pieces",
    "input": {"dialect": {"header": False}, "records": [
        {"name": "J", "role": "journal", "when": {"startsWith": "J;"},
         "columns": {"code": 2, "title": 3}, "journal": {"code": "code", "label": "title"}},
        {"name": "C", "role": "account", "when": {"startsWith": "C;"},
         "columns": {"number": 2, "name": 3, "collective": 4},
         "account": {"number": "number", "label": "name", "general": "collective"}},
        {"name": "P", "role": "heading", "when": {"startsWith": "P;"},
         "columns": {"journal": 2, "day": 3, "piece": 4}},
        {"name": "M", "when": {"startsWith": "M;"}, "columns": {"account": 2, "sum": 3}},
    ]},
    "dates": {"formats": ["JJ/MM/AAAA"]},
    "grouping": "heading",
    "fields": {"journalCode": {"from": "journal"}, "entryDate": {"from": "day"},
               "pieceRef": {"from": "piece"}, "accountNumber": {"from": "account"},
               "amount": {"from": "sum"}},
}  # fmt: skip
TEXT = """\
J;AC;Achats
C;401000;Fournisseurs;
C;DUPONT;Dupont SARL;401000
P;AC;05/03/2026;F1
M;606000;10,00
M;DUPONT;-10,00
P;AC;05/03/2026;F1
M;606000;7,00
M;401000;-7,00
P;AC;06/03/2026;
P;BQ;07/03/2026;
M;512000;3,00
M;580000;-3,00
"""
FIXED = {
    "name": "entetes-fixes",
    "input": {"kind": "fixed", "records": [
        {"name": "E", "role": "heading", "when": {"startsWith": "E"},
         "columns": {"day": {"start": 2, "length": 8}}},
        {"name": "L", "when": {"startsWith": "L"},
         "columns": {"account": {"start": 2, "length": 6}, "sum": {"start": 8, "length": 8}}},
    ]},
    "grouping": "heading",
    "fields": {"journalCode": {"from": {"constant": "PA"}}, "entryDate": {"from": "day"},
               "accountNumber": {"from": "account"}, "amount": {"from": "sum"}},
}  # fmt: skip


def test_each_heading_is_an_entry_whatever_its_piece_and_date(file_of):
    path = file_of(TEXT)
    model = load_model(DELIMITED)
    numbers = try_model(model, path).lines["entry_number"].to_list()
    assert numbers == ["1", "1", "2", "2", "3", "3"]  # the third heading has no lines
    report = check_file(path, CheckOptions(model=model))
    assert (report.importable, report.entries, report.lines) == (True, 3, 6)
    assert report.grouping.rule == "heading"


def test_headings_of_fixed_width(file_of):
    path = file_of("E20260131\nL641000    9,00\nL421000   -9,00\nE20260131\nL645000       0\n")
    report = check_file(path, CheckOptions(model=load_model(FIXED)))
    assert (report.importable, report.entries, report.lines) == (True, 2, 3)


def test_numbers_do_not_depend_on_where_the_file_is_cut(file_of):
    path, model = file_of(TEXT), load_model(DELIMITED)
    found = []
    for size in (1 << 20, 16, 40):
        how = ReadOptions(block_bytes=size)
        reader = open_model_reader(path, model, Encoding(), how, Anomalies())
        found.append([row for block in reader.blocks() for row in block.lines.iter_rows()])
    assert found[0] == found[1] == found[2]


def test_a_request_may_group_by_heading_or_not(file_of):
    path = file_of(TEXT)
    by_piece = load_model(DELIMITED | {"grouping": "journal-piece-date"})
    assert check_file(path, CheckOptions(model=by_piece)).entries == 2
    asked = CheckOptions(model=by_piece, group_by=Grouping.HEADING)
    assert check_file(path, asked).entries == 3
    assert check_file(path, asked).grouping.rule == "heading"
    other = CheckOptions(model=load_model(DELIMITED), group_by=Grouping.PIECE_DATE)
    assert check_file(path, other).entries == 2


def test_a_line_before_any_heading_belongs_to_no_entry(file_of):
    path = file_of("M;606000;10,00\n" + TEXT)
    tried = try_model(load_model(DELIMITED), path)
    assert tried.anomalies.counts["MOD-LIG-10"] == 1
    assert not check_file(path, CheckOptions(model=load_model(DELIMITED))).importable


@pytest.mark.parametrize("text", ["J;AC;Achats\n", "P;AC;05/03/2026;F1\n", "\n\n"])
def test_a_file_without_lines_has_none(file_of, text):
    path = file_of(text)
    assert try_model(load_model(DELIMITED), path).lines.height == 0
    assert check_file(path, CheckOptions(model=load_model(DELIMITED))).anomalies.counts == {
        "FEC-FIC-02": 1
    }


def test_journals_accounts_and_third_parties_have_the_names_that_the_file_gives(file_of):
    lines = try_model(load_model(DELIMITED), file_of(TEXT)).lines
    columns = "journal_label", "account_number", "account_label", "third_party_number"
    assert lines.select(columns).rows()[:4] == [
        ("Achats", "606000", "", ""),
        ("Achats", "401000", "", "DUPONT"),
        ("Achats", "606000", "", ""),
        ("Achats", "401000", "Fournisseurs", ""),
    ]
    assert lines["third_party_label"][1] == "Dupont SARL"
    assert lines["journal_label"][-1] == ""


def refusal(document):
    with pytest.raises(ModelRefusedError) as refused:
        load_model(document)
    return refused.value.sentence


def test_headings_that_tell_entries_apart_must_be_there_and_need_no_number():
    numbered = DELIMITED["fields"] | {"entryNumber": {"from": "piece"}}
    said = refusal(DELIMITED | {"fields": numbered})
    assert "numérote lui-même les écritures" in said.fr
    assert "numbers the entries itself" in said.en
    said = refusal(DELIMITED | {"input": {"records": [{"columns": {
        "journal": "j", "day": "d", "piece": "p", "account": "c", "sum": "m"}}]}})  # fmt: skip
    assert "« heading » demande un enregistrement de rôle « heading »" in said.fr
    assert "“heading” needs a record of role “heading”" in said.en


def test_the_role_journal_says_which_columns_describe_it():
    for change, said in (
        ({"role": "account"}, "« account » (number, label) va avec le rôle « account »"),
        ({"journal": None}, "« journal » (code, label) va avec le rôle « journal »"),
        ({"journal": {"code": "code", "label": "y"}}, "colonne inconnue : y"),
    ):
        first, *others = DELIMITED["input"]["records"]
        source = DELIMITED["input"] | {"records": [first | change, *others]}
        document = DELIMITED | {"input": source}
        assert said in refusal(document).fr


@pytest.mark.parametrize("block_bytes", [40, 10_000])
def test_accounts_that_are_described_after_their_movements_are_known_for_them(file_of, block_bytes):
    described = "C;DUPONT;Dupont SARL;401000\n"
    path = file_of(TEXT.replace(described, "") + described)

    how = ReadOptions(block_bytes=block_bytes)
    reader = open_model_reader(path, load_model(DELIMITED), Encoding(), how, Anomalies())
    lines = [row for block in reader.blocks() for row in block.lines.iter_rows(named=True)]

    assert [(one["account_number"], one["third_party_number"]) for one in lines[:2]] == [
        ("606000", ""),
        ("401000", "DUPONT"),
    ]
    assert lines[1]["third_party_label"] == "Dupont SARL"


def test_an_account_of_quadra_may_be_described_below_a_complement(file_of):
    movement = "M{:<8}VE000100424F{:<20}{}+000000012000".format
    lines = [movement("9LORIOT", "Facture", "D"), movement("70600000", "Facture", "C")]
    lines += [f"C9LORIOT {'Loriot':<30}{'':59}41100000"]

    report = check_file(file_of("\r\n".join(lines)), CheckOptions(model=builtin_model("quadra")))

    assert report.importable
    assert report.anomalies.counts["MOD-CPT-01"] == 0


def test_complements_that_are_all_cut_short_leave_those_of_other_kinds(tmp_path):
    quadra = builtin_model("quadra")
    text = quadra.samples[0].text.replace("R290224+000000012000VIBQ", "R290224")
    path = tmp_path / "file"
    path.write_text(text)

    report = check_file(path, CheckOptions(model=quadra))

    assert report.anomalies.counts["FEC-FIX-02"] == 1
    assert report.checked.totals.lines == 4
