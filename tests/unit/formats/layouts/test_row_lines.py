"""Several lines from one row: each row an entry, unless a piece says otherwise."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.core.grouping import Grouping
from ecritures.formats.layouts.loading import ModelRefusedError, load_model
from ecritures.formats.layouts.preview import try_model
from ecritures.reading.check import CheckOptions, check_file

TWO_ACCOUNTS = {
    "name": "deux-comptes",
    "input": {"records": [{"columns": {
        "day": "Date", "debit": "Débiter", "credit": "Créditer", "piece": "Pièce", "sum": "Somme",
    }}]},
    "dates": {"formats": ["JJ/MM/AAAA"]},
    "amounts": {"negative": "otherSide"},
    "fields": {
        "entryDate": {"from": "day"}, "pieceRef": {"from": "piece"},
        "journalCode": {"from": {"constant": "OD"}},
    },
    "lines": [
        {"accountNumber": {"from": "debit"}, "debit": {"from": "sum"}},
        {"accountNumber": {"from": "credit"}, "credit": {"from": "sum"}},
    ],
}  # fmt: skip
HEADER = "Date;Débiter;Créditer;Pièce;Somme\n"
REGISTER = {
    "name": "ventes",
    "input": {"dialect": {"delimiter": ",", "header": False}, "records": [{"columns": {
        "day": 1, "number": 2, "client": 3, "net": 4, "vat": 5, "gross": 6}}]},
    "dates": {"formats": ["AAAA-MM-JJ"]},
    "amounts": {"decimal": "."},
    "fields": {"entryDate": {"from": "day"}, "entryNumber": {"from": "number"},
               "journalCode": {"from": {"constant": "VE"}}},
    "lines": [
        {"accountNumber": {"from": {"constant": "411000"}}, "thirdPartyNumber": {"from": "client"},
         "debit": {"from": "gross"}},
        {"accountNumber": {"from": {"constant": "706000"}}, "credit": {"from": "net"}},
        {"accountNumber": {"from": {"constant": "445710"}}, "credit": {"from": "vat"},
         "skipZero": True},
    ],
}  # fmt: skip


def lines_of(document, path):
    columns = "line", "entry_number", "account_number", "debit_cents", "credit_cents"
    return try_model(load_model(document), path).lines.select(columns).rows()


def checked(document, path, **told):
    return check_file(path, CheckOptions(model=load_model(document), **told))


def test_a_row_is_a_line_on_each_of_its_two_accounts(file_of):
    path = file_of(HEADER + "03/02/2026;606400;530000;;12,50\n04/02/2026;530000;512000;B1;-40,00\n")
    assert lines_of(TWO_ACCOUNTS, path) == [
        (2, "L2", "606400", 1250, 0),
        (2, "L2", "530000", 0, 1250),
        (3, "B1", "530000", 0, 4000),
        (3, "B1", "512000", 4000, 0),
    ]
    report = checked(TWO_ACCOUNTS, path)
    assert (report.importable, report.entries, report.lines) == (True, 2, 4)
    assert report.anomalies.counts["FEC-ECR-04"] == 0


def test_a_bank_book_has_its_other_side_on_one_account(file_of):
    document = {
        "name": "banque",
        "input": {"records": [{"columns": {
            "day": "Date", "account": "Contrepartie", "in": "Recettes", "out": "Dépenses"}}]},
        "dates": {"formats": ["JJ/MM/AAAA"]},
        "amounts": {"thousands": " "},
        "fields": {"entryDate": {"from": "day"}, "journalCode": {"from": {"constant": "BQ"}}},
        "lines": [
            {"accountNumber": {"from": {"constant": "512000"}},
             "debit": {"from": "in"}, "credit": {"from": "out"}},
            {"accountNumber": {"from": "account"},
             "debit": {"from": "out"}, "credit": {"from": "in"}},
        ],
    }  # fmt: skip
    path = file_of(
        "Date;Contrepartie;Recettes;Dépenses\n01/02/2026;411000;1 200,00;\n01/02/2026;606;;3,50\n"
    )
    assert lines_of(document, path) == [
        *((2, "L2", "512000", 120000, 0), (2, "L2", "411000", 0, 120000)),
        *((3, "L3", "512000", 0, 350), (3, "L3", "606", 350, 0)),
    ]
    report = checked(document, path)
    assert (report.importable, report.entries) == (True, 2)
    assert report.grouping.rule == "journal-number"


def test_rows_of_one_piece_are_one_entry(file_of):
    rows = ("03/02/2026;606400;401000;F1;10,00", "03/02/2026;445660;401000;F1;2,00")
    path = file_of(HEADER + "\n".join((*rows, rows[0].replace("F1", "F2"))) + "\n")
    report = checked(TWO_ACCOUNTS, path)
    assert (report.entries, report.lines, report.debit_cents) == (2, 6, 2200)


@pytest.mark.parametrize("rule", [Grouping.RUNNING_BALANCE, Grouping.PIECE_DATE, Grouping.NUMBER])
def test_a_row_is_never_cut_whatever_the_rule_of_grouping(file_of, rule):
    path = file_of(HEADER + "".join(f"0{day}/02/2026;606;512;P{day};0,01\n" for day in range(1, 9)))
    report = checked(TWO_ACCOUNTS, path, group_by=rule)
    assert (report.importable, report.entries, report.lines) == (True, 8, 16)
    table = report.checked.entries.table
    assert set(table["lines"]) == {2}
    (numbered,) = report.checked.entries.number_lines(
        [try_model(load_model(TWO_ACCOUNTS), path).lines]
    )
    assert numbered.begins.to_list() == [True, False] * 8
    assert numbered.entry.to_list() == [n for n in range(1, 9) for _ in range(2)]


def test_a_line_without_an_amount_is_left_out_where_the_model_says_so(file_of):
    path = file_of(
        "2026-01-05,1,DUPONT,100.00,20.00,120.00\n"
        "2026-01-06,2,DURAND,50.00,0.00,50.00\n"
        "2026-01-07,3,DURAND,30.00,,30.00\n"
    )
    assert [(number, account) for _, number, account, *_ in lines_of(REGISTER, path)] == [
        *(("1", "411000"), ("1", "706000"), ("1", "445710")),
        *(("2", "411000"), ("2", "706000")),
        *(("3", "411000"), ("3", "706000")),
    ]
    report = checked(REGISTER, path)
    assert (report.importable, report.entries, report.debit_cents) == (True, 3, 20000)


def test_what_several_lines_have_in_common_is_told_once(file_of):
    path = file_of(HEADER + "31/02/2026;606;512;A;1,00\n01/02/2026;606;512;A;douze\n")
    tried = try_model(load_model(TWO_ACCOUNTS), path)
    assert tried.anomalies.counts == {"MOD-DAT-01": 1, "MOD-MNT-01": 1}
    assert tried.names["account_number"] == "Débiter / Créditer"


def test_rows_of_nothing_but_zero_make_no_line(file_of):
    document = REGISTER | {"lines": [line | {"skipZero": True} for line in REGISTER["lines"]]}
    path = file_of("2026-01-05,1,DUPONT,0.00,,0\n")
    assert lines_of(document, path) == []
    assert checked(document, path).anomalies.counts == {"FEC-FIC-02": 1}


def test_the_lines_of_a_row_share_what_is_not_their_own(file_of):
    fields = TWO_ACCOUNTS["fields"] | {"label": {"from": "piece"}}
    lines = [TWO_ACCOUNTS["lines"][0] | {"label": {"from": {"constant": "x"}}},
             TWO_ACCOUNTS["lines"][1]]  # fmt: skip
    tried = try_model(
        load_model(TWO_ACCOUNTS | {"fields": fields, "lines": lines}),
        file_of(HEADER + "03/02/2026;606400;530000;T4;12,50\n"),
    )
    assert tried.lines.select("label", "journal_code", "entry_date").rows() == [
        *(("x", "OD", date(2026, 2, 3)), ("T4", "OD", date(2026, 2, 3))),
    ]


@pytest.mark.parametrize(
    ("change", "fr", "en"),
    [
        (
            {"lines": [{"accountNumber": {"from": "debit"}}]},
            "lines.0 : les montants se disent par debit et credit",
            "lines.0: amounts are given by debit and credit",
        ),
        (
            {"lines": [{"debit": {"from": "sum"}}]},
            "lines.0.accountNumber : manque",
            "lines.0.accountNumber: is missing",
        ),
        (
            {"lines": [*TWO_ACCOUNTS["lines"], {"accountNumber": {"from": "tva"},
                                                "debit": {"from": "sum"}}]},
            "lines.2.accountNumber.from : colonne inconnue « tva »",
            "lines.2.accountNumber.from: unknown column “tva”",
        ),
        (
            {"lines": [TWO_ACCOUNTS["lines"][0] | {"pieceRef": {"from": "piece"}}]},
            "lines.0.pieceRef : n'est pas connu",
            "lines.0.pieceRef: is not known",
        ),
        ({"lines": []}, "fields.accountNumber : manque", "fields.accountNumber: is missing"),
    ],
)  # fmt: skip
def test_lines_of_which_nothing_can_be_made_are_refused(change, fr, en):
    with pytest.raises(ModelRefusedError) as refused:
        load_model(TWO_ACCOUNTS | change)
    assert fr in refused.value.sentence.fr
    assert en in refused.value.sentence.en
