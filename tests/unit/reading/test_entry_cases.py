"""Small files that were once read wrongly, and others of the same kinds: what comes out of each."""

from __future__ import annotations

import pytest

from ecritures.core.grouping import GroupingReason
from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.loading import load_model
from ecritures.formats.repair.copy import write_repaired
from ecritures.reading.check import CheckOptions, check_file
from helpers.fec import NAME
from helpers.paths import DATA

pytestmark = pytest.mark.heavy

FOLDER = DATA / "entry-cases"
OF_SMALL_FILES = {"FEC-ORD-03", "FEC-LET-03"}
CASES = [
    ("accounts-point-zero.fec", False, 2, 94500, {"FEC-CPT-10": 2}),
    ("accounts-scientific.fec", False, 2, 10000, {"FEC-CPT-09": 2}),
    ("control-characters.fec", True, 8, 800, {"FEC-ENC-06": 8}),
    ("csv-fec-names-unread.csv", True, 2, 96000, {}),
    ("csv-fec-names-and-another.csv", True, 2, 96000, {"MOD-COL-02": 1}),
    ("csv-piece-column.csv", False, 3, 32200, {"FEC-ECR-01": 2, "FEC-ECR-04": 2}),
    ("deposit-of-several-pieces.quadra", True, 2, 19590, {}),
    ("ebp-in-utf8.ebp", True, 1, 7500, {"MOD-ENC-01": 1}),
    ("fix-iso-date-time.fec", False, 1, 6600, {"FEC-DAT-01": 4, "FEC-DAT-09": 2}),
    ("fix-line-feed-in-label.fec", False, 1, 9900, {"FEC-STR-11": 1, "FEC-STR-21": 1}),
    ("guess-account-dash-name.guess", True, 2, 10800, {}),
    ("guess-account-and-name.guess", True, 2, 72000, {"MOD-COL-02": 1}),
    ("guess-thousands.guess", True, 1, 1234560, {}),
    ("guess-without-header-elsewhere.guess", True, 2, 3200, {"MOD-COL-08": 1}),
    ("guess-without-header.guess", True, 2, 9550, {"MOD-COL-08": 1}),
    ("header-misspelt.fec", True, 2, 11000, {"FEC-STR-03": 1}),
    ("header-two-separators.fec", False, 0, 0, {"FEC-STR-20": 1}),
    ("letters-lost.fec", True, 1, 4200, {"FEC-ENC-08": 1, "FEC-ENC-09": 1, "FEC-ENC-10": 1}),
    ("no-number-one-date.fec", False, 3, 77000, {"FEC-ECR-01": 2, "FEC-OBL-01": 6}),
    ("number-per-line.fec", True, 3, 84600, {"FEC-NUM-05": 1}),
    ("numbers-restart-compensated.fec", False, 6, 132000, {"FEC-ECR-01": 2, "FEC-NUM-02": 4}),
    ("quadra-no-number.quadra", False, 2, 24000, {"FEC-ECR-01": 2}),
    ("quadra-third-party-alone.quadra", False, 2, 30000, {"MOD-CPT-01": 2}),
    ("quadra-underscores.quadra", True, 2, 72000, {}),
    ("quoted-texts.fec", False, 0, 0, {"FEC-STR-13": 1}),
    ("sage-mecg-point.sage-mecg", True, 1, 54000, {}),
    ("sage-pnm-no-decimal-mark.sage-pnm", False, 2, 1524900, {"MOD-MNT-02": 1}),
    ("sage-pnm-no-number.sage-pnm", False, 2, 24000, {"FEC-ECR-01": 2}),
    ("sage-pnm-no-title.sage-pnm", True, 1, 6000, {"MOD-LIG-08": 1}),
    ("two-accounts-a-row.guess", True, 2, 18840, {}),
    (
        *("unclosed-quote.csv", False, 2, 8400),
        {"MOD-LIG-04": 1, "FEC-EQU-02": 1, "FEC-ECR-01": 1},
    ),
    ("validation-dates.fec", True, 3, 12000, {"FEC-NUM-05": 1}),
    ("windows-1252-byte.fec", True, 1, 12000, {"FEC-ENC-02": 1}),
    ("word-null.fec", True, 1, 8100, {"FEC-STR-22": 1}),
]


def check(path, kind, sink=None):
    if kind == "fec":
        return check_file(path, CheckOptions(file_name=NAME), sink=sink)
    model = load_model(guess_model(path).document) if kind == "guess" else builtin_model(kind)
    return check_file(path, CheckOptions(model=model), sink=sink)


