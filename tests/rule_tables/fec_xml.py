"""FEC-XML: the XML form, and what its schemas refuse."""

from __future__ import annotations

from helpers.fec_xml import CASH, FIRST_LINE, INSTANCE, document, entry, line
from helpers.rules import ALWAYS, ERROR, INFORMATION, NO, WARNING, raw, rows

SECOND_LINE, END_OF_ENTRY = FIRST_LINE + 1, FIRST_LINE + 2
JOURNAL = {"JournalCode": "AN", "JournalLib": "À-nouveaux"}


def xml(first=None, second=None, *, told=None, lines=None, **changes):
    """A document of one entry, its lines changed or given; `changes` are of the entry."""
    debit = line("512000", Debit="10.00") | (first or {})
    credit = line("101000", Credit="10.00") | (second or {})
    one = entry(lines=[debit, credit] if lines is None else lines, **changes)
    return document([one], journal=JOURNAL, **told or {})


def good(**changes):
    return raw(xml(**changes))


def of_line(**fields):
    """The document with the first line changed."""
    return raw(xml({"Debit": "10.00"} | fields))


def amount(**fields):
    """The document with the amount of its first line told so."""
    return raw(xml({"Debit": None} | fields))


def debit(text):
    return of_line(Debit=text)


def changed(before, after, **changes):
    content = xml(**changes)
    assert before in content
    return raw(content.replace(before, after, 1))


def cash(schema="VIII-5", **changes):
    return raw(xml(told={"schema": schema}, **CASH | changes))


def root(inside):
    """A document on one line, of a schema that asks little of a journal."""
    told = f'xsi:noNamespaceSchemaLocation="VIII-3" {INSTANCE}'
    return raw(f"<comptabilite {told}>{inside}</comptabilite>".encode())


def year(inside):
    return root(f"<exercice><DateCloture>2024-12-31</DateCloture>{inside}</exercice>")


NO_ENTRY = {"also": ("FEC-FIC-02",), "also_not": ("FEC-FIC-02",)}
ONE_LINE = [line("512000", Montantdevise="1.00", Idevise="USD", Debit="0.00")]
TWO_LINES = [*ONE_LINE, ONE_LINE[0] | {"CompteNum": "101000"}]
SECOND_YEAR = xml().partition(b"<exercice>")[2].partition(b"</comptabilite>")[0]
STRAY = b"<ligne><CompteNum>411000</CompteNum><Debit>50.00</Debit></ligne>"
PLACES = (FIRST_LINE, SECOND_LINE)

