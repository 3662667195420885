"""What a model can say, and what comes of files that are not as it says."""

from __future__ import annotations

import time

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.formats.definition import ReadOptions
from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.text.encoding import Encoding
from ecritures.reading.check import CheckOptions, check_file
from helpers.layouts import PLAIN, changed

HEADER = "date;journal;compte;montant\n"


def found(tried):
    return [
        (row["code"], row["line"], row["column"], row["value"])
        for row in tried.anomalies.frame().iter_rows(named=True)
    ]


# ── Values ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("amounts", "text", "sides"),
    [
        ({}, "12,50", (1250, 0)),
        ({}, "-12,5", (0, 1250)),
        ({"positive": "credit"}, "12,50", (0, 1250)),
        ({"decimal": "."}, "12.5", (1250, 0)),
        ({"decimal": "any"}, "12.5", (1250, 0)),
        ({"implied": 2}, "0001250", (1250, 0)),
        ({"implied": 2}, "+0001250", (1250, 0)),
        ({"implied": 2}, "-0001250", (0, 1250)),
        ({"implied": 3}, "12500", (1250, 0)),
        ({"thousands": " "}, "1 234 567,50", (123456750, 0)),
        ({"decimal": ".", "thousands": ","}, "1,234.50", (123450, 0)),
        ({"decimal": "any"}, "1,234.50", (123450, 0)),
        ({}, "1.234,50", (123450, 0)),
        ({}, "1\u202f234,50\xa0€", (123450, 0)),
        ({}, "€ 12,50", (1250, 0)),
        ({}, "12,50 EUR", (1250, 0)),
        ({}, "(12,50)", (0, 1250)),
        ({}, "(12,50 €)", (0, 1250)),
        ({}, "12,50-", (0, 1250)),
        ({}, "12,50 -", (0, 1250)),
        ({}, "\u221212,50", (0, 1250)),
        ({}, "- 1 234,50", (0, 123450)),
        ({}, "-", (0, 0)),
        ({}, " -   € ", (0, 0)),
    ],
)
def test_amounts_are_read_to_the_cent(read, amounts, text, sides):
    tried = read(changed(amounts=amounts), f"{HEADER}31/01/2024;VT;411;{text}\n")
    assert tried.lines.select("debit_cents", "credit_cents").row(0) == sides
    assert found(tried) == []


@pytest.mark.parametrize(
    ("amounts", "text", "code"),
    [
        ({}, "12.50", "MOD-MNT-01"),
        ({}, "1e3", "MOD-MNT-03"),
        ({}, "douze", "MOD-MNT-01"),
        ({}, "10,0051", "FEC-MNT-04"),
        ({}, "1,234.50", "MOD-MNT-01"),
        ({"decimal": "any"}, "1234,567", "FEC-MNT-04"),
        ({}, "12 34", "MOD-MNT-01"),
        ({}, "12,50 $", "MOD-MNT-01"),
        ({}, "(-12,50)", "MOD-MNT-01"),
        ({"implied": 3}, "12505", "MOD-MNT-01"),
        ({"implied": 2}, "12,50", "MOD-MNT-01"),
        ({"implied": 2}, "000000000001250", "MOD-MNT-01"),
        ({"thousands": " "}, "12 34", "MOD-MNT-01"),
        ({}, "99999999999999999", "FEC-MNT-08"),
    ],
)
def test_what_is_no_exact_amount_is_refused_at_its_place(read, amounts, text, code):
    tried = read(changed(amounts=amounts), f"{HEADER}31/01/2024;VT;411;{text}\n")
    assert found(tried) == [(code, 2, "montant", text)]