def lines_of(path, kind):
    """The lines of a file, as dictionaries, and its report."""
    sink = Kept()
    return sink.lines, check(path, kind, sink)


class Kept:
    """Keeps the lines."""

    def __init__(self):
        self.lines = []

    def write(self, numbered):
        self.lines += numbered.lines.to_dicts()

    def clear(self):
        self.lines.clear()

    def refuse(self):
        pass


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


@pytest.mark.parametrize("name", ["csv-fec-names-unread.csv", "csv-fec-names-and-another.csv"])
def test_the_fec_names_of_a_csv_are_read_with_their_lettering_and_currency(name):
    lines, report = lines_of(FOLDER / f"{name}.txt", "csv")

    assert "FEC-LET-03" not in report.anomalies.counts
    first, last = lines[0], lines[-1]
    assert (first["lettering"], last["lettering"]) == ("AC", "AC")
    assert (first["currency"], first["currency_amount"]) == ("USD", 52000)
    assert first["third_party_label"] == "Alba"


@pytest.mark.parametrize(
    ("name", "accounts"),
    [
        (
            "guess-account-and-name.guess",
            [("411100", "Clients"), ("706000", "Prestations"), ("445710", "TVA 20%")],
        ),
        (
            "guess-account-dash-name.guess",
            [("606400", "Papeterie"), ("445660", "TVA sur achats"), ("401000", "Fournisseurs")],
        ),
        (
            "guess-without-header-elsewhere.guess",
            [("60700000", "Marchandises"), ("40100000", "Grossiste"), ("60630000", "Fournitures")],
        ),
    ],
)
def test_a_guess_finds_the_accounts_and_what_names_them(name, accounts):
    lines, _ = lines_of(FOLDER / f"{name}.txt", "guess")

    named = "label" if "without-header" in name else "account_label"
    assert [(line["account_number"], line[named]) for line in lines[:3]] == accounts


def test_of_two_columns_of_dates_the_one_that_varies_is_that_of_the_entries():
    lines, _ = lines_of(FOLDER / "guess-without-header-elsewhere.guess.txt", "guess")

    assert [line["entry_date"].day for line in lines] == [3, 3, 5, 5]


@pytest.mark.parametrize(
    ("name", "line"), [("sage-pnm-no-number.sage-pnm", 2), ("quadra-no-number.quadra", 1)]
)
def test_entries_without_numbers_are_said_to_have_none(name, line):
    report = check(FOLDER / f"{name}.txt", name.partition(".")[2])

    assert report.grouping.reason is GroupingReason.NO_NUMBER
    off = report.anomalies.frame().filter(code="FEC-ECR-01")
    assert off["line"].to_list() == [line, line + 2]


