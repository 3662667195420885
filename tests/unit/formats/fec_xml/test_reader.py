"""What is read of the XML form of the FEC, and what its schemas refuse."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ecritures.config.settings import Settings
from ecritures.core.anomalies import Anomalies
from ecritures.core.regime import Regime
from ecritures.formats.definition import ReadOptions
from ecritures.formats.registry import open_reader
from ecritures.formats.text.encoding import Encoding
from ecritures.reading.check import CheckOptions, check_file
from helpers.fec_xml import CASH, FIRST_LINE, INSTANCE, document, entries, entry, line, lines
from helpers.paths import DATA

CASES = DATA / "fec-cases" / "xml"
OF_SMALL_FILES = {"FEC-ORD-03", "FEC-LET-03"}
NAME = "079555421FEC20241231.xml"


@pytest.fixture
def check(tmp_path):
    def run(content, *, options=None, **settings):
        path = tmp_path / NAME
        path.write_bytes(content)
        return check_file(path, options, settings=Settings(**settings))

    return run


FEBRUARY = {"EcritureDate": "2024-02-15", "PieceDate": "2024-02-15", "ValidDate": "2024-02-29"}


@pytest.fixture
def read(tmp_path):
    """Return the reader of a document and its blocks."""

    def run(content, **options):
        path = tmp_path / NAME
        path.write_bytes(content)
        reader = open_reader(path, Encoding(), ReadOptions(**options), Anomalies())
        return reader, list(reader.blocks())

    return run


def found(report):
    """What was found, the small files having neither opening entry nor lettering."""
    frame = report.anomalies.frame().select("code", "line", "column", "value")
    return [row for row in frame.rows() if row[0] not in OF_SMALL_FILES]


def codes(report):
    return {code: n for code, n in report.anomalies.counts.items() if code not in OF_SMALL_FILES}


@pytest.mark.parametrize("date", ["0000-01-01", "0000-01-01T00:00:00Z"])
def test_a_day_of_the_year_0_is_no_date(check, date):
    report = check(document(entries(1, EcritureDate=date)))
    assert report.anomalies.counts["FEC-XML-13"] == 2
    assert report.lines == 2


@pytest.mark.parametrize("name", ["EcritureLib", "PieceRef", "Autre"])
def test_what_an_entry_repeats_on_each_line_is_bounded(check, name):
    report = check(document(entries(1, **{name: "x" * 9_000})))
    assert report.lines == 2
    report = check(document(entries(1, **{name: "x" * 11_000})))
    assert ("FEC-XML-20", "ecriture: > 10000") in [
        (code, value) for code, _, _, value in found(report)
    ]
    assert not report.importable


def test_the_name_of_an_element_is_bounded(check):
    report = check(document(entries(1, **{"x" * 100: "1"})))
    assert "FEC-XML-20" not in report.anomalies.counts
    report = check(document(entries(1, **{"x" * 101: "1"})))
    assert report.anomalies.counts["FEC-XML-20"] == 1


def test_what_is_repeated_on_each_line_makes_smaller_blocks(read):
    wide = entries(1, EcritureLib="x" * 9_000, lines=[line("607000")] * 20_000)
    _, blocks = read(document(wide))
    assert sum(block.lines.height for block in blocks) == 20_000
    assert max(block.lines["label"].str.len_bytes().sum() for block in blocks) < 64 << 20


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("case", "conforming", "expected"),
    [
        ("X02-good-utf8", True, []),
        ("X04-no-validdate", False, ["FEC-OBL-02", "FEC-XML-03"]),
        ("X06-account-2digits", False, ["FEC-CPT-01"]),
        ("X07-unbalanced", False, ["FEC-ECR-01"]),
        ("X08-one-line-entry", False, ["FEC-XML-10"]),
        ("X09-date-aaaammjj", False, ["FEC-XML-12", "FEC-XML-13"]),
        ("X11-no-schema-location", False, ["FEC-XML-01"]),
        ("X14-bnct", True, []),
        ("X15-feb30", False, ["FEC-XML-12", "FEC-XML-13"]),
        ("X16-empty-piece-ref", False, ["FEC-OBL-02"]),
        ("X17-malformed", False, ["FEC-XML-20"]),
        ("X18-float-exp", True, ["FEC-XML-11"]),
    ],
)
def test_the_cases_get_the_verdict_they_are_owed(case, conforming, expected):
    report = check_file(next((CASES / case).iterdir()))

    assert report.conforming == conforming
    assert set(expected) <= set(report.anomalies.counts)
    if not expected:
        assert codes(report) == {}


@pytest.mark.parametrize(
    ("schema", "extra"),
    [
        ("VII-1", {}),
        ("VIII-3", {}),
        ("VIII-5", CASH),
        ("VIII-7", CASH | {"NatOp": "Recette", "IdClient": "C1"}),
    ],
)
@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "ISO-8859-15"])
def test_a_conforming_document_has_no_anomaly(check, schema, extra, encoding):
    report = check(document(entries(**extra), schema=schema, encoding=encoding))

    assert found(report) == []
    assert (report.format, report.layout) == ("xml", f"xml-{schema}")
    assert (report.lines, report.entries) == (6, 3)
    assert (report.debit_cents, report.credit_cents) == (36000, 36000)
    assert report.encoding == encoding.lower()


def test_lines_carry_their_journal_their_entry_and_where_they_stand(read):
    lettered = entry(EcritureLet="AB", DateLet="2024-02-01T10:00:00+01:00", ValidDate=None)
    reordered = {key: lettered[key] for key in lettered if key != "ValidDate"}
    reordered["ValidDate"] = "2024-02-02"
    _, [block] = read(document([reordered, entry(2)]))

    rows = block.lines.to_dicts()
    assert [row["line"] for row in rows] == [5, 6, 9, 10]
    assert [row["lettering"] for row in rows] == ["", "AB", "", ""]
    assert rows[1]["lettering_date"] == date(2024, 2, 1)
    assert rows[1] | {"line": 6} == rows[1] | {
        "journal_code": "HA",
        "entry_number": "1",
        "validation_date": date(2024, 2, 2),
        "label": "Facture 1 à régler",
        "account_number": "401000",
        "debit_cents": 0,
        "credit_cents": 12000,
        "splits": "",
        "attachments": "",
        "extra": None,
    }


def test_the_closing_date_is_offered(read):
    reader, _ = read(document(entries()))
    assert reader.closing_date == date(2024, 12, 31)


@pytest.mark.parametrize("words", [("D", "C"), ("d", "c"), ("+1", "-1")])
def test_reads_montant_and_sens(check, words):
    rows = [line(Montant="5.00", Sens=words[0]), line("401000", Montant="5.00", Sens=words[1])]

    report = check(document([entry(lines=rows)]))

    assert found(report) == []
    assert (report.debit_cents, report.credit_cents) == (500, 500)


def test_each_line_may_write_its_amount_its_own_way(check):
    rows = [line(Debit="5.00"), line("401000", Montant="5.00", Sens="C")]

    report = check(document([entry(lines=rows), entry(2)]))

    assert found(report) == []
    assert (report.debit_cents, report.credit_cents) == (12500, 12500)


def test_an_unknown_sens_is_told_and_blocks(check):
    rows = [line(Montant="5.00", Sens="X"), line("401000", Montant="5.00", Sens="C")]

    report = check(document([entry(lines=rows)]))

    assert found(report) == [("FEC-SEN-01", FIRST_LINE, "Sens", "X")]
    assert not report.importable


@pytest.mark.parametrize(
    ("changed", "code", "column", "importable"),
    [
        ({"Debit": "120,00"}, "FEC-XML-17", "Debit", False),
        ({"Debit": "1 120.00"}, "FEC-XML-17", "Debit", False),
        ({"Debit": "INF"}, "FEC-XML-17", "Debit", False),
        ({"Debit": "120.00-"}, "FEC-XML-17", "Debit", False),
        ({"Debit": "1E999"}, "FEC-XML-17", "Debit", False),
        ({"Debit": "120.001"}, "FEC-MNT-04", "Debit", False),
        ({"Debit": "9" * 20 + ".00"}, "FEC-MNT-08", "Debit", False),
        ({"Debit": "1.2E2"}, "FEC-XML-11", "Debit", True),
        ({"Debit": "12000e-2"}, "FEC-XML-11", "Debit", True),
        ({"Debit": "120."}, "FEC-XML-11", "Debit", True),
        ({"Debit": "120.00", "Credit": "0.00"}, "FEC-XML-07", "Debit, Credit", True),
        ({"Debit": "120.00", "Montant": "1", "Sens": "D"}, "FEC-XML-08", "Debit, Montant", False),
        ({"CompteNum": "60"}, "FEC-CPT-01", "CompteNum", True),
        ({"CompteNum": "607-1"}, "FEC-XML-14", "CompteNum", True),
        ({"CompteNum": None}, "FEC-XML-03", "CompteNum", False),
        ({"CompteLib": None}, "FEC-XML-03", "CompteLib", True),
    ],
)
def test_one_wrong_field_of_a_line_is_found_at_its_place(check, changed, code, column, importable):
    rows = lines()
    rows[0] |= changed

    report = check(document([entry(), entry(2, lines=rows)]))

    assert (code, FIRST_LINE + 4, column) in [row[:3] for row in found(report)]
    assert report.importable == importable


def test_a_negative_amount_is_shown_as_the_source_has_it(check):
    rows = [line(Debit="-5.50"), line("401000", Credit="-5.50")]

    report = check(document([entry(lines=rows)]))

    assert found(report)[0] == ("FEC-MNT-07", FIRST_LINE, "Debit", "-5.50")


@pytest.mark.parametrize("name", ["EcritureNum", "EcritureLib", "PieceRef", "ValidDate"])
def test_a_missing_element_of_an_entry_is_named(check, name):
    report = check(document([entry(**{name: None})]))

    assert ("FEC-XML-03", FIRST_LINE, name, name) in found(report)
    assert not report.conforming


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [("VIII-3", set()), ("VIII-5", {"DateRglt", "ModeRglt"}), ("VIII-7", {"DateRglt", "ModeRglt"})],
)
def test_each_schema_asks_for_its_own(check, schema, wanted):
    account = line(None, CompteLib="Achats", Debit="1.00")
    report = check(
        document([entry(lines=[account, line(Credit="1.00")])], schema=schema, journal={})
    )

    missing = {row[2] for row in found(report) if row[0] == "FEC-XML-03"}
    assert missing == wanted


def test_the_order_of_elements_is_the_schema_s(check):
    one = entry()
    swapped = {"EcritureDate": one["EcritureDate"]} | one

    report = check(document([swapped]))

    assert codes(report) == {"FEC-XML-04": 1}
    assert (report.conforming, report.importable) == (False, True)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"<PieceRef>F1</PieceRef>", b"<PieceRef>F1</PieceRef>" * 2, "FEC-XML-05"),
        (b"</ecriture>", b"<ValidDate>2024-01-31</ValidDate></ecriture>", "FEC-XML-09"),
        (b"<JournalLib>", b"<Autre>1</Autre><JournalLib>", "FEC-XML-06"),
        (b"<journal>", b"<journal>bavard", "FEC-XML-06"),
        (b"<DateCloture>2024-12-31</DateCloture>", b"", "FEC-XML-03"),
        (b"2024-12-31</DateCloture>", b"31/12/2024</DateCloture>", "FEC-XML-12"),
        (b"formatA47A-I-VII-1.xsd", b"maison.xsd", "FEC-XML-02"),
        (b"XMLSchema-instance", b"autre", "FEC-XML-01"),
        (b'encoding="UTF-8"', b'encoding="windows-1252"', "FEC-XML-16"),
        (b"<comptabilite", b"<!DOCTYPE comptabilite><comptabilite", "FEC-XML-19"),
        (b"comptabilite", b"facture", "FEC-XML-18"),
        (b"</journal>", b"", "FEC-XML-20"),
        (b"Facture 1", b"Facture &inconnue;", "FEC-XML-20"),
        (b'encoding="UTF-8"', b'encoding="klingon"', "FEC-XML-20"),
    ],
)
def test_one_change_of_the_structure_is_told(check, before, after, code):
    content = document([entry()])
    assert before in content

    report = check(content.replace(before, after))

    assert report.anomalies.counts[code] == 1
    assert not report.conforming


def test_a_document_without_entry_has_no_line(check):
    assert codes(check(document([]))) == {"FEC-FIC-02": 1}


def test_entities_are_never_expanded(check):
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'

    report = check(document([entry(EcritureLib="&a;&b;")], prolog=bomb))

    assert codes(report) == {"FEC-XML-19": 1}
    assert not report.importable


@pytest.mark.parametrize(
    "flood",
    [
        b"<x>" * 200,
        b"<x/>" * 500,
        b"<x a='" + b"y" * 40_000 + b"'/>",
        b"<x>" + b"y" * 40_000 + b"</x>",
        b"<!--" + b"y" * 40_000 + b"-->",
    ],
)
def test_depth_fields_and_texts_are_bounded(check, flood):
    content = document([entry()]).replace(b"</ligne>", flood + b"</ligne>", 1)

    report = check(content, line_bytes_max=10_000, block_bytes=4096)

    assert {"FEC-XML-20", "FEC-FIC-04"} & set(report.anomalies.counts)
    assert not report.importable


def test_what_a_company_adds_is_kept_aside(read):
    rows = lines()
    rows[0] |= {"Analytique": "<Axe>A1</Axe>", "Vide": ""}
    _, [block] = read(document([entry(lines=rows, **CASH)], schema="VIII-5"))

    first, second = block.lines["extra"].to_list()
    assert json.loads(first) == CASH | {"Analytique": "A1"}
    assert json.loads(second) == CASH


def test_both_spellings_of_the_third_party_are_read(read):
    rows = [
        {"CompteNum": "411000", "CompteLib": "C", f"{word}Num": "C1", f"{word}Lib": "L", side: "1"}
        for word, side in (("CompAux", "Debit"), ("CompteAux", "Credit"))
    ]
    _, [block] = read(document([entry(lines=rows)]))

    assert block.lines["third_party_number"].to_list() == ["C1", "C1"]


def test_a_separator_in_a_label_is_harmless(check):
    assert found(check(document([entry(EcritureLib="a|b &lt; c\t&amp; d")]))) == []


def test_a_regime_can_be_forced_and_is_found_out_without_a_schema(check):
    bare = document(entries(**CASH), location=INSTANCE)

    assert check(bare).layout == "xml-VIII-5"
    assert check(bare, options=CheckOptions(regime=Regime.BIC)).layout == "xml-VII-1"
    forced = check(document(entries()), options=CheckOptions(regime=Regime.BA_CASH))
    assert "FEC-OBL-04" in forced.anomalies.counts


@pytest.mark.heavy
@pytest.mark.parametrize("block_bytes", [50, 333, 5000, 10**6])
def test_the_size_of_a_block_changes_nothing(check, block_bytes):
    rows = lines()
    rows[1]["Credit"] = "x"
    content = document([*entries(30), entry(31, lines=rows)])

    report = check(content, block_bytes=block_bytes)

    assert found(report) == [("FEC-XML-17", FIRST_LINE + 30 * 4 + 1, "Credit", "x")]
    assert (report.lines, report.entries) == (62, 31)


def test_lines_crowded_on_one_line_of_the_file_are_told_apart(check, read):
    content = document(entries(2)).replace(b"\n", b"")

    assert codes(check(content)) == {"FEC-XML-15": 1}
    _, [block] = read(content)
    assert block.lines["line"].to_list() == [1, 2, 3, 4]


def test_a_document_cut_in_the_middle_is_refused_at_its_place(check):
    content = document(entries())

    report = check(content[: content.index(b"<EcritureNum>3")])

    assert codes(report) == {"FEC-XML-20": 1}
    assert found(report)[0][1] == FIRST_LINE + 7
    assert not report.importable


def test_a_format_can_be_forced(check):
    report = check(document(entries()), options=CheckOptions(format="fec"))
    assert "FEC-STR-02" in report.anomalies.counts


def test_the_order_is_that_of_each_journal_as_the_schema_puts_them_one_after_another(check):
    """Numbers that are common to the journals, and days, go back where a journal begins."""
    second = document([entry(2, **FEBRUARY)], journal={"JournalCode": "AN", "JournalLib": "Report"})
    journal = second[second.index(b"<journal>") : second.index(b"</exercice>")]
    days = [entry(1), entry(3, EcritureDate="2024-03-01", ValidDate="2024-03-31")]
    content = document(days).replace(b"</exercice>", journal + b"</exercice>")

    report = check(content)

    assert report.entries == 3
    assert found(report) == []


def test_days_that_go_back_within_a_journal_are_told(check):
    report = check(document([entry(1, **FEBRUARY), entry(2)]))

    assert codes(report) == {"FEC-ORD-01": 1}


def test_the_tax_of_an_invoice_does_not_bear_its_lettering(read):
    lines = [line("411000", Debit="120.00"), line("706000", Credit="100.00")]
    lines.append(line("445710", Credit="20.00"))
    lettered = entry(lines=lines, EcritureLet="AB", DateLet="2024-02-01", ValidDate=None)
    _, [block] = read(document([lettered]))

    assert block.lines["lettering"].to_list() == ["AB", "", ""]


def test_a_line_may_bear_its_own_lettering(read):
    lettered = {"EcritureLet": "B", "DateLet": "2024-02-01"}
    lines = [line("411000", Debit="120.00") | lettered, line("411001", Debit="20.00")]
    lines.append(line("706000", Credit="140.00"))
    _, [block] = read(document([entry(lines=lines)]))

    assert block.lines["lettering"].to_list() == ["B", "", ""]
    assert block.lines["lettering_date"].to_list() == [date(2024, 2, 1), None, None]
    assert block.lines["extra"].null_count() == 3


def test_a_root_whose_name_has_a_prefix_is_read_as_one_of_a_default_namespace(check):
    plain = document(entries())
    default = plain.replace(b"<comptabilite", b'<comptabilite xmlns="urn:fec"')
    prefixed = plain.replace(b"</", b"</f:").replace(b"<", b"<f:")
    prefixed = prefixed.replace(b"<f:/f:", b"</f:").replace(b"<f:?xml", b"<?xml")
    prefixed = prefixed.replace(b"<f:comptabilite", b'<f:comptabilite xmlns:f="urn:fec"')

    report = check(prefixed)

    assert report.importable
    assert report.lines == 6
    assert found(report) == found(check(default))


def test_letters_in_another_encoding_than_declared_are_counted_once(check):
    content = document([entry(EcritureLib="Crédit"), entry(2, EcritureLib="Avoir")])
    lying = content.replace(b"utf-8", b"iso-8859-1").replace(b"UTF-8", b"ISO-8859-1")
    assert lying != content
    counts = check(lying).anomalies.counts
    assert counts["FEC-ENC-08"] == 1
    assert "FEC-ENC-08" not in check(content).anomalies.counts
