"""Small files that were once read wrongly, and others of the same kinds: what comes out of each."""

from __future__ import annotations

import pytest

from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.loading import load_model
from ecritures.reading.check import CheckOptions, check_file
from helpers.fec import NAME
from helpers.paths import DATA

FOLDER = DATA / "entry-cases"
OF_SMALL_FILES = {"FEC-ORD-03", "FEC-LET-03"}
CASES = [
    ("accounts-point-zero.fec", False, 2, 94500, {"FEC-CPT-10": 2}),
    ("accounts-scientific.fec", False, 2, 10000, {"FEC-CPT-01": 2, "FEC-CPT-09": 2}),
    ("control-characters.fec", True, 8, 800, {"FEC-ENC-06": 8}),
    ("csv-fec-names-unread.csv", True, 2, 96000, {}),
    ("csv-piece-column.csv", False, 3, 32200, {"FEC-ECR-01": 2, "FEC-ECR-04": 2}),
    ("deposit-of-several-pieces.quadra", True, 2, 19590, {}),
    ("ebp-in-utf8.ebp", True, 1, 7500, {"MOD-ENC-01": 1}),
    ("fix-iso-date-time.fec", False, 1, 6600, {"FEC-DAT-01": 4, "FEC-DAT-09": 2}),
    ("fix-line-feed-in-label.fec", False, 1, 9900, {"FEC-STR-11": 1, "FEC-STR-21": 1}),
    ("guess-account-and-name.guess", True, 2, 72000, {"MOD-COL-02": 1}),
    ("guess-thousands.guess", True, 1, 1234560, {}),
    ("guess-without-header.guess", True, 2, 9550, {}),
    ("header-misspelt.fec", True, 2, 11000, {"FEC-STR-03": 1}),
    ("header-two-separators.fec", False, 0, 0, {"FEC-STR-20": 1}),
    ("letters-lost.fec", True, 1, 4200, {"FEC-ENC-08": 1, "FEC-ENC-09": 1, "FEC-ENC-10": 1}),
    ("no-number-one-date.fec", False, 3, 77000, {"FEC-ECR-01": 2, "FEC-OBL-01": 6}),
    ("number-per-line.fec", True, 3, 84600, {"FEC-NUM-05": 1}),
    ("numbers-restart-compensated.fec", False, 6, 132000, {"FEC-ECR-01": 2, "FEC-NUM-02": 4}),
    ("quadra-third-party-alone.quadra", False, 2, 30000, {"MOD-CPT-01": 2}),
    ("quadra-underscores.quadra", True, 2, 72000, {}),
    ("quoted-texts.fec", False, 0, 0, {"FEC-STR-13": 1}),
    ("sage-mecg-point.sage-mecg", True, 1, 54000, {}),
    ("sage-pnm-no-decimal-mark.sage-pnm", False, 2, 1524900, {"MOD-MNT-02": 1}),
    ("sage-pnm-no-number.sage-pnm", False, 2, 24000, {"FEC-ECR-01": 2}),
    ("sage-pnm-no-title.sage-pnm", True, 1, 6000, {"MOD-LIG-08": 1}),
    ("two-accounts-a-row.guess", True, 2, 18840, {}),
    ("validation-dates.fec", True, 3, 12000, {"FEC-NUM-05": 1}),
    ("windows-1252-byte.fec", True, 1, 12000, {"FEC-ENC-02": 1}),
    ("word-null.fec", True, 1, 8100, {"FEC-STR-22": 1}),
]


def check(path, kind):
    if kind == "fec":
        return check_file(path, CheckOptions(file_name=NAME))
    model = load_model(guess_model(path).document) if kind == "guess" else builtin_model(kind)
    return check_file(path, CheckOptions(model=model))


def codes(report):
    return {code: n for code, n in report.anomalies.counts.items() if code not in OF_SMALL_FILES}


