"""TRA: the header, the records, the lengths of lines, and what lines name."""

from __future__ import annotations

from ecritures.formats.tra.places import STANDARD
from helpers.rules import ALWAYS, ERROR, INFORMATION, NO, WARNING, raw, rows
from helpers.tra import header, line, pair, record, tra
from helpers.tra_cases import (
    ETE,
    EXTENDED,
    GOOD,
    JOURNAL,
    ONE,
    THIRD,
    TWO,
    account,
    described,
    lines,
    standard,
)


def nameless(**values):
    """An entry with no number and no document."""
    return pair(NUMEROPIECE="", REFINTERNE="", REFEXTERNE="", **values)


LETTERED = pair(form="ETE", second={"LETTRAGE": "AAAB", "ETATLETTRAGE": "TL"})
LONG = pair(form="ETE")
POINTED = pair(form="ETE", DATEPOINTAGE="31012024")
NAMED = pair(form="ETE", NUMEROPIECE="2", REFLIBRE="Un bon de commande")
FOREIGN = pair(CODEMONTANT="ED-", DEVISE="USD", MONTANT2="130,50", TAUXDEV="")[1]
CUT_AMOUNT = ("TRA-LIG-02",)


def left(line):
    """The line with its amounts on the left of their fields."""
    for name in ("MONTANT1", "MONTANT2"):
        place = STANDARD[name]
        text = line[place.start - 1 : place.end].strip().ljust(place.length)
        line = line[: place.start - 1] + text + line[place.end :]
    return line