@pytest.mark.parametrize(
    ("dates", "text", "day"),
    [
        ({"formats": ["JJMMAA"]}, "310199", "1999-01-31"),
        ({"formats": ["JJMMAA"], "pivot": 100}, "310199", "2099-01-31"),
        ({"formats": ["JJMMAA"]}, "310124", "2024-01-31"),
        ({"formats": ["AAAA-MM-JJ", "JJ.MM.AA"]}, "31.01.24", "2024-01-31"),
        ({"formats": ["JJMMAAAA", "AAAAMMJJ"]}, "20240131", "2024-01-31"),
    ],
)
def test_dates_are_read_by_their_formats(read, dates, text, day):
    tried = read(changed(dates=dates), f"{HEADER}{text};VT;411;1,00\n")
    assert tried.lines["entry_date"][0].isoformat() == day


def test_a_date_that_is_two_days_is_refused_as_ambiguous(read):
    document = changed(dates={"formats": ["JJMMAA", "AAMMJJ"]})
    tried = read(document, f"{HEADER}240224;VT;411;1,00\n310124;VT;411;1,00\n010224;VT;411;1,00\n")
    assert found(tried) == [
        ("MOD-DAT-03", 3, "date", "310124"),
        ("MOD-DAT-03", 4, "date", "010224"),
    ]


def test_a_day_that_does_not_exist_is_no_date(read):
    tried = read(changed(), f"{HEADER}30/02/2024;VT;411;1,00\n")
    assert found(tried) == [("MOD-DAT-01", 2, "date", "30/02/2024")]


@pytest.mark.parametrize(
    ("table", "given", "value"),
    [
        ({"table": {"1": "VT"}}, "1", "VT"),
        ({"table": {"7": "PR", "706": "VT"}, "by": "root"}, "7061", "VT"),
        ({"table": {"100-199": "HA", "200-299": "VT"}, "by": "range"}, "250", "VT"),
        ({"table": {}, "unknown": "keep"}, "9", "9"),
        ({"table": {}, "unknown": "default", "default": "OD"}, "9", "OD"),
    ],
)
def test_tables_of_correspondence(read, table, given, value):
    document = changed(fields__journalCode={"from": "journal", "map": table})
    tried = read(document, f"{HEADER}31/01/2024;{given};411;1,00\n")
    assert (tried.lines["journal_code"][0], found(tried)) == (value, [])


def test_a_code_without_correspondence_is_refused(read):
    document = changed(fields__journalCode={"from": "journal", "map": {"table": {"1": "VT"}}})
    tried = read(document, f"{HEADER}31/01/2024;9;411;1,00\n")
    assert found(tried) == [("MOD-TAB-01", 2, "journal", "9")]


@pytest.mark.parametrize("journals", [["VT"] * 9 + ["V-T"], [f"V{i}T" for i in range(9)]])
def test_replacements_are_the_same_for_texts_alike_and_for_texts_that_differ(read, journals):
    replacements = [{"pattern": "^V.?T$", "by": "$1"}, {"text": "$", "by": "x"}]
    document = changed(fields__journalCode={"from": "journal", "replace": replacements})
    tried = read(document, HEADER + "".join(f"31/01/2024;{j};411;1,00\n" for j in journals))
    assert tried.lines["journal_code"].to_list() == ["x1"] * len(journals)


def test_values_are_carried_down_defaulted_padded_and_accepted(read):
    document = changed(
        fields__entryDate={"from": "date", "carry": True},
        fields__journalCode={"from": "journal", "default": "OD", "accept": "[A-Z]{2}"},
        fields__accountNumber={"from": "account", "pad": {"length": 6}},
    )
    tried = read(document, f"{HEADER}31/01/2024;;411;1,00\n;vt;706;-1,00\n")
    lines = tried.lines
    assert lines["entry_date"].n_unique() == 1
    assert lines["account_number"].to_list() == ["411000", "706000"]
    assert found(tried) == [("MOD-VAL-01", 3, "journal", "vt")]