@pytest.mark.parametrize(
    ("name", "importable", "entries", "debit", "found"), CASES, ids=[name for name, *_ in CASES]
)
def test_of_a_file_that_was_read_wrongly(name, importable, entries, debit, found):
    report = check(FOLDER / f"{name}.txt", name.partition(".")[2])

    assert (report.importable, report.entries, report.debit_cents) == (importable, entries, debit)
    assert codes(report) == found


def test_quotes_astray_leave_their_lines_out():
    report = check(FOLDER / "odd-quote.ebp.txt", "ebp")

    assert not report.importable
    told = report.anomalies.frame().filter(code="MOD-LIG-04")
    assert told["line"].to_list() == [2, 3]


OTHERS = [
    # A case, what is written in it instead, and what must come out then.
    ("accounts-point-zero.fec", {".0|": ".00|"}, False, 2, {"FEC-CPT-10": 2}),
    ("accounts-scientific.fec", {"4,11E+09": "4.11E+9"}, False, 2, {"FEC-CPT-01": 2}),
    ("csv-piece-column.csv", {"Numéro de pièce": "N° facture"}, False, 3, {"FEC-ECR-01": 2}),
    ("csv-piece-column.csv", {"Numéro de pièce": "Lot"}, True, 1, {"MOD-COL-02": 1}),
    ("ebp-in-utf8.ebp", {"Hélène": "Noël", "É7": "Œ7"}, True, 1, {"MOD-ENC-01": 1}),
    ("fix-iso-date-time.fec", {" 00:00:00": "T00:00:00"}, False, 1, {"FEC-DAT-09": 2}),
    ("guess-thousands.guess", {"\u202f": "\u00a0"}, True, 1, {}),
    ("guess-thousands.guess", {"\u202f": "'"}, True, 1, {}),
    ("header-misspelt.fec", {"EcrtureLet": "EcritureLett"}, True, 2, {"FEC-STR-03": 1}),
    ("no-number-one-date.fec", {"|Ventes||": "|Ventes|000|"}, False, 3, {"FEC-ECR-01": 2}),
    ("number-per-line.fec", {"Ventes\t": "Ventes\tL"}, True, 3, {"FEC-NUM-05": 1}),
    (
        "numbers-restart-compensated.fec",
        {"202404": "202204", "202405": "202305"},
        False,
        6,
        {"FEC-ECR-01": 2, "FEC-NUM-02": 4},
    ),
    ("quadra-third-party-alone.quadra", {"9LORIOT ": "CLORIOT "}, False, 2, {"MOD-CPT-01": 2}),
    ("quadra-underscores.quadra", {"401ORME_": "401ORM__"}, True, 2, {}),
    ("quoted-texts.fec", {'"CNOEL"': '"CN""OEL"'}, False, 0, {"FEC-STR-13": 1}),
    ("sage-mecg-point.sage-mecg", {".00": ",00"}, True, 1, {}),
    ("sage-pnm-no-decimal-mark.sage-pnm", {"N4": "N7"}, False, 2, {"MOD-MNT-02": 1}),
    ("two-accounts-a-row.guess", {";": "\t"}, True, 2, {}),
    ("validation-dates.fec", {"|7|": "|X|"}, True, 3, {"FEC-NUM-05": 1}),
    ("windows-1252-byte.fec", {"€": "…"}, True, 1, {"FEC-ENC-02": 1}),
    ("word-null.fec", {"NULL": "null"}, True, 1, {"FEC-STR-22": 1}),
    ("word-null.fec", {"NULL": "N/A"}, True, 1, {"FEC-STR-22": 1}),
]


@pytest.mark.parametrize(
    ("name", "changes", "importable", "entries", "found"),
    OTHERS,
    ids=[f"{name}-{place}" for place, (name, *_) in enumerate(OTHERS)],
)
def test_of_another_file_of_its_kind(tmp_path, name, changes, importable, entries, found):
    encoding = "windows-1252" if name.startswith("windows") else "utf-8"
    text = (FOLDER / f"{name}.txt").read_bytes().decode(encoding)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / NAME
    path.write_bytes(text.encode(encoding))

    report = check(path, name.partition(".")[2])

    assert (report.importable, report.entries) == (importable, entries)
    assert found.items() <= codes(report).items()
