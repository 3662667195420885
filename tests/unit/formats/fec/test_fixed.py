"""Fixed-length records: the same lines as the flat file, given where the fields stand."""

from __future__ import annotations

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.formats.definition import ReadOptions
from ecritures.formats.fec.fixed_description import FixedField
from ecritures.formats.registry import open_reader
from ecritures.formats.text.encoding import Encoding
from ecritures.reading.check import CheckOptions, check_file
from helpers.fec import COLUMNS, NAME, entries, fec

WIDTH = 30
FIGURES = {"Debit", "Credit", "Montantdevise"}
DESCRIPTION = tuple(FixedField(name, 1 + WIDTH * i, WIDTH) for i, name in enumerate(COLUMNS))


def record(row):
    """Texts to the left, padded with spaces; numbers to the right, padded with zeros."""
    return "".join(
        row[name].rjust(WIDTH, "0") if name in FIGURES and row[name] else row[name].ljust(WIDTH)
        for name in COLUMNS
    )


def fixed(rows, *, header=False, encoding="utf-8"):
    lines = [record(row) for row in rows]
    if header:
        lines.insert(0, "".join(name.ljust(WIDTH) for name in COLUMNS))
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


@pytest.fixture
def check(tmp_path):
    def run(content, description=DESCRIPTION):
        path = tmp_path / NAME
        path.write_bytes(content)
        return check_file(path, CheckOptions(description=description))

    return run


@pytest.fixture
def read(tmp_path):
    def run(content, **options):
        path = tmp_path / NAME
        path.write_bytes(content)
        reader = open_reader(path, Encoding(), ReadOptions(**options), Anomalies())
        [block] = reader.blocks()
        return block.lines

    return run


def found(report):
    """What was found, the small files having no opening entry."""
    frame = report.anomalies.frame().select("code", "line", "value")
    return [row for row in frame.rows() if row[0] != "FEC-ORD-03"]


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15"])
def test_a_conforming_file_has_no_anomaly(check, header, encoding):
    report = check(fixed(entries(), header=header, encoding=encoding))

    assert found(report) == []
    assert (report.format, report.layout) == ("fixed", "fixed-bic-debit-credit")
    assert (report.lines, report.debit_cents, report.credit_cents) == (6, 36000, 36000)


def test_the_lines_are_those_of_the_flat_file(read):
    rows = entries(Montantdevise="12,50", Idevise="USD", EcritureLet="AA", DateLet="20240202")

    flat = read(fec(rows))
    ours = read(fixed(rows, header=True), description=DESCRIPTION)

    assert ours.equals(flat)


def test_spaces_may_lack_at_the_end_and_needed_fields_may_not(check):
    lines = fixed(entries()).decode().split("\r\n")
    lines[1] = lines[1].rstrip()
    lines[2] = lines[2][: WIDTH * 12 + 5]
    lines[3] += "trop"

    report = check("\r\n".join(lines).encode())

    whole = str(WIDTH * len(COLUMNS))
    assert [row for row in found(report) if "FIX" in row[0]] == [
        ("FEC-FIX-02", 3, str(WIDTH * 12 + 5)),
        ("FEC-FIX-03", 4, str(int(whole) + 4)),
    ]
    assert not report.importable
    assert report.lines == 5


def test_a_field_the_law_does_not_know_is_kept_aside(read):
    description = (*DESCRIPTION, FixedField("Axe", WIDTH * len(COLUMNS) + 1, 3))
    content = fixed(entries(1)).replace(b"\r\n", b"A1 \r\n")

    assert read(content, description=description)["extra"].to_list() == ['{"Axe":"A1"}'] * 2


def test_without_its_description_nothing_is_read(tmp_path):
    path = tmp_path / NAME
    path.write_bytes(fixed(entries()))

    report = check_file(path, CheckOptions(format="fixed"))

    assert found(report) == [("FEC-FIX-01", None, None)]
    assert not report.importable


def test_a_description_that_lacks_what_posting_needs_is_refused(check):
    report = check(fixed(entries()), description=DESCRIPTION[:4])
    assert report.anomalies.counts["FEC-STR-15"] == 3
    assert report.lines == 0