@pytest.mark.parametrize(("how", "second"), [("entry", ""), (True, "F1")])
def test_a_value_is_carried_down_to_the_lines_of_its_entry_only(read, how, second):
    document = changed(
        input__records=[{"columns": {
            "date": "date", "journal": "journal", "account": "compte", "amount": "montant",
            "piece": "pièce",
        }}],
        fields__entryDate={"from": "date", "carry": True},
        fields__pieceRef={"from": "piece", "carry": how},
    )  # fmt: skip
    lines = (
        "31/01/2024;VT;411;1,00;F1",
        ";VT;706;-1,00;",
        "01/02/2024;VT;411;1,00;",
        ";VT;7;1,00;",
    )

    tried = read(document, HEADER.replace("\n", ";pièce\n") + "".join(f"{x}\n" for x in lines))

    assert tried.lines["piece_ref"].to_list() == ["F1", "F1", second, second]


def test_an_account_that_is_a_third_party_becomes_a_general_and_an_auxiliary_one(read):
    document = changed(
        accounts={
            "thirdParties": [
                {"startsWith": "F", "general": "401"},
                {"startsWith": "411", "general": "411", "keep": "rest"},
            ],
            "replace": [{"root": "70", "by": "71"}],
            "pad": {"length": 6},
        }
    )
    text = "".join(f"31/01/2024;VT;{account};1,00\n" for account in ("FDUPONT", "411ABC", "706"))
    lines = read(document, HEADER + text).lines
    assert lines["account_number"].to_list() == ["401000", "411000", "716000"]
    assert lines["third_party_number"].to_list() == ["FDUPONT", "ABC", ""]


def test_expressions_choose_join_slice_and_extract(read):
    document = changed(
        fields__label={"from": {"join": ["journal", {"constant": "n°"}, "account"], "with": "-"}},
        fields__pieceRef={"from": {"extract": "([0-9]+)", "of": "account"}},
        fields__lettering={
            "from": {
                "when": {"all": [{"column": "journal", "in": ["VT"]},
                                 {"not": {"column": "account", "startsWith": "7"}}]},
                "then": {"of": "account", "start": -2},
                "otherwise": {"constant": "Z"},
            }
        },
    )  # fmt: skip
    lines = read(document, f"{HEADER}31/01/2024;VT;C411;1,00\n31/01/2024;VT;706;-1,00\n").lines
    assert lines["label"].to_list() == ["VT-n°-C411", "VT-n°-706"]
    assert lines["piece_ref"].to_list() == ["411", "706"]
    assert lines["lettering"].to_list() == ["11", "Z"]


def test_lines_are_kept_by_a_condition_and_the_top_is_skipped(read):
    document = changed(input__skipLines=2)
    document["input"]["records"][0]["keep"] = {"column": "compte2", "empty": False}
    document["input"]["records"][0]["columns"]["compte2"] = "compte"
    text = f"Société\nExporté le…\n{HEADER}31/01/2024;VT;411;1,00\n;;;\n\nTOTAL;;;\n"
    tried = read(document, text)
    assert tried.lines["line"].to_list() == [4]


def test_a_field_that_begins_as_a_compressed_file_does_is_a_text(read):
    columns = {"journal": 1, "date": 2, "account": 3, "amount": 4}
    document = changed(input={"dialect": {"header": False}, "records": [{"columns": columns}]})
    lines = read(document, "x^;31/01/2024;411;1,00\nx^;31/01/2024;706;-1,00\n").lines
    assert lines["journal_code"].to_list() == ["x^", "x^"]


def test_json_lines(read):
    document = changed(input={"kind": "jsonLines", "records": [{"columns": {
        "date": "date", "journal": "journal.code", "account": "compte", "amount": "montant"}}]},
        amounts={"decimal": "."})  # fmt: skip
    text = '{"date": "31/01/2024", "journal": {"code": "VT"}, "compte": 411, "montant": 0.1}\nnon\n'
    tried = read(document, text)
    assert tried.lines.select("journal_code", "account_number", "debit_cents").row(0) == (
        *("VT", "411", 10),
    )
    assert found(tried) == [("MOD-LIG-05", 2, None, "non")]


