"""What is read of a TRA, however it is padded, cut into blocks, or encoded."""

from __future__ import annotations

import json
import random
from datetime import date

import polars as pl
import pytest

from ecritures.config.settings import Settings
from ecritures.core.anomalies import Anomalies
from ecritures.formats.definition import ReadOptions
from ecritures.formats.registry import find_format, open_reader
from ecritures.formats.text.encoding import Encoding
from ecritures.reading.check import check_file
from helpers.tra import JOURNAL, header, line, pair, record, tra

ETE, DOSSIER = header(form="ETE"), header("DOS", "ETE")
SPLIT = {"TYPECPTE": "A", "AXE": "A1", "AUXILIAIRE": "S1"}
RECORDS = [
    record("ETB", code="001", siret="07955542100019"),
    record("CGN", code="411000", label="Clients", nature="COC"),
    record("CGN", code="707000", label="Ventes"),
    record("CAE", code="CDUPONT", label="Dupont", general="411000"),
    JOURNAL,
]


@pytest.fixture
def read(tmp_path):
    """Return the lines of a file, and what was found in it."""

    def run(content, block_bytes=16 << 20):
        path = tmp_path / "x.tra"
        path.write_bytes(content)
        options, anomalies = ReadOptions(block_bytes=block_bytes), Anomalies()
        blocks = list(open_reader(path, Encoding(), options, anomalies).blocks())
        return pl.concat([one.lines for one in blocks]), anomalies

    return run


def test_every_field_of_the_books_has_its_column(read):
    more = {"TYPECPTE": "X", "AUXILIAIRE": "CDUPONT", "ETABLISSEMENT": "001"}
    more |= {"DATEREFEXTERNE": "14012024", "VALIDE": "X", "VALIDDATE": "31012024"}
    more |= {"LETTRAGE": "AA", "ETATLETTRAGE": "TL", "DATEPAQUETMAX": "28022024"}
    more |= {"CODEMONTANT": "DE-", "DEVISE": "USD", "amount": "130,5", "MONTANT2": "120,00"}
    lines, anomalies = read(tra(pair(more, form="ETE"), head=DOSSIER, records=RECORDS))
    assert lines.row(0, named=True) == {
        "line": 7, "journal_code": "VTE", "journal_label": "Ventes", "entry_number": "1",
        "entry_date": date(2024, 1, 15), "account_number": "411000", "account_label": "Clients",
        "third_party_number": "CDUPONT", "third_party_label": "Dupont", "piece_ref": "F1",
        "piece_date": date(2024, 1, 14), "label": "Facture 1", "debit_cents": 12000,
        "credit_cents": 0, "lettering": "AA", "lettering_date": date(2024, 2, 28),
        "validation_date": date(2024, 1, 31), "currency_amount": 1305, "currency_scale": 1,
        "currency": "USD", "siret": "07955542100019", "splits": "", "attachments": "",
        "extra": None,
    }  # fmt: skip
    assert anomalies.counts == {}


def test_numbers_are_filled_with_blanks_or_zeros(read):
    blank, _ = read(tra(pair()))
    zeros, found = read(tra(pair(zeros=True)))
    assert zeros.equals(blank)
    assert found.counts == {}


def test_a_foreign_amount_may_stand_first_or_second(read):
    first = {"CODEMONTANT": "DE-", "amount": "9,9", "MONTANT2": "120,00", "DEVISE": "USD"}
    second = {"CODEMONTANT": "E-D", "amount": "120,00", "MONTANT3": "9,9", "DEVISE": "USD"}
    lines, _ = read(tra([*pair(first, NUMEROPIECE="1"), *pair(second, NUMEROPIECE="1")]))
    assert lines["debit_cents"].to_list() == [12000, 0, 12000, 0]
    assert lines["currency_amount"].to_list() == [99, None, 99, None]


def test_the_lettering_of_journals_is_left_out_and_that_of_a_dossier_is_read(read):
    lettered = pair(LETTRAGE="ab", ETATLETTRAGE="PL", form="ETE")
    lines, found = read(tra(lettered, head=ETE))
    assert (lines["lettering"].to_list(), found.counts) == (["", ""], {"TRA-LET-01": 1})
    lines, found = read(tra(lettered, head=DOSSIER))
    assert (lines["lettering"].to_list(), found.counts) == (["ab", "ab"], {})


