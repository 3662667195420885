"""What the tax office's own tool would say: laxer than the law here, stricter there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.fec import COLUMNS, fec
from helpers.reading import read
from helpers.rules import GOOD, flat, lettered, one, opening, purchase, raw, signed
from rule_tables import fec_xml
from rule_tables.fec_obl import cash

pytestmark = pytest.mark.heavy

NAME = "079555421FEC20241231.txt"
BASE = fec(opening())
HEADER, FIRST, SECOND = BASE.splitlines(keepends=True)


def without(name):
    return flat(opening(), shape={"columns": [column for column in COLUMNS if column != name]})


def dated(day):
    return flat(opening(1, EcritureDate=day))


def empty(column, **told):
    return flat(opening(1, **{column: ""}), **told)


def debit(text):
    return flat(one(Debit=text))


CONFORMING = {
    "a good file": GOOD,
    "a good name": flat(opening(), name=NAME),
    "a name without extension": flat(opening(), name="079555421FEC20241231"),
    "a name of seven digits": flat(opening(), name="0795554FEC20241231.txt"),
    "a decimal comma without decimals": debit("10,"),
    "a comma alone": debit(","),
    "an exponent": debit("1E1"),
    "two signs": debit("++10,00"),
    "a sign at the end": debit("10,00-"),
    "three decimals": debit("10,001"),
    "an amount of spaces": debit(" "),
    "dashes in a date": dated("2024-03-01"),
    "a date that begins with the day": dated("01/03/2024"),
    "a date with a time": dated("20240301 10:11:12"),
    "a day that no month has": dated("20240230"),
    "a month 00": dated("20240001"),
    "an optional date of zeros": flat(lettered({"DateLet": "00000000"})),
    "bytes that are not UTF-8": raw(BASE.replace(b"F1", b"F\xff", 1)),
    "an entry off balance": debit("9,99"),
    "an account of letters": flat(one(CompteNum="ABC")),
    "a gap in the numbers": flat([*opening(1), *purchase(3)]),
    "columns out of order": flat(opening(), shape={"columns": [*COLUMNS[::-1]]}),
    "a direction in lower case": signed("d", "C"),
    "two spellings of the direction": signed("D", "-1"),
    "no label of the journal, in cash accounting": cash(JournalLib=""),
    "no code of the journal, in cash accounting": cash(JournalCode=""),
    "no date of validation, in cash accounting": cash(ValidDate=""),
    "no way of payment, in cash accounting": cash(ModeRglt=""),
    "no date of payment, in cash accounting": cash("bnc-cash", DateRglt=""),
    "an XML document": fec_xml.good(),
    "an XML document on one line": fec_xml.changed(b"</ligne>\n", b"</ligne>"),
    "another encoding of XML": fec_xml.changed(b'"UTF-8"', b'"windows-1252"'),
    "a 19th column that repeats a name": flat(opening(), shape={"columns": [*COLUMNS, "Debit"]}),
    "signs on both sides": debit("5-+"),
    "a required date of zeros": flat(opening(1, ValidDate="00000000")),
    "a required date of dashes": flat(opening(1, PieceDate="--------")),
    "an amount in one column and a credit": flat(
        opening(),
        shape={"columns": [{"Debit": "Montant"}.get(name, name) for name in COLUMNS]},
    ),
    "a line feed inside a label": raw(BASE.replace(b"Facture", b"Fac\nture")),
    "a carriage return inside a label": raw(BASE.replace(b"Facture", b"Fac\rture")),
    "a name with what a browser adds": flat(opening(), name="079555421FEC20241231 (1).txt"),
    "semicolons of 2012": raw(fec(opening(), separator=";"), name="079555421FEC20121231.txt"),
    "absent data of 2012": flat(opening(1, PieceRef=""), name="079555421FEC20121231.txt"),
}
NOT_CONFORMING = {
    "a space before the first name": raw(b" " + BASE),
    "a sign first and last": debit("-12,00-"),
    "a sign alone": debit("-"),
    "a plus alone": debit("+"),
    "an exponent alone": debit("E5"),
    "line feeds after the first bytes": raw(
        fec(opening() * 20) + fec(opening() * 20, end="\n").partition(b"\n")[2]
    ),
    "CR CR LF": raw(BASE.replace(b"\r\n", b"\r\r\n")),
    "a bar in a text of XML": fec_xml.changed(b"</EcritureLib>", b" | x</EcritureLib>"),
    "a decimal point": debit("10.00"),
    "spaces between thousands": debit("1 000,00"),
    "letters for an amount": debit("abc"),
    "two minus signs": debit("--10,00"),
    "a point in a currency amount": flat(one(Montantdevise="1.5", Idevise="USD")),
    "a point in an amount with its direction": raw(
        signed("D", "C").content.replace(b"10,00", b"10.00", 1)
    ),
    "a month 13": dated("20241301"),
    "a day 32": dated("20240132"),
    "letters in a date": dated("2024AB01"),
    "a date of zeros": dated("00000000"),
    "a lettering date that is none": flat(lettered({"DateLet": "20251340"})),
    "no date of the entry": empty("EcritureDate"),
    "no number": empty("EcritureNum"),
    "no account": empty("CompteNum"),
    "no label of the account": empty("CompteLib"),
    "no label": empty("EcritureLib"),
    "a label of spaces": flat(one(EcritureLib="  ")),
    "no code of the journal": empty("JournalCode"),
    "no label of the journal": empty("JournalLib"),
    "no code of the journal, wrongly": empty("JournalCode", regime="commercial"),
    "no piece": empty("PieceRef"),
    "no date of the piece": empty("PieceDate"),
    "no date of validation": empty("ValidDate"),
    "no account in cash accounting, wrongly": cash(CompteNum=""),
    "no piece in cash accounting": cash(PieceRef=""),
    "no date of the piece in cash accounting": cash("bnc-cash", PieceDate=""),
    "a cash regime without its columns": flat(opening(), regime="ba-cash"),
    "UTF-16": flat(opening(), shape={"encoding": "utf-16"}),
    "no column Idevise": without("Idevise"),
    "a short line": raw(BASE[:-3]),
    "separators in excess": raw(HEADER + b"".join(x.strip() + b"|\r\n" for x in (FIRST, SECOND))),
    "a blank line": raw(BASE + b"\r\n"),
    "a line of spaces": raw(BASE + b"  \r\n"),
    "quotes": raw(b'"' + BASE.replace(b"|", b'"|"').replace(b"\r\n", b'"\r\n"')),
    "an exponent in XML": fec_xml.debit("1E1"),
    "a comma in XML": fec_xml.debit("10,00"),
    "an XML entry of one line": fec_xml.good(lines=fec_xml.ONE_LINE),
    "an XML document without schema": fec_xml.changed(b"XMLSchema-instance", b"autre"),
}
NO_REPORT = {
    "no header": raw(b"hello"),
    "a line too long": raw(b"x" * 2000, limits={"line_bytes_max": 1000, "block_bytes": 500}),
    "a header without names, its fields alike": raw(FIRST + SECOND),
    "two columns of one name beyond the law": flat(
        opening(), shape={"columns": [*COLUMNS, "Note", "Note"]}
    ),
    "a line feed alone after the header": raw(BASE.replace(b"\r\n", b"\n", 1)),
    "a space before FEC in the name": flat(opening(), name="079555421 FEC20241231.txt"),
    "a name without SIREN": flat(opening(), name="FEC20241231.txt"),
    "an apostrophe in the name": flat(opening(), name="079555421FEC20241231'.txt"),
    "semicolons of 2014": raw(fec(opening(), separator=";"), name="079555421FEC20141231.txt"),
    "an empty file": raw(b""),
    "a file without lines": flat([]),
    "a PDF": raw(b"%PDF"),
    "semicolons": raw(b";" * 17),
    "EBCDIC": flat(opening(), shape={"encoding": "cp500"}),
    "a narrow space in an amount": debit("1\u202f000,00"),
    "a direction that is none": signed("X", "C"),
    "a direction with a space": signed("+ 1", "-1"),
    "no direction": signed("D", ""),
    "a name without the date": flat(opening(), name="compta.txt"),
    "a name with a month that is none": flat(opening(), name="079555421FEC20242231.txt"),
    "a name of the last century": flat(opening(), name="079555421FEC19991231.txt"),
}
CASES = [
    pytest.param(file, verdict, id=name)
    for verdict, files in [
        *(("conforming", CONFORMING), ("not-conforming", NOT_CONFORMING)),
        ("no-report", NO_REPORT),
    ]
    for name, file in files.items()
]


@pytest.mark.parametrize(("file", "verdict"), CASES)
def test_the_tool_says_of(file, verdict):
    reading = read(replace(file, told=file.told | {"as_dgfip": True}))

    assert reading.official == verdict


def test_nothing_is_said_for_the_tool_when_it_is_not_asked():
    assert read(GOOD).official is None