@pytest.mark.heavy
def test_blocks_of_a_file_read_in_pieces_give_the_same_lines(tmp_path):
    """Complements, headings and folded blocks do not depend on where the file is cut."""
    for name in (
        *("quadra", "sage-mecg", "isacompta", "sage-pnm", "csv", "myunisoft"),
        *("isapaye", "paheko-simple", "quickbooks", "ebp-edi"),
    ):
        model = builtin_model(name)
        path = tmp_path / name
        path.write_bytes((model.samples[0].text or "").encode("windows-1252", "replace"))
        found = []
        for size in (1 << 20, 64, 200):
            how = ReadOptions(block_bytes=size)
            reader = open_model_reader(path, model, Encoding("windows-1252"), how, Anomalies())
            found.append([row for block in reader.blocks() for row in block.lines.iter_rows()])
        assert found[0] == found[1] == found[2]
        assert found[0]


# ── Files that are not as the model says ─────────────────────────────────────────────────────


def test_a_column_that_the_file_does_not_have_is_told_with_those_it_has(read):
    tried = read(changed(), "date;journal;account;montant\n31/01/2024;VT;411;1,00\n")
    assert found(tried) == [("MOD-COL-01", 1, None, "compte")]
    assert "account" in tried.anomalies.frame()["expected"][0]


def test_all_columns_that_are_not_there_are_told_at_once(read):
    tried = read(changed(), "date;a;b;montant\n31/01/2024;VT;411;1,00\n")
    assert found(tried) == [("MOD-COL-01", 1, None, "journal, compte")]


def test_a_header_below_titles_that_lacks_a_column_is_still_the_header(read):
    rows = "date;numéro;compte;montant\n31/01/2024;VT;411;1,00\n"
    tried = read(changed(), f"Société Lumen\nJournal des ventes\n{rows}")
    assert ("MOD-COL-01", 3, None, "journal") in found(tried)


def test_a_short_line_and_quotes_that_do_not_close(read):
    text = f'{HEADER}31/01/2024;VT;411\n31/01/2024;VT;"411;1,00\n31/01/2024;"V""T";411;1,00\n'
    tried = read(changed(), text)
    assert [one[:2] for one in found(tried)] == [("FEC-STR-07", 2), ("MOD-LIG-04", 3)]
    assert tried.lines["journal_code"].to_list() == ['V"T']


def test_a_delimiter_in_a_label_is_told_and_empty_fields_at_the_end_are_not(read):
    text = f"{HEADER}31/01/2024;VT;411;1,00;;\n31/01/2024;V;T;411;1,00\n"
    tried = read(changed(), text)
    assert found(tried) == [("FEC-STR-07", 3, None, "5")]
    assert tried.lines.height == 1


def test_a_line_of_no_known_kind(read):
    document = changed()
    document["input"]["dialect"] = {"header": False}
    document["input"]["records"] = [
        {"when": {"startsWith": "E"}, "columns": {"date": 2, "journal": 3, "account": 4,
                                                  "amount": 5}}]  # fmt: skip
    tried = read(document, "E;31/01/2024;VT;411;1,00\nX;?\n")
    assert found(tried) == [("MOD-LIG-01", 2, None, "X;?")]


@pytest.mark.timing
def test_a_pattern_that_would_backtrack_for_ever_is_linear(read):
    document = changed(fields__journalCode={"from": "journal", "accept": "(a+)+b"})
    started = time.monotonic()
    tried = read(document, f"{HEADER}31/01/2024;{'a' * 100_000};411;1,00\n")
    assert [one[0] for one in found(tried)] == ["MOD-VAL-01"]
    assert time.monotonic() - started < 30


def test_a_header_of_more_columns_than_a_model_can_name_is_refused(read):
    names = HEADER.strip() + ";x" * 997
    tried = read(PLAIN, f"{names}\n31/01/2024;VT;411000;1,00{';' * 997}\n")
    assert found(tried) == [("FEC-STR-18", 1, None, "1001")]
    names = names.removesuffix(";x")
    tried = read(PLAIN, f"{names}\n31/01/2024;VT;411000;1,00{';' * 996}\n")
    assert tried.lines["debit_cents"].to_list() == [100]


