"""What `check_file` finds in a FEC: the verdicts, the codes, the places."""

from __future__ import annotations

import pytest

from ecritures.config.settings import Settings
from ecritures.core.policies import FileEncoding
from ecritures.reading.check import CheckOptions, check_file, read_lines
from helpers.fec import COLUMNS, NAME, entries, entry, fec, line


@pytest.fixture
def check(tmp_path):
    def run(content, *, name=NAME, **settings):
        path = tmp_path / name
        path.write_bytes(content)
        return check_file(path, CheckOptions(), settings=Settings(**settings))

    return run


def found(report):
    """What was found, the small files having no opening entry."""
    frame = report.anomalies.frame().select("code", "line", "column", "value")
    return [row for row in frame.rows() if row[0] != "FEC-ORD-03"]


@pytest.mark.parametrize("separator", ["|", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "ascii"])
def test_a_conforming_file_has_no_anomaly(check, separator, end, encoding):
    lines = entries(EcritureLib="Facture" if encoding == "ascii" else "Réglée à 2 €")

    report = check(fec(lines, separator=separator, end=end, encoding=encoding))

    assert found(report) == []
    assert (report.conforming, report.importable) == (True, True)
    assert (report.lines, report.entries) == (6, 3)
    assert (report.debit_cents, report.credit_cents) == (36000, 36000)
    assert report.separator == separator
    assert report.encoding == ("iso-8859-15" if encoding == "iso-8859-15" else "utf-8")


@pytest.mark.parametrize("words", [("D", "C"), ("+1", "-1")])
def test_reads_montant_and_sens(check, words):
    columns = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in COLUMNS]
    lines = [
        line(account="607000", Montant="5,00", Sens=words[0]),
        line(account="401000", Montant="5,00", Sens=words[1]),
    ]

    report = check(fec(lines, columns=columns))

    assert found(report) == []
    assert report.layout == "bic-montant-sens"
    assert (report.debit_cents, report.credit_cents) == (500, 500)


def test_columns_are_known_by_name_in_any_letter_case(check):
    columns = [name.upper() for name in COLUMNS]
    lines = [{key.upper(): value for key, value in row.items()} for row in entries()]

    assert found(check(fec(lines, columns=columns))) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FEC-FIC-01"),
        (fec([]), "FEC-FIC-02"),
        (b"%PDF-1.7 blabla", "FEC-FIC-03"),
        (b"PK\x03\x04aaaa", "FEC-FIC-03"),
        (fec(entries()).decode().encode("utf-16"), "FEC-ENC-04"),
        (fec(entries()).decode().encode("utf-16-le"), "FEC-ENC-04"),
        (fec(entries()).decode().encode("cp500"), "FEC-ENC-07"),
        (b"nom;prix\nvis;1,00\n" * 9, "FEC-STR-02"),
        (b"hello\nworld\n", "FEC-STR-02"),
        (fec(entries()).replace(b"|", b'"|"').replace(b"\r\n", b'"\r\n"'), "FEC-STR-13"),
        (b"x" * 3000, "FEC-FIC-04"),
    ],
)
def test_what_is_no_fec_is_refused_with_one_clear_anomaly(check, content, code):
    report = check(content, line_bytes_max=1000, block_bytes=500)

    assert list(report.anomalies.counts) == [code]
    assert not report.importable
    assert report.lines == 0


@pytest.mark.heavy
@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(check, column):
    columns = [name for name in COLUMNS if name != column]

    report = check(fec(entries(), columns=columns))

    assert ("FEC-STR-03", 1, column, column) in found(report)
    assert not report.conforming
    needed = {"EcritureDate", "CompteNum", "Debit", "Credit"}
    assert report.importable == (column not in needed)