RULES = [
    *rows(
        *("FEC-XML-01", ERROR, NO),
        (2, None, changed(b"XMLSchema-instance", b"autre"), good()),
        (
            *(2, None, raw(xml(told={"location": INSTANCE}))),
            changed(b"noNamespaceSchemaLocation", b"schemaLocation"),
        ),
    ),
    *rows(
        *("FEC-XML-02", ERROR, NO),
        (
            2,
            None,
            changed(b"VII-1.xsd", b"VII-2.xsd"),
            changed(b"VII-1.xsd", b"vii-1"),
            {"value": "formatA47A-I-VII-2.xsd"},
        ),
    ),
    *rows(
        *("FEC-XML-03", ERROR, NO),
        (3, "DateCloture", changed(b"<DateCloture>2024-12-31</DateCloture>", b""), good()),
        (FIRST_LINE, "PieceRef", good(PieceRef=None), good(), {"also": ("FEC-OBL-02",)}),
        (
            *(FIRST_LINE, "CompteLib", of_line(CompteLib=None), of_line(CompteLib="-")),
            {"also": ("FEC-OBL-01",)},
        ),
        (
            *(FIRST_LINE, "Sens", amount(Montant="10.00"), amount(Montant="10.00", Sens="D")),
            {"also": ("FEC-SEN-01",)},
        ),
        (
            *(FIRST_LINE, "Debit, Credit, Montant", amount(), amount(Debit="10.00")),
            {"also": ("FEC-ECR-01", "FEC-EQU-02", "FEC-OBL-05")},
        ),
        (*(FIRST_LINE, "ModeRglt", cash(ModeRglt=None), cash()),),
        (1, "journal", year(""), year("<journal/>"), NO_ENTRY),
        (1, "exercice", root(""), year("<journal/>"), NO_ENTRY),
    ),
    *rows(
        *("FEC-XML-04", ERROR, NO),
        (
            *(FIRST_LINE, "PieceRef"),
            changed(
                b"<PieceRef>F1</PieceRef><PieceDate>2024-01-14</PieceDate>",
                b"<PieceDate>2024-01-14</PieceDate><PieceRef>F1</PieceRef>",
            ),
            good(),
        ),
    ),
    *rows(
        *("FEC-XML-05", ERROR, ALWAYS),
        (
            *(FIRST_LINE, "PieceRef"),
            changed(b"<PieceRef>F1</PieceRef>", b"<PieceRef>F1</PieceRef>" * 2),
            good(),
        ),
        (
            *(15, "exercice"),
            changed(b"</comptabilite>", b"<exercice>" + SECOND_YEAR + b"</comptabilite>"),
            good(),
            {"also": ("FEC-DUP-01", "FEC-DUP-02", "FEC-NUM-02")},
        ),
    ),
    *rows(
        *("FEC-XML-06", ERROR, NO),
        (4, "Autre", changed(b"<JournalLib>", b"<Autre/><JournalLib>"), of_line(Autre="1")),
        (
            3,
            None,
            changed(b"<journal>", b"<journal>bavard"),
            changed(b"<journal>", b"<journal> "),
            {"value": "bavard"},
        ),
        (
            *(FIRST_LINE, "Autre"),
            changed(b"<CompteLib>", b"<Autre/><CompteLib>"),
            of_line(Autre=""),
        ),
        (FIRST_LINE, "DateRglt", good(**CASH | {"ModeRglt": None}), cash()),
    ),
    *rows(
        *("FEC-XML-07", ERROR, NO),
        (FIRST_LINE, "Debit, Credit", of_line(Credit="0.00"), of_line(Credit=None)),
    ),
    *rows(
        *("FEC-XML-08", ERROR, ALWAYS),
        (
            *(FIRST_LINE, "Debit, Montant", of_line(Montant="10.00", Sens="D")),
            amount(Montant="10.00", Sens="D"),
        ),
    ),
    *rows(
        *("FEC-XML-09", ERROR, ALWAYS),
        (
            *(END_OF_ENTRY, "ValidDate"),
            changed(b"</ecriture>", b"<ValidDate>2024-01-31</ValidDate></ecriture>"),
            changed(b"</ecriture>", b"<Autre>2024-01-31</Autre></ecriture>"),
            {"also_not": ("FEC-XML-06",)},
        ),
    ),
    *rows(
        *("FEC-XML-10", ERROR, NO),
        (
            *(END_OF_ENTRY - 1, None, good(lines=ONE_LINE), good(lines=TWO_LINES)),
            {"also": ("FEC-ECR-02",), "value": "1"},
        ),
    ),
    *rows(
        *("FEC-XML-11", WARNING, NO),
        (FIRST_LINE, "Debit", debit("1E1"), debit("10"), {"value": "1E1"}),
        (FIRST_LINE, "Debit", debit("10."), debit("10.0")),
        (FIRST_LINE, "Debit", debit(" 10.00"), debit("+10.00")),
    ),
    *rows(
        *("FEC-XML-12", ERROR, NO),
        (PLACES, "PieceDate", good(PieceDate="20240114"), good(PieceDate="2024-01-14Z")),
        (PLACES, "PieceDate", good(PieceDate="2023-02-29"), good(PieceDate="2020-02-29")),
        (3, "DateCloture", good(told={"closing": "31/12/2024"}), good(), {"value": "31/12/2024"}),
    ),
    *rows(
        *("FEC-XML-13", ERROR, ALWAYS),
        (PLACES, "EcritureDate", good(EcritureDate="20240115"), good(EcritureDate=" 2024-01-15 ")),
        (
            *(PLACES, "EcritureDate", good(EcritureDate="")),
            good(EcritureDate="2024-01-15T10:00:00"),
        ),
    ),
    *rows(
        *("FEC-XML-14", ERROR, NO),
        (FIRST_LINE, "CompteNum", of_line(CompteNum="512-1"), of_line(CompteNum="512A1")),
        (
            *(FIRST_LINE, "CompteNum", of_line(CompteNum="51")),
            of_line(CompteNum="512"),
            {"also": ("FEC-CPT-01",)},
        ),
    ),
    *rows(
        *("FEC-XML-15", INFORMATION, NO),
        (FIRST_LINE, None, changed(b"</ligne>\n", b"</ligne>"), good()),
    ),
    *rows(
        *("FEC-XML-16", ERROR, NO),
        (
            *(
                1,
                None,
                changed(b'"UTF-8"', b'"windows-1252"'),
                changed(b'"UTF-8"', b'"ISO-8859-1"'),
            ),
            {"value": "windows-1252", "also": ("FEC-ENC-08",), "also_not": ("FEC-ENC-08",)},
        ),
    ),
    *rows(
        *("FEC-XML-17", ERROR, ALWAYS),
        (FIRST_LINE, "Debit", debit("10,00"), debit("10.00"), {"value": "10,00"}),
        (FIRST_LINE, "Debit", debit("10.00-"), debit("1e+1"), {"also_not": ("FEC-XML-11",)}),
        expected="1234.56",
    ),
    *rows(
        *("FEC-XML-18", ERROR, ALWAYS),
        (
            *(1, None, raw(b"<compta/>"), raw(b"<comptabilite/>")),
            {"value": "<compta>", "also_not": ("FEC-FIC-02", "FEC-XML-01", "FEC-XML-03")},
        ),
    ),
    *rows(
        *("FEC-XML-19", ERROR, ALWAYS),
        (
            *(1, None, raw(b"<?xml version='1.0'?><!DOCTYPE a>"), raw(b"<?xml version='1.0'?>")),
            {"value": "<!DOCTYPE a>", "also_not": ("FEC-XML-20",)},
        ),
    ),
    *rows(
        *("FEC-XML-20", ERROR, ALWAYS),
        (
            1,
            None,
            raw(b"<"),
            raw(b"<comptabilite/>"),
            {"also_not": ("FEC-FIC-02", "FEC-XML-01", "FEC-XML-03")},
        ),
        (END_OF_ENTRY + 1, None, changed(b"</journal>", b""), good()),
        (
            1,
            None,
            changed(b'"UTF-8"', b'"klingon"'),
            changed(b'"UTF-8"', b'"utf-8"'),
            {"also": ("FEC-XML-16",)},
        ),
    ),
    # What flat files raise too, here in another notation.
    *rows(
        *("FEC-MNT-04", WARNING, ALWAYS),
        (FIRST_LINE, "Debit", debit("10.001"), debit("10.000")),
        expected="1234.56",
    ),
    *rows(
        *("FEC-MNT-07", INFORMATION, NO),
        (
            *(
                FIRST_LINE,
                "Debit",
                raw(xml({"Debit": "-10.00"}, {"Credit": None, "Debit": "10.00"})),
            ),
            good(),
        ),
    ),
    *rows(
        *("FEC-MNT-08", WARNING, ALWAYS),
        (
            *(FIRST_LINE, "Debit", debit("1000000000000.00")),
            raw(xml({"Debit": "999999999999.99"}, {"Credit": "999999999999.99"})),
        ),
        expected="≤ 999999999999.99",
    ),
    *rows(
        *("FEC-SEN-01", ERROR, ALWAYS),
        (FIRST_LINE, "Sens", amount(Montant="10.00", Sens="X"), amount(Montant="10.00", Sens="d")),
    ),
    *rows(
        *("FEC-XML-21", ERROR, ALWAYS),
        (  # after the entry, and so outside any
            *(END_OF_ENTRY, "ligne"),
            changed(b"</ecriture>", b"</ecriture>" + STRAY),
            changed(b"</ligne>", b"<Ligne>1</Ligne></ligne>"),
        ),
        (
            *(END_OF_ENTRY + 1, "ecriture"),
            changed(b"</journal>", b"</journal><ecriture/>"),
            good(),
        ),
        (FIRST_LINE, "ligne", changed(b"</ligne>", STRAY + b"</ligne>"), good()),
        (  # a company's own element of a line may hold what it likes
            *(END_OF_ENTRY, "ligne"),
            changed(b"</ecriture>", b"</ecriture><bloc>" + STRAY + b"</bloc>"),
            changed(b"</ligne>", b"<bloc>" + STRAY + b"</bloc></ligne>"),
            {"also": ("FEC-XML-06",)},
        ),
    ),
]