def test_the_accents_of_a_name_in_the_header_are_not_repeated(read):
    accents = "\u0301" * 100_000
    tried = read(PLAIN, HEADER.replace("date", f"date{accents}") + "non;VT;411000;1,00\n")
    ((code, line, column, value),) = found(tried)
    assert (code, line, value) == ("MOD-DAT-01", 2, "non")
    assert len(column) == 100


@pytest.mark.parametrize("text", [r"\u0000", r"VT\ud800", r"\udc00VT"])
def test_a_json_text_that_no_database_takes_is_told_with_its_line(read, text):
    columns = {"date": "date", "journal": "journal", "account": "compte", "amount": "montant"}
    document = changed(input={"kind": "jsonLines", "records": [{"columns": columns}]})
    good = '{"date": "31/01/2024", "journal": "VT\\u00e9", "compte": "411", "montant": "1,00"}\n'
    tried = read(document, good + good.replace("VT\\u00e9", text))
    assert tried.lines["journal_code"].to_list() == ["VTé"]
    assert [(code, line) for code, line, *_ in found(tried)] == [("MOD-LIG-05", 2)]


@pytest.mark.parametrize("day", ["01/01/0000", "31/12/0999"])
def test_a_day_of_a_year_without_its_four_digits_is_no_date(read, day):
    tried = read(PLAIN, HEADER + f"{day};VT;411000;1,00\n01/01/1000;VT;411000;-1,00\n")
    assert found(tried) == [("MOD-DAT-01", 2, "date", day)]


def test_a_quote_within_a_field_is_no_beginning_of_a_quoted_one(read):
    document = changed(fields__label={"from": "label"})
    document["input"]["records"][0]["columns"]["label"] = "label"
    head = HEADER.strip() + ";label\n"
    rows = ['31/01/2024;VT;411000;1,00;écran 24"', '31/01/2024;VT;706000;-1,00;"a;b"']
    tried = read(document, head + "\n".join([*rows, '31/01/2024;VT;512000;0,00;"a";"b"c"d']))
    assert tried.lines["label"].to_list() == ['écran 24"', "a;b"]
    assert [(code, line) for code, line, *_ in found(tried)] == [("MOD-LIG-04", 4)]


def test_a_quote_within_the_header_is_part_of_a_name(read):
    tried = read(PLAIN, HEADER.replace("date", 'da"te') + "31/01/2024;VT;411000;1,00\n")
    assert found(tried) == []
    assert tried.lines["debit_cents"].to_list() == [100]


def test_lines_that_follow_what_is_left_out_are_cut_all_the_same(read):
    rows = ["", "31/01/2024;VT;411000;1,00", "  ", "31/01/2024;VT;706000;-1,00", ""]
    for ends in ("\n", "\r\n"):
        tried = read(PLAIN, HEADER + ends.join(rows) + ends)
        assert tried.lines["line"].to_list() == [3, 5]
        assert tried.lines["account_number"].to_list() == ["411000", "706000"]


WORDED = """\
Date;Journal;Compte;Tiers;Libellé;Pièce;Débit;Crédit;Lettrage
31/01/2024;VT;411000;{0};nan;F1;120,00;{0};{0}
31/01/2024;VT;706000;{0};nan;F1;{0};120,00;{0}
"""


@pytest.mark.parametrize("word", ["nan", "NULL"])
def test_words_for_nothing_are_read_as_empty_and_told_once_a_column(tmp_path, word):
    path = tmp_path / "file.csv"
    path.write_text(WORDED.format(word))

    report = check_file(path, CheckOptions(model=builtin_model("csv")))

    assert report.importable
    assert report.debit_cents == report.credit_cents == 12000
    told = report.anomalies.frame().filter(code="FEC-STR-22")
    assert set(told["expected"]) == {"Tiers", "Débit", "Crédit", "Lettrage"}
    assert set(told["value"]) == {word}