@pytest.mark.parametrize(
    ("changed", "code", "column", "importable", "conforming"),
    [
        ({"Debit": "12.50"}, "FEC-MNT-01", "Debit", False, False),
        ({"Debit": "1 234,56"}, "FEC-MNT-02", "Debit", False, False),
        ({"Debit": "1\u202f234,56"}, "FEC-MNT-02", "Debit", False, False),
        ({"Debit": "abc"}, "FEC-MNT-03", "Debit", False, False),
        ({"Debit": "1,005"}, "FEC-MNT-04", "Debit", False, True),
        ({"Debit": "9" * 20 + ",99"}, "FEC-MNT-08", "Debit", False, True),
        ({"EcritureDate": "20240230"}, "FEC-DAT-09", "EcritureDate", False, False),
        ({"EcritureDate": ""}, "FEC-DAT-09", "EcritureDate", False, False),
        ({"PieceDate": "20240230"}, "FEC-DAT-02", "PieceDate", True, False),
        ({"PieceDate": "30/01/2024"}, "FEC-DAT-01", "PieceDate", True, False),
        ({"PieceDate": ""}, "FEC-OBL-02", "PieceDate", True, False),
        ({"EcritureLib": "   "}, "FEC-OBL-01", "EcritureLib", True, False),
        ({"CompteNum": "A12"}, "FEC-CPT-01", "CompteNum", True, False),
        ({"CompteNum": ""}, "FEC-CPT-05", "CompteNum", False, False),
        ({"Montantdevise": "1.5", "Idevise": "USD"}, "FEC-DEV-02", "Montantdevise", True, False),
    ],
)
def test_one_wrong_field_is_found_at_its_place(
    check, changed, code, column, importable, conforming
):
    lines = entries()
    lines[2] |= changed

    report = check(fec(lines))

    assert (code, 4, column) in [row[:3] for row in found(report)]
    assert (report.importable, report.conforming) == (importable, conforming)


def test_an_entry_off_by_a_cent_is_found_although_the_file_balances(check):
    lines = entry(1, "10,00") + entry(2, "10,00")
    lines[0]["Debit"], lines[2]["Debit"] = "10,01", "9,99"

    report = check(fec(lines))

    assert found(report) == [
        ("FEC-ECR-01", 2, None, "0,01"),
        ("FEC-ECR-01", 4, None, "-0,01"),
    ]
    assert (report.conforming, report.importable) == (False, False)


def test_a_file_off_balance_is_told_once_for_the_whole(check):
    lines = entry(1, "10,00")
    lines[0]["Debit"] = "10,01"

    assert ("FEC-EQU-02", None, None, "0,01") in found(check(fec(lines)))


def test_an_unreadable_amount_does_not_make_its_entry_look_unbalanced(check):
    lines = entries()
    lines[0]["Debit"] = "abc"

    assert [row[0] for row in found(check(fec(lines)))] == ["FEC-MNT-03"]


def test_both_sides_and_no_side(check):
    lines = [
        line(debit="5,00", credit="5,00"),
        line(2, debit="0,00", credit="0,00"),
        line(3, debit="", credit=""),
    ]

    of_one_line = ("FEC-ECR-02", "FEC-NUM-05")
    rows = [row[:2] for row in found(check(fec(lines))) if row[0] not in of_one_line]
    assert rows == [("FEC-MNT-05", 2), ("FEC-MNT-06", 3), ("FEC-OBL-05", 4)]


def test_line_numbers_survive_blank_short_and_long_lines(check):
    rows = fec(entries()).decode().split("\r\n")
    rows.insert(3, "")
    rows.insert(5, "   ")
    rows[7] = rows[7].rpartition("|")[0]
    rows[8] += "|||"

    report = check("\r\n".join(rows).encode())

    assert sorted(row[:2] for row in found(report)) == [
        ("FEC-ECR-01", 9),
        ("FEC-STR-07", 8),
        ("FEC-STR-08", 4),
        ("FEC-STR-09", 9),
        ("FEC-STR-14", 6),
    ]


def test_trailing_separators_on_every_line_but_the_header_are_read_and_told(check):
    header, _, rest = fec(entries()).partition(b"\r\n")

    report = check(header + b"\r\n" + rest.replace(b"\r\n", b"|\r\n"))

    assert dict(report.anomalies.counts) == {"FEC-STR-09": 1, "FEC-ORD-03": 1}
    assert report.debit_cents == 36000


def test_a_trailing_separator_on_every_line_is_harmless(check):
    content = fec(entries()).replace(b"\r\n", b"|\r\n")

    report = check(content)

    assert found(report) == []