CUT_CURRENCY = ("TRA-LIG-02", "TRA-MNT-04", "FEC-DEV-01", "FEC-OBL-05")
RULES = [
    *rows(
        *("TRA-ENT-01", ERROR, ALWAYS),
        (1, None, raw(f"{ONE}\r\n{TWO}\r\n".encode(), format="tra"), GOOD),
        (3, None, raw(b"\r\n\r\nx\r\n", format="tra"), GOOD, {"value": "x"}),
    ),
    *rows(
        *("TRA-ENT-02", ERROR, ALWAYS),
        (1, None, lines(*pair(), head=header("XYZ")), GOOD, {"value": "XYZ"}),
        (1, None, raw(b"***S5CLI\r\n"), GOOD, {"value": ""}),
        (1, None, lines(*pair(), head=header("jrl")), lines(*pair(), head=header("SYN"))),
        expected="JRL, DOS, SYN",
    ),
    *rows(
        *("TRA-ENT-03", ERROR, ALWAYS),
        (1, None, lines(*pair(), head=header(form="ETX")), GOOD, {"value": "ETX"}),
        (1, None, lines(*pair(), head="***S5CLIJRL"), GOOD, {"value": ""}),
        expected="STD, ETE",
    ),
    *rows(
        *("TRA-ENT-04", ERROR, ALWAYS),
        (1, None, lines(*pair(), head=header("BAL")), GOOD, {"value": "BAL"}),
        (1, None, lines(*pair(), head=header("EXO")), lines(*pair(), head=header("DOS"))),
    ),
    *rows(
        *("TRA-ENT-05", INFORMATION, NO),
        (
            *(None, None),
            lines(*pair(), header(), JOURNAL, *pair(NUMEROPIECE="2")),
            lines(*pair(), *pair(NUMEROPIECE="2")),
            {"value": "2"},
        ),
    ),
    *rows(
        *("TRA-ENT-08", ERROR, ALWAYS),
        (
            *(7, "NUMEROPIECE"),
            lines(*pair(), header(), JOURNAL, *pair()),
            lines(*pair(), header(), JOURNAL, *pair(NUMEROPIECE="2")),
            {
                "value": "VTE/1",
                "expected": "1",
                "also": ("TRA-ENT-05",),
                "also_not": ("TRA-ENT-05",),
            },
        ),
        (
            *(7, "NUMEROPIECE"),
            lines(*nameless(), header(), JOURNAL, *nameless()),
            lines(*nameless(), header(), JOURNAL, *nameless(DATECOMPTABLE="16012024")),
            {
                "value": "VTE/15/01/2024",
                "expected": "1",
                "also": ("TRA-ENT-05",),
                "also_not": ("TRA-ENT-05",),
            },
        ),
        (
            *(7, "NUMEROPIECE"),
            lines(*pair(NUMEROPIECE="0"), header(), JOURNAL, *pair(NUMEROPIECE="0")),
            lines(*pair(), header(), JOURNAL, *pair(DATECOMPTABLE="16012024")),
            {
                "value": "VTE/F1",
                "expected": "1",
                "also": ("TRA-ENT-05",),
                "also_not": ("TRA-ENT-05",),
            },
        ),
    ),
    *rows(
        *("TRA-ENT-06", WARNING, NO),
        (
            *(1, None, lines(*pair(), head=header(product="ZZ")), GOOD),
            {"value": "ZZ", "expected": "S1, S3, S5, SI, QU, WS, WT"},
        ),
        (
            *(1, None, lines(*pair(), head=header(origin="ABC"))),
            lines(*pair(), head=header(origin="EXP")),
            {"value": "ABC", "expected": "CLI, EXP"},
        ),
    ),
    *rows(
        *("TRA-ENT-07", ERROR, ALWAYS),
        (
            *(1004, None, lines(*pair(), *[header()] * 1000), lines(*pair(), *[header()] * 999)),
            {"expected": "1000", "also_not": ("TRA-ENT-05",)},
        ),
    ),
    *rows(
        *("TRA-ENR-01", WARNING, NO),
        (2, None, lines(*pair(), records=["***ZZZ1", "***ZZZ2", JOURNAL]), GOOD, {"value": "ZZZ"}),
        (3, None, described("***"), described("***PS1"), {"value": ""}),
    ),
    *rows(
        *("TRA-ENR-02", WARNING, NO),
        (
            5,
            None,
            lines(*pair(), record("MDP", code="VIR")),
            described(record("MDP", code="VIR")),
            {"value": "***MDP", "expected": "1"},
        ),
        (
            4,
            None,
            lines(ONE, record("ETB", code="001"), record("SAT", code="S1"), TWO),
            GOOD,
            {"value": "***ETB", "expected": "2"},
        ),
    ),
    *rows(
        *("TRA-ENR-03", WARNING, NO),
        (
            3,
            None,
            described(record("CAE", label="Sans code")),
            described(record("CAE", code="C", label="")),
            {"value": "***CAE"},
        ),
    ),
    *rows(
        *("TRA-LIG-01", ERROR, ALWAYS),
        (4, None, lines(ONE, TWO[:150], TWO), lines(ONE, TWO), {"value": "150"}),
        (5, None, lines(ONE, TWO, "VTE1501"), lines(ONE, TWO), {"value": "7"}),
        (3, None, lines("x", ONE, TWO), GOOD, {"value": "1"}),
        (
            5,
            None,
            raw(tra([*pair(), *pair()])[:-300]),
            raw(tra([*pair(), *pair(NUMEROPIECE="2")])),
            {"value": "148"},
        ),
        expected="151",
    ),
    *rows(
        *("TRA-LIG-02", WARNING, NO),
        (4, None, lines(ONE, TWO[:220]), GOOD, {"value": "1", "expected": "NUMECHE"}),
        (3, None, lines(ONE[:175], TWO[:175]), GOOD, {"value": "2", "expected": "MONTANT2"}),
        (
            3,
            None,
            lines(*pair(form="ETE", width=303), head=ETE),
            lines(*pair(form="ETE", width=304), head=ETE),
            {"value": "2", "expected": "ECRANOUVEAU"},
        ),
        (  # at the end of a field: nothing is read half, but fields are missing
            4,
            None,
            lines(LONG[0], LONG[1][:412], head=ETE),
            lines(*(one[:412] for one in LONG), head=ETE),
            {"value": "1", "expected": "CONTREPARTIEAUX"},
        ),
    ),
    *rows(
        *("TRA-LIG-05", ERROR, ALWAYS),
        (  # without its lettering, the second shows that blanks at the end are kept
            4,
            "LETTRAGE",
            lines(*(one[:1016] for one in LETTERED), head=ETE),
            lines(*(one[:1016].rstrip() for one in LETTERED), head=ETE),
            {"value": "1016", "also": ("TRA-LET-01",), "also_not": ("TRA-LET-01",)},
        ),
        (  # within blanks: what stood behind them is lost, or a character before them
            4,
            "CONTREPARTIEGEN",
            lines(LONG[0], LONG[1][:407], head=ETE),
            lines(LONG[0].rstrip(), LONG[1][:407].rstrip(), head=ETE),
            {"value": "407"},
        ),
        (3, "VALIDDATE", lines(LONG[0][:1406], LONG[1], head=ETE), EXTENDED, {"value": "1406"}),
        (
            4,
            "NUMECHE",
            lines(ONE, TWO[:221]),
            lines(ONE.rstrip(), TWO.rstrip()),
            {"value": "221", "also": ("TRA-LIG-02",), "also_not": ("TRA-LIG-02",)},
        ),
        (  # in a date, though no line ends with a blank
            4,
            "DATEPOINTAGE",
            lines(*(one.rstrip() for one in (LONG[0], POINTED[1][:450])), head=ETE),
            lines(*(one.rstrip() for one in POINTED), head=ETE),
            {"value": "450", "also": ("TRA-DAT-02",)},
        ),
        (  # in an amount; one that stands on the left of its field may end before it does
            4,
            "MONTANT2",
            lines(*(one.rstrip() for one in (ONE, FOREIGN[:192]))),
            lines(*(left(one).rstrip() for one in (ONE, FOREIGN))),
            {"value": "192", "also": CUT_AMOUNT, "also_not": ("TRA-LIG-02",)},
        ),
        (  # in a text, before the state of lettering that the other lines have
            5,
            "REFLIBRE",
            lines(*(one.rstrip() for one in (*LONG, NAMED[0][:355], NAMED[1])), head=ETE),
            lines(*(one.rstrip() for one in (*LONG, *NAMED)), head=ETE),
            {"value": "355"},
        ),
        (  # in the code of the currency, without which nobody knows what the amounts are in
            (3, 4),
            "DEVISE",
            lines(*(one[:160] for one in pair(DEVISE="EUR"))),
            lines(*(one[:162] for one in pair(DEVISE="EUR"))),
            {"value": "160", "also": CUT_CURRENCY, "also_not": ("TRA-LIG-02", "TRA-MNT-06")},
        ),
    ),
    *rows(
        *("TRA-LIG-03", WARNING, NO),
        (3, None, lines(ONE + "x", TWO + " "), lines(ONE + " ", TWO), {"value": "1"}),
        (
            4,
            None,
            lines(*(p + " " * n + "x" * n for n, p in enumerate(pair(form="ETE"))), head=ETE),
            EXTENDED,
            {"value": "1"},
        ),
        (3, None, lines(*pair(form="ETE")), EXTENDED, {"value": "2"}),
    ),
    *rows(
        *("TRA-LIG-06", ERROR, ALWAYS),
        (
            *(4, None, lines(ONE, TWO.ljust(222) + ONE), lines(ONE, TWO.ljust(222) + "VTE2024")),
            {"value": ONE[:40], "also_not": ("TRA-LIG-03",)},
        ),
    ),
    *rows(
        *("TRA-LIG-04", INFORMATION, NO),
        (4, None, lines(ONE, "", TWO), GOOD, {"value": "1"}),
        (5, None, lines(ONE, TWO, "   ", ""), GOOD, {"value": "2"}),
    ),
    *rows(
        *("TRA-JAL-01", WARNING, NO),
        (2, "JOURNAL", lines(*pair(), records=[]), GOOD, {"value": "VTE"}),
        (3, "JOURNAL", standard(JOURNAL="ACH"), GOOD, {"value": "ACH"}),
    ),
    *rows(
        *("TRA-CPT-01", WARNING, NO),
        (
            *(5, "GENERAL"),
            described(account("411000", "TID"), account("707000", "COC"), first=THIRD),
            described(account("411000", "COC"), account("707000", "PRO"), first=THIRD),
            {"value": "411000"},
        ),
        (
            *(5, "GENERAL"),
            described(account("411000", "TID"), account("707000", "", "X"), first=THIRD),
            described(account("411000", "", "X"), account("707000"), first=THIRD),
        ),
    ),
    *rows(
        *("TRA-CPT-02", WARNING, NO),
        (5, "GENERAL", described(account("411000")), GOOD, {"value": "707000"}),
    ),
    *rows(
        *("TRA-CPT-03", ERROR, ALWAYS),
        (
            5,
            "TYPECPTE",
            lines(ONE, TWO, line("411000", "D", "1,00", TYPECPTE="Z")),
            GOOD,
            {"value": "Z"},
        ),
        (
            3,
            "TYPECPTE",
            lines(line("411000", "D", "1,00", TYPECPTE="x"), ONE, TWO),
            standard(THIRD),
        ),
        expected="X, A, H, O, G",
    ),
    *rows(
        *("TRA-AUX-01", WARNING, NO),
        (3, "AUXILIAIRE", standard(THIRD | {"AUXILIAIRE": ""}), standard(THIRD)),
    ),
    *rows(
        *("TRA-AUX-02", WARNING, NO),
        (
            3,
            "AUXILIAIRE",
            standard(THIRD | {"TYPECPTE": ""}),
            standard(THIRD),
            {"value": "CDUPONT"},
        ),
    ),
    *rows(
        *("TRA-AUX-03", WARNING, NO),
        (
            4,
            "AUXILIAIRE",
            described(record("CAE", code="CDURAND"), first=THIRD),
            described(record("CAE", code="CDUPONT"), first=THIRD),
            {"value": "CDUPONT"},
        ),
    ),
]