OTHERS = [
    # A case, what is written in it instead, and what must come out then.
    ("accounts-point-zero.fec", {".0|": ".00|"}, False, 2, {"FEC-CPT-10": 2}),
    ("accounts-scientific.fec", {"4,11E+09": "4.11E+9"}, False, 2, {"FEC-CPT-09": 2}),
    ("csv-piece-column.csv", {"Numéro de pièce": "N° facture"}, False, 3, {"FEC-ECR-01": 2}),
    ("csv-piece-column.csv", {"Numéro de pièce": "Lot"}, True, 1, {"MOD-COL-02": 1}),
    (
        *(
            "control-characters.fec",
            dict(zip("\x0b\x01\x1c\x85\u2028", "\x02\x1d\u200b\x84\u2029", strict=True)),
        ),
        *(True, 8, {"FEC-ENC-06": 8}),
    ),
    ("deposit-of-several-pieces.quadra", {"D+": "#+", "C+": "D+", "#+": "C+"}, True, 2, {}),
    ("ebp-in-utf8.ebp", {"Hélène": "Noël", "É7": "Œ7"}, True, 1, {"MOD-ENC-01": 1}),
    ("fix-iso-date-time.fec", {" 00:00:00": "T00:00:00"}, False, 1, {"FEC-DAT-09": 2}),
    (
        *("fix-line-feed-in-label.fec", {"|U1|20240117|Facture U1\n": "|U\n1|20240117|U1 "}),
        *(False, 1, {"FEC-STR-21": 1}),
    ),
    ("fix-line-feed-in-label.fec", {"Facture U1": "Facture\nU1"}, False, 1, {"FEC-STR-21": 1}),
    ("fix-line-feed-in-label.fec", {"\r\n": "\n"}, False, 1, {"FEC-STR-21": 1}),
    ("guess-thousands.guess", {"\u202f": "\u00a0"}, True, 1, {}),
    ("guess-thousands.guess", {"\u202f": "'"}, True, 1, {}),
    ("header-two-separators.fec", {"|": ";"}, False, 0, {"FEC-STR-20": 1}),
    (
        *("header-two-separators.fec", {"\t": "#", "|": "\t", "#": "|"}),
        *(False, 0, {"FEC-STR-20": 1}),
    ),
    ("header-misspelt.fec", {"EcrtureLet": "EcritureLett"}, True, 2, {"FEC-STR-03": 1}),
    (
        *("letters-lost.fec", {"CrÃ©ances": "Clients dâ€™Ã©tÃ©", "&egrave;": "&#232;"}),
        *(True, 1, {"FEC-ENC-08": 1, "FEC-ENC-09": 1, "FEC-ENC-10": 1}),
    ),
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
    (  # sums without cents look like amounts in euros, and are as doubtful
        *("sage-pnm-no-decimal-mark.sage-pnm", {"13999N": "14000N", "1250N": "1300N"}),
        *(False, 2, {"MOD-MNT-02": 1}),
    ),
    (  # the first of three lines
        "sage-pnm-no-title.sage-pnm",
        {
            f"{'D':<16}60.00N9{'':<32}\r\n": (
                f"{'D':<16}50.00N9{'':<32}\r\n"
                f"AC 110324FF{'445660':<27}{'J1':<13}{'TVA':<32}{'D':<16}10.00N9{'':<32}\r\n"
            )
        },
        *(True, 1, {"MOD-LIG-08": 1}),
    ),
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


REPAIRED = [
    # A case, what is written in it instead, and what the repaired copy holds.
    ("accounts-point-zero.fec", {}, 2, 94500),
    ("accounts-point-zero.fec", {".0|": ".00|"}, 2, 94500),
    ("fix-iso-date-time.fec", {}, 1, 6600),
    ("fix-iso-date-time.fec", {" 00:00:00": "T00:00:00"}, 1, 6600),
    ("fix-line-feed-in-label.fec", {}, 1, 9900),
    ("fix-line-feed-in-label.fec", {"|U1|20240117|Facture U1\n": "|U\n1|20240117|U1 "}, 1, 9900),
    ("fix-line-feed-in-label.fec", {"Facture U1": "Facture\nU1"}, 1, 9900),
    ("fix-line-feed-in-label.fec", {"\r\n": "\n"}, 1, 9900),
    ("header-misspelt.fec", {}, 2, 11000),
    ("header-misspelt.fec", {"EcrtureLet": "EcritureLett"}, 2, 11000),
    ("header-two-separators.fec", {}, 1, 7700),
    ("header-two-separators.fec", {"|": ";"}, 1, 7700),
    ("header-two-separators.fec", {"\t": "#", "|": "\t", "#": "|"}, 1, 7700),
    ("quoted-texts.fec", {}, 1, 18000),
    ("word-null.fec", {}, 1, 8100),
    ("word-null.fec", {"NULL": "N/A"}, 1, 8100),
]


@pytest.mark.parametrize(
    ("name", "changes", "entries", "debit"),
    REPAIRED,
    ids=[f"{name}-{place}" for place, (name, *_) in enumerate(REPAIRED)],
)
def test_the_repaired_copy_conforms_and_is_importable(tmp_path, name, changes, entries, debit):
    text = (FOLDER / f"{name}.txt").read_bytes().decode()
    for old, new in changes.items():
        text = text.replace(old, new)
    path, copy = tmp_path / NAME, tmp_path / "copy.txt"
    path.write_bytes(text.encode())

    write_repaired(path, copy)

    report = check(copy, "fec")
    assert (report.conforming, report.importable) == (True, True)
    assert (report.entries, report.debit_cents, report.credit_cents) == (entries, debit, debit)
    assert codes(report) == {}


def test_what_a_repaired_copy_says_is_what_was_meant(tmp_path):
    copy = tmp_path / "copy.txt"

    write_repaired(FOLDER / "letters-lost.fec.txt", copy)

    text = copy.read_text(encoding="utf-8")
    assert "Créances" in text
    assert "Règlement reçu" in text
    assert "Règlement re\ufffdu" in text
