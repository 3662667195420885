"""What a program does all along a file is one finding with its count; a mistake keeps its place."""

from __future__ import annotations

import pytest

from helpers import fec, fec_xml
from helpers.layouts import changed
from helpers.reading import File, read, sentence

ENTRIES = 20
SIGNED = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in fec.COLUMNS]
HEAD = "date;journal;compte;montant;plus"
MORE = {"columns": {"date": "date", "journal": "journal", "account": "compte", "amount": "montant",
                    "more": "plus"}}  # fmt: skip


def flat(change, *, count=ENTRIES, columns=fec.COLUMNS):
    rows = fec.entries(count)
    for place, row in enumerate(rows):
        change(place, row)
    return File(fec.fec(rows, columns=columns), name=fec.NAME)


def put(**fields):
    return lambda _, row: row.update(fields)


def amounts(change):
    """Change the amounts that are not zero."""
    return lambda _, row: row.update(
        {side: change(row[side]) for side in ("Debit", "Credit") if row.get(side, "0,00") != "0,00"}
    )


def xml(entry=None, line=None, *, count=ENTRIES):
    entries = fec_xml.entries(count)
    for place, one in enumerate(entries):
        if entry:
            entry(place, one)
        for row in one["lines"] if line else ():
            line(place, row)
    return File(fec_xml.document(entries), name="079555421FEC20241231.xml")


def without(name):
    return lambda _, fields: fields.pop(name)


def label_first(_, row):
    row |= {name: row.pop(name) for name in [*row] if name != "CompteLib"}


def model(row="15/01/2024;HA;607000;{n},00;", *, count=ENTRIES, also=(), **how):
    rows = [HEAD, *(row.format(n=n) for n in range(1, count + 1)), *also]
    how = {"input__records": [MORE]} | how
    return File("\n".join([*rows, ""]).encode(), told={"model": changed(**how)})


