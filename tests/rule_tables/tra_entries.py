"""TRA: what lines of entry say."""

from __future__ import annotations

from helpers.rules import ALWAYS, ERROR, INFORMATION, NO, WARNING, rows
from helpers.tra import document, line, pair, record
from helpers.tra_cases import (
    DOSSIER,
    EXTENDED,
    GOOD,
    NO_AMOUNT,
    ONE,
    SIRET,
    SPLIT,
    TWO,
    described,
    extended,
    lines,
    split,
    standard,
)

RULES = [
    *rows(
        *("TRA-DAT-01", ERROR, ALWAYS),
        *(
            (
                3,
                "DATECOMPTABLE",
                standard({"DATECOMPTABLE": day}),
                standard(DATECOMPTABLE="29022024"),
                {"value": day.strip(), "also": ("FEC-EQU-03",)},
            )
            for day in (
                *("30022024", "20240115", "1501 024", "        ", "00000000", "01011900"),
                *("01010000", "31120999"),
            )
        ),
    ),
    *rows(
        *("TRA-DAT-02", WARNING, NO),
        (
            3,
            "ECHEANCE",
            standard({"ECHEANCE": "31042024"}),
            standard({"ECHEANCE": "30042024"}),
            {"value": "31042024"},
        ),
        (
            3,
            "DATEREFEXTERNE",
            extended({"DATEREFEXTERNE": "20240115"}),
            extended({"DATEREFEXTERNE": "15012024"}),
        ),
        (
            4,
            "VALIDDATE",
            extended(None, {"VALIDDATE": "99999999"}),
            extended(None, {"VALIDDATE": "01011900"}),
        ),
        (3, "CUTOFFDEB", extended({"CUTOFFDEB": "hier"}), extended({"CUTOFFDEB": "00000000"})),
    ),
    *rows(
        *("TRA-EXO-01", WARNING, NO),
        (
            *(4, "DATECOMPTABLE"),
            described(record("EXO", code="001", start="01012023", end="31122023")),
            described(record("EXO", code="001", start="01012024", end="31122024")),
            {"value": "20240115", "expected": "2"},
        ),
    ),
    *rows(
        *("TRA-MNT-01", ERROR, ALWAYS),
        *(
            (3, "MONTANT1", standard({"amount": text}), GOOD, {"value": text})
            for text in ("120.00", "1 120,00", "12O,00", "1e2", "120,00-+", "1.120,00")
        ),
        (3, "MONTANT1", standard({"amount": ""}), GOOD, NO_AMOUNT),
    ),
    *rows(
        *("TRA-MNT-02", ERROR, ALWAYS),
        (
            3,
            "MONTANT1",
            standard({"amount": "120,005"}),
            standard({"amount": "120,000"}),
            {"value": "120,005"},
        ),
    ),
    *rows(
        *("TRA-MNT-03", ERROR, ALWAYS),
        (
            3,
            "MONTANT1",
            standard({"amount": "1234567890123,00"}),
            standard({"amount": "0000000000120,00"}),
            {"value": "1234567890123,00"},
        ),
    ),
    *rows(
        *("TRA-MNT-04", ERROR, ALWAYS),
        (3, "CODEMONTANT", standard({"CODEMONTANT": "F--"}), GOOD, {"value": "F--"} | NO_AMOUNT),
        (3, "CODEMONTANT", standard({"CODEMONTANT": "EE-"}), GOOD, NO_AMOUNT),
        (
            3,
            "CODEMONTANT",
            standard({"CODEMONTANT": "", "DEVISE": "USD"}),
            GOOD,
            {"also": ("FEC-OBL-05", "FEC-DEV-01")},
        ),
    ),
    *rows(
        *("TRA-MNT-05", ERROR, ALWAYS),
        (
            3,
            "CODEMONTANT",
            standard({"CODEMONTANT": "D--", "DEVISE": "USD"}),
            standard(
                {"CODEMONTANT": "DE-", "DEVISE": "USD", "amount": "130,00", "MONTANT2": "120,00"}
            ),
            {"value": "D--"} | NO_AMOUNT,
        ),
    ),
    *rows(
        *("TRA-MNT-06", WARNING, NO),
        (3, "CODEMONTANT", standard(CODEMONTANT=""), GOOD, {"expected": "2"}),
        (
            4,
            "CODEMONTANT",
            standard(None, {"CODEMONTANT": "", "DEVISE": "EUR"}),
            standard(DEVISE="EUR"),
            {"expected": "1"},
        ),
    ),
    *rows(
        *("TRA-SEN-01", ERROR, ALWAYS),
        (3, "SENS", standard({"sens": "+"}), GOOD, {"value": "+"}),
        (3, "SENS", standard({"sens": ""}), GOOD),
        (3, "SENS", standard({"sens": "d"}), GOOD),
    ),
    *rows(
        *("TRA-TYP-01", WARNING, NO),
        (
            5,
            "TYPEECRITURE",
            lines(*pair(), *pair(TYPEECRITURE="S")),
            GOOD,
            {"value": "S", "expected": "2 : 120,00 / 120,00"},
        ),
        (
            (5, 7),
            "TYPEECRITURE",
            lines(*pair(), *pair(TYPEECRITURE="U"), *pair(TYPEECRITURE="R", amount="7,00")),
            GOOD,
            {"expected": ("2 : 120,00 / 120,00", "2 : 7,00 / 7,00")},
        ),
    ),
    *rows(
        *("TRA-TYP-02", ERROR, ALWAYS),
        (5, "TYPEECRITURE", lines(*pair(), line("1", "D", "1,00", TYPEECRITURE="Z")), GOOD),
        (5, "TYPEECRITURE", lines(*pair(), line("1", "D", "1,00", TYPEECRITURE=" ")), GOOD),
        expected="N, S, U, R, P",
    ),
    *rows(
        *("TRA-TYP-03", WARNING, NO),
        (
            3,
            "ECRANOUVEAU",
            extended({"ECRANOUVEAU": "ZZZ"}),
            extended({"ECRANOUVEAU": "H"}),
            {"value": "ZZZ", "expected": "N, OAN, H"},
        ),
    ),
    *rows(
        *("TRA-NUM-01", WARNING, NO),
        (
            (3, 4),
            "NUMEROPIECE",
            standard(NUMEROPIECE="A12"),
            standard(NUMEROPIECE="00000012"),
            {"value": "A12"},
        ),
    ),
    *rows(
        *("TRA-NUM-02", WARNING, NO),
        (
            5,
            None,
            lines(*pair(), *pair(NUMEROPIECE="", REFINTERNE="F2")),
            lines(*pair(NUMEROPIECE=""), *pair(NUMEROPIECE="0", REFINTERNE="F2")),
            {"value": "2"},
        ),
    ),
    *rows(
        *("TRA-LET-01", INFORMATION, NO),
        (3, None, extended({"LETTRAGE": "AA", "ETATLETTRAGE": "TL"}), EXTENDED, {"value": "1"}),
    ),
    *rows(
        *("TRA-LET-02", WARNING, NO),
        (
            (3, 4),
            "LETTRAGE",
            extended(LETTRAGE="AA", account="411000", head=DOSSIER),
            extended(LETTRAGE="AA", ETATLETTRAGE="TL", account="411000", head=DOSSIER),
            {"value": "AA", "expected": "RI"},
        ),
    ),
    *rows(
        *("TRA-OUV-01", WARNING, NO),
        (
            3,
            "JOURNAL",
            extended(ECRANOUVEAU="OAN"),
            extended(ECRANOUVEAU="OAN", JOURNAL="AN", records=[record("JAL", code="AN")]),
            {"value": "VTE"},
        ),
    ),
    *rows(
        *("TRA-ETB-01", INFORMATION, NO),
        (
            3,
            "ETABLISSEMENT",
            standard(ETABLISSEMENT="001"),
            GOOD,
            {"value": "001", "expected": "2"},
        ),
        (
            4,
            "ETABLISSEMENT",
            described(record("ETB", code="001"), first={"ETABLISSEMENT": "001"}),
            described(record("ETB", code="001", siret=SIRET), first={"ETABLISSEMENT": "001"}),
            {"expected": "1"},
        ),
    ),
    *rows(
        *("TRA-ANA-01", INFORMATION, NO),
        (
            5,
            None,
            split("7,00", TYPECPTE="O", AXE="A3"),
            split("120,00"),
            {"value": "1", "expected": "A3"},
        ),
        (
            5,
            None,
            split("7,00", TYPECPTE="O", AXE=""),
            standard(None, {"TYPECPTE": "H", "AUXILIAIRE": "S1", "AXE": "A2"}),
            {"value": "1", "expected": "?"},
        ),
    ),
    *rows(
        *("TRA-ANA-02", ERROR, ALWAYS),
        (
            5,
            "MONTANT1",
            split("20,00", "99,99"),
            split("20,00", "100,00"),
            {"value": "A1 -119,99", "expected": "-120,00"},
        ),
        (
            5,
            "MONTANT1",
            split("120,00", sens="D"),
            split("120,00"),
            {"value": "A1 120,00", "expected": "-120,00"},
        ),
    ),
    *rows(
        *("TRA-ANA-03", ERROR, ALWAYS),
        (
            5,
            "GENERAL",
            split("120,00", account="706000"),
            split("120,00"),
            {"value": "706000", "expected": "707000"},
        ),
        *(
            (
                *(5, "GENERAL", split("120,00", **{name: other}), split("120,00")),
                {"value": "707000", "expected": None},
            )
            for name, other in (
                *(("JOURNAL", "ACH"), ("DATECOMPTABLE", "16012024")),
                *(("NUMEROPIECE", "2"), ("TYPEECRITURE", "S")),
            )
        ),
        (
            3,
            "GENERAL",
            lines(line("707000", "C", "120,00", AUXILIAIRE="S1", **SPLIT), *pair()),
            GOOD,
            {"value": "707000"},
        ),
    ),
    *rows(
        *("TRA-ANA-04", WARNING, NO),
        (5, "AXE", split("120,00", AXE="B1"), split("120,00", AXE="A5"), {"value": "B1"}),
        expected="A1, A2, A3, A4, A5",
    ),
    *rows(
        *("TRA-ANA-05", ERROR, ALWAYS),
        (
            5,
            "AUXILIAIRE",
            lines(*pair(), line("707000", "C", "120,00", **SPLIT)),
            split("120,00"),
        ),
        (5, "AXE", split("120,00", AXE=""), split("120,00", AXE="A2")),
    ),
    *rows(
        *("TRA-PIE-01", INFORMATION, NO),
        (4, None, lines(ONE, line("411000", "", "", TYPECPTE="V"), TWO), GOOD, {"value": "1"}),
        (
            4,
            None,
            lines(ONE, line("411000", "", "", TYPECPTE="V")[:100], TWO),
            lines(ONE, document("facture.pdf", account="411000"), TWO),
        ),
    ),
    *rows(
        *("TRA-PIE-02", WARNING, NO),
        (
            4,
            None,
            lines(ONE, document("", account="411000"), TWO),
            lines(ONE, document("F1.pdf", account="411000"), TWO),
            {"value": ""},
        ),
        (3, None, lines(document("F1.pdf"), ONE, TWO), GOOD, {"value": "F1.pdf"}),
    ),
]