def test_a_file_cut_in_the_middle_is_refused(check):
    content = fec(entries())

    report = check(content[: len(content) - 40])

    assert report.anomalies.counts["FEC-STR-07"] == 1
    assert not report.importable


@pytest.mark.heavy
@pytest.mark.parametrize("block_bytes", [200, 333, 1000, 10**6])
def test_the_size_of_a_block_changes_nothing(check, block_bytes):
    lines = entries(40)
    lines[33]["Debit"] = "x"
    lines[60]["PieceDate"] = "?"

    report = check(fec(lines), block_bytes=block_bytes)

    assert [row[:2] for row in found(report)] == [("FEC-MNT-03", 35), ("FEC-DAT-01", 62)]
    assert (report.lines, report.entries) == (80, 40)


ODD_LINES = {
    "short": b"HA|Achats|1|20240115\n",
    "long": b"|" * 18 + b"\n",
    "blank": b"\n",
    "spaces": b"   \n",
    "return": b"HA|Achats|1|20240115|607000|C||||20240114|a\rb|1,00|0,00|||20240131||",
    "LF among CRLF": b"|" * 17 + b"\n",
    "not UTF-8": b"HA|Achats|1|20240115|607000|\xe9||||20240114|a|1,00|0,00|||20240131||\n",
    "like zlib": b"x\x01|" + b"|" * 16 + b"\n",
}


@pytest.mark.heavy
@pytest.mark.parametrize("odd", ODD_LINES)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("block_bytes", [150, 400])
def test_an_odd_line_says_the_same_wherever_the_blocks_end(check, odd, end, block_bytes):
    lines = fec(entries(20)).replace(b"\r\n", end).splitlines(keepends=True)
    content = b"".join([*lines[:21], ODD_LINES[odd], *lines[21:]])

    small, whole = check(content, block_bytes=block_bytes), check(content, block_bytes=10**6)

    assert small.anomalies.counts == whole.anomalies.counts
    assert found(small) == found(whole)
    assert small.lines == whole.lines


def test_details_are_capped_and_counts_are_not(check):
    dated = [row for number in range(51, 111) for row in entry(number)]
    report = check(fec([*entries(50, PieceDate="?"), *dated]), anomaly_details_max=10)

    assert report.anomalies.counts["FEC-DAT-01"] == 100
    assert len(found(report)) == 10


def test_cash_regimes_ask_for_their_own_columns(check):
    columns = [*COLUMNS, "DateRglt", "ModeRglt", "NatOp", "IdClient"]
    lines = entries(DateRglt="20240115", ModeRglt="Virement")
    lines[1]["ModeRglt"] = ""
    lines[3]["EcritureLib"] = ""

    report = check(fec(lines, columns=columns))

    assert report.layout == "bnc-cash-debit-credit"
    assert [row[:3] for row in found(report)] == [
        ("FEC-OBL-04", 3, "ModeRglt"),
        ("FEC-OBL-01", 5, "EcritureLib"),
    ]


def test_a_file_that_is_not_utf8_is_read_in_the_encoding_that_was_chosen(tmp_path):
    path = tmp_path / "079555421FEC20241231.txt"
    text = fec(entry(1, EcritureLib="Règlement")).decode()
    path.write_bytes(text.encode("cp850"))
    labels = []
    for options in (CheckOptions(), CheckOptions(encoding=FileEncoding.WINDOWS_1252)):
        encoding = check_file(path, options).decided_encoding
        [lines] = read_lines(path, options, Settings(), encoding)
        labels.append(lines["label"][0])
    assert labels == ["Règlement", "RŠglement"]
    path.write_bytes(text.encode())
    assert check_file(path, CheckOptions(encoding=FileEncoding.CP850)).encoding == "utf-8"


def test_amounts_of_which_none_can_be_read_have_no_sum(check):
    def summary(*debits):
        lines = [line(Debit=debit, Credit="?") for debit in debits]
        return check(fec(lines)).summary()

    unread = summary("douze", "dix")
    assert (unread["debitCents"], unread["creditCents"]) == (None, None)
    assert unread["unreadableLines"] == 2
    assert unread["statistics"]["classes"] == {}