def test_what_a_line_says_beyond_the_books_is_kept_with_it(read):
    more = {"ECHEANCE": "15022024", "MODEPAIE": "VIR", "REFEXTERNE": 'BC "7"', "QTE1": "2,0000"}
    lines, _ = read(tra(pair(more, {"ECHEANCE": "01011900"}, form="ETE"), head=ETE))
    kept = {"MODEPAIE": "VIR", "ECHEANCE": "15022024", "REFEXTERNE": 'BC "7"', "QTE1": "2,0000"}
    assert json.loads(lines["extra"][0]) == kept
    assert lines["extra"][1] is None
    lines, _ = read(tra(pair({"ECHEANCE": "15022024"})))
    assert lines["extra"].to_list() == ['{"ECHEANCE":"15022024"}', None]


def test_several_files_in_a_row_each_have_their_form(read):
    content = tra(pair()) + tra(pair(NUMEROPIECE="2", form="ETE"), head=DOSSIER)
    for block_bytes in (16 << 20, 1000):
        lines, found = read(content, block_bytes)
        assert lines["entry_number"].to_list() == ["1", "1", "2", "2"]
        assert found.counts == {"TRA-ENT-05": 1}


def many():
    """A file with something of everything."""
    made = []
    for number in range(1, 40):
        more = {"NUMEROPIECE": str(number), "LIBELLE": "été" if number % 7 == 0 else "hiver"}
        made += pair(**more)
        if number % 3 == 0:
            made += [line("707000", "C", part, **SPLIT, **more) for part in ("20,00", "99,00")]
        if number % 5 == 0:
            made += pair(TYPEECRITURE="S", **more)
        if number % 11 == 0:
            made.append(line("411000", "", "", TYPECPTE="G"))
    return made


@pytest.mark.heavy
@pytest.mark.parametrize("block_bytes", [300, 1000, 4096, 7777])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_where_blocks_end_makes_no_difference(tmp_path, block_bytes, encoding):
    path = tmp_path / "x.tra"
    path.write_bytes(tra(many(), encoding=encoding))
    whole = check_file(path)
    cut = check_file(path, settings=Settings(block_bytes=block_bytes))
    assert cut.anomalies.counts == whole.anomalies.counts
    assert cut.anomalies.frame().equals(whole.anomalies.frame())
    assert (cut.lines, cut.debit_cents, cut.entries) == (78, whole.debit_cents, whole.entries)
    assert whole.anomalies.counts["TRA-ANA-02"] == 13


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_keep_the_fields_behind_them_at_their_places(read, tmp_path, encoding):
    made = tra(pair(LIBELLE="Éléonore œuvre à l'été – 5 €", ECHEANCE="15022024"), encoding=encoding)
    path = tmp_path / "x"
    path.write_bytes(made)
    report = check_file(path)
    assert (report.importable, report.debit_cents) == (True, 12000)
    if encoding != "cp1252":
        lines, _ = read(made)
        assert lines["label"][0] == "Éléonore œuvre à l'été – 5 €"
    else:
        assert report.encoding == "windows-1252"


def test_a_file_of_windows_is_never_taken_for_iso_8859_15(tmp_path):
    path = tmp_path / "x.tra"
    path.write_bytes(tra(pair(LIBELLE="Éléonore"), encoding="cp1252"))
    assert check_file(path).encoding == "windows-1252"


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\r\n\r\n"])
def test_a_file_is_known_by_its_header(tmp_path, start):
    path = tmp_path / "x"
    path.write_bytes(start + tra(pair()))
    assert find_format(path, ReadOptions()).name == "tra"
    assert find_format(path, ReadOptions(kind="fec")).name == "fec"
    path.write_bytes(b"** " + tra(pair()))
    assert find_format(path, ReadOptions()).name == "fec"


@pytest.mark.heavy
def test_a_damaged_file_is_reported_and_never_raises(tmp_path):
    chance = random.Random(18)  # noqa: S311 - any chance does
    whole = tra(many(), head=DOSSIER, records=RECORDS)
    path = tmp_path / "x.tra"
    for _ in range(25):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(content))
            match chance.randrange(4):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    del content[at : at + chance.randrange(1, 300)]
                case 2:
                    content[at:at] = content[at - 250 : at]
                case _:
                    content[at:at] = bytes([chance.choice(b"\n\r*\x00\x1f\xe9")])
            if len(content) < 10:
                break
        path.write_bytes(bytes(content))
        report = check_file(path, settings=Settings(block_bytes=2000))
        assert report.lines >= 0