PIECE = {"fields__pieceDate": {"from": "more"}}
SIDES = {"fields__direction": {"from": "more"}}
TABLE = {"fields__journalCode": {"from": "journal", "map": {"table": {"VE": "VT"}}}}
HABITS = [
    ("FEC-DAT-09", 40, flat(put(EcritureDate="15/01/2024"))),
    ("FEC-DAT-09", 40, flat(put(EcritureDate="2024-01-15"))),
    ("FEC-DAT-01", 40, flat(put(PieceDate="14.01.24"))),
    ("FEC-DAT-02", 40, flat(put(PieceDate="20240231"))),
    ("FEC-DAT-04", 40, flat(put(PieceDate="18500101"))),
    ("FEC-DAT-06", 40, flat(put(ValidDate="20240101"))),
    ("FEC-DAT-07", 40, flat(put(PieceDate="20240116"))),
    ("FEC-DAT-08", 40, flat(put(EcritureLet="A", DateLet="20240101"))),
    ("FEC-MNT-01", 80, flat(lambda _, row: row.update(Debit="1.00", Credit="0.00"))),
    ("FEC-MNT-02", 40, flat(amounts(lambda _: "1 200,00"))),
    ("FEC-MNT-05", 40, flat(put(Debit="1,00", Credit="1,00"))),
    ("FEC-MNT-06", 40, flat(put(Debit="0,00", Credit="0,00"))),
    ("FEC-MNT-07", 40, flat(amounts(lambda text: f"-{text}"))),
    ("FEC-DEV-01", 40, flat(put(Idevise="USD"))),
    ("FEC-DEV-03", 40, flat(put(Idevise="EUR"))),
    ("FEC-DEV-01", 40, flat(put(Montantdevise="12,00"))),
    ("FEC-DEV-02", 40, flat(put(Montantdevise="12 $", Idevise="USD"))),
    ("FEC-SEN-01", 40, flat(put(Montant="1,00", Sens="X"), columns=SIGNED)),
    ("FEC-SEN-05", 40, flat(put(Montant="1,00", Sens="d"), columns=SIGNED)),
    ("FEC-NUM-01", 19, flat(lambda at, row: row.update(EcritureNum=str(10 * (at // 2 + 1))))),
    ("FEC-NUM-03", 19, flat(lambda at, row: row.update(EcritureNum=str(50 - at // 2)))),
    ("FEC-ECR-03", 20, flat(lambda at, row: row.update(EcritureDate=f"2024011{at % 2}"))),
    ("FEC-ECR-04", 20, flat(lambda at, row: row.update(EcritureNum=str(at % 20 + 1)))),
    ("FEC-XML-03", 20, xml(without("ValidDate"))),
    ("FEC-XML-03", 40, xml(line=without("CompteLib"))),
    ("FEC-XML-04", 40, xml(line=label_first)),
    ("FEC-XML-06", 20, xml(put(Etat="valide"))),
    ("FEC-XML-07", 40, xml(line=put(Debit="1.00", Credit="1.00"))),
    ("FEC-XML-10", 20, xml(lambda _, one: one.update(lines=one["lines"][:1]))),
    ("FEC-XML-11", 40, xml(line=amounts(lambda _: "1.2E2"))),
    ("FEC-XML-12", 40, xml(put(PieceDate="14/01/2024"))),
    ("FEC-XML-12", 40, xml(put(ValidDate="20240131"))),
    ("FEC-XML-13", 40, xml(put(EcritureDate="20240115"))),
    ("FEC-XML-13", 40, xml(put(EcritureDate="15/01/2024"))),
    ("FEC-XML-14", 40, xml(line=put(CompteNum="40.1"))),
    ("FEC-XML-17", 40, xml(line=amounts(lambda text: text.replace(".", ",")))),
    ("FEC-XML-17", 40, xml(line=amounts(lambda text: f"{text} €"))),
    ("MOD-DAT-01", 20, model("2024-01-15;HA;607000;{n},00;")),
    ("MOD-DAT-01", 20, model("15.01.24;HA;607000;{n},00;")),
    ("MOD-DAT-02", 20, model("15/01/2024;HA;607000;{n},00;hier", **PIECE)),
    ("MOD-DAT-04", 20, model("45306;HA;607000;{n},00;")),
    ("MOD-MNT-01", 20, model("15/01/2024;HA;607000;{n}.00;")),
    ("MOD-MNT-01", 20, model("15/01/2024;HA;607000;?{n};")),
    ("MOD-MNT-03", 20, model("15/01/2024;HA;607000;{n}E+02;")),
    ("MOD-SEN-01", 20, model("15/01/2024;HA;607000;{n},00;plus", **SIDES)),
    ("MOD-TAB-01", 20, model(**TABLE)),
    ("MOD-VAL-01", 20, model(fields__journalCode={"from": "journal", "accept": "V."})),
    ("FEC-STR-07", 20, model("15/01/2024;HA;607000")),
    ("FEC-STR-07", 20, model("15/01/2024;HA;607000;{n},00;;;x")),
]  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("code", "count", "file"),
    HABITS,
    ids=[f"{code}-{place}" for place, (code, *_) in enumerate(HABITS)],
)
def test_it_is_told_once_for_each_column_with_its_exact_count(code, count, file):
    result = read(file)

    told = result.of(code)
    assert result.counts[code] == count
    assert len({one.column for one in told}) == len(told)
    assert all("×" not in sentence(one) for one in told)


def most(**fields):
    """Change three lines of four."""
    return lambda place, row: row.update(fields) if place % 4 else None


SINGLE = [
    row | ({"Debit": "0,00"} if place < 30 else {})
    for place, row in enumerate(fec.entries(ENTRIES))
    if place % 2 == 0 or place >= 30
]
MOST = [
    ("FEC-ENC-06", 30, flat(most(EcritureLib="a\x07b"))),
    ("FEC-ECR-02", 15, File(fec.fec(SINGLE), name=fec.NAME)),
    ("FEC-ECR-06", 20, flat(lambda place, row: row.update(EcritureDate=f"2024011{place % 2}"))),
    ("FEC-ECR-07", 20, flat(lambda place, row: row.update(ValidDate=f"2024020{1 + place % 2}"))),
    ("FEC-ORD-01", 19, flat(lambda place, row: row.update(ValidDate=f"202402{29 - place // 2}"))),
    ("FEC-CPT-04", 38, flat(lambda place, row: row.update(CompteLib=f"Compte {place}"))),
    ("FEC-LET-01", 30, flat(lambda place, row: row.update(
        EcritureLet="A", DateLet="" if place % 4 else "20240131"))),
    ("FEC-LET-02", 40, flat(lambda place, row: row.update(
        EcritureLet=f"L{place}", DateLet="20240131"))),
    ("FEC-SEN-01", 30, flat(lambda place, row: row.update(
        Montant="1,00", Sens="Débit" if place % 4 else "D"), columns=SIGNED)),
    ("FEC-MNT-03", 30, flat(most(Debit="(1,00)"))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "count", "file"), MOST, ids=[code for code, *_ in MOST])
def test_what_most_have_is_told_once_with_its_exact_count(code, count, file):
    result = read(file)

    assert result.counts[code] == count
    (told,) = result.of(code)
    assert f"{count} " in sentence(told)
    assert "×" not in sentence(told)


@pytest.mark.parametrize(
    ("file", "said"),
    [  # one of each reader
        (
            flat(put(Idevise="USD")),
            "Idevise « USD » sans Montantdevise (40 fois dans le fichier)",
        ),
        (
            xml(without("ValidDate")),
            "L'élément ValidDate manque (20 fois dans le fichier)",
        ),
        (
            model("{n}/1/24;HA;607000;1,00;", fields__journalCode={"from": "journal"}),
            (
                "date : la date « 1/1/24 » est écrite autrement ; le modèle attend JJ/MM/AAAA"
                " (20 fois dans le fichier)"
            ),
        ),
    ],
    ids=["text", "xml", "model"],
)
def test_its_sentence_is_that_of_its_first_line_and_says_how_often(file, said):
    assert said in [sentence(one) for one in read(file).found]


def at(places, change):
    return lambda place, row: change(place, row) if place in places else None


KNOWN, UNKNOWN = "15/01/2024;VE;607000;1,00;", "15/01/2024;{};607000;1,00;"
RARE = (7, 501, 900)
MISTAKES = [
    ("FEC-DAT-07", (9, 503, 902), flat(at(RARE, put(PieceDate="20240116")), count=500)),
    ("FEC-DEV-01", (9, 503, 902), flat(at(RARE, put(Idevise="USD")), count=500)),
    ("FEC-MNT-07", (9, 503, 902), flat(at(RARE, put(Debit="-1,00")), count=500)),
    ("FEC-NUM-01", (32,), flat(lambda at, row: row.update(EcritureNum=str(at // 2 + (at > 29))))),
    ("FEC-XML-13", (21, 22), xml(at((4,), put(EcritureDate="20240115")))),
    ("FEC-XML-14", (21, 22), xml(line=at((4,), put(CompteNum="40.1")))),
    ("FEC-XML-03", (21,), xml(at((4,), without("ValidDate")))),
    ("MOD-DAT-01", (22,), model(also=["2024-01-15;HA;607000;1,00;"])),
    ("MOD-MNT-01", (22,), model(also=["15/01/2024;HA;607000;1.00;"])),
    ("MOD-TAB-01", (22, 23), model(KNOWN, also=[UNKNOWN.format("HA")] * 2, **TABLE)),
    ("FEC-STR-07", (22,), model(also=["15/01/2024;HA;607000"])),
]  # fmt: skip


@pytest.mark.parametrize(("code", "lines", "file"), MISTAKES, ids=[code for code, *_ in MISTAKES])
def test_a_few_mistakes_among_lines_that_are_right_keep_their_places(code, lines, file):
    assert tuple(one.line for one in read(file).of(code)) == lines


def test_a_word_that_no_table_knows_is_told_once_beside_words_that_it_knows():
    rows = [UNKNOWN.format(word) for word in ("HA", "BQ", "OD") for _ in range(12)]

    result = read(model(KNOWN, also=rows, **TABLE))

    assert [(one.line, one.value) for one in result.of("MOD-TAB-01")] == [
        (22, "12\u202f×\u202fHA"),
        (34, "12\u202f×\u202fBQ"),
        (46, "12\u202f×\u202fOD"),
    ]
    assert result.counts["MOD-TAB-01"] == 36
