"""A conforming FEC of any shape gives no error; one mutation of it is found at its line."""

from __future__ import annotations

import random
import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ecritures.config.settings import Settings
from ecritures.formats.fec.header import COLUMN_COUNTS
from ecritures.reading.check import CheckOptions, check_file
from helpers.fec import COLUMNS, NAME, fec, line
from rule_tables import RULES

ERRORS = {rule.code for rule in RULES if rule.severity == "error"}
BLOCKING = {rule.code for rule in RULES if rule.blocking != "no"}
INFORMATION = {rule.code for rule in RULES if rule.severity == "information"}
CASH = ["DateRglt", "ModeRglt", "NatOp", "IdClient"]


def is_plain(text: str) -> bool:
    """Whether nobody would take a part of it in ISO 8859-15 for UTF-8, as "Â¥" may be."""
    return re.search(rb"[\xc2-\xf4][\x80-\xbf]", text.encode("iso-8859-15")) is None


# No separator, and nothing that looks like a lost letter ("r?gler") or an HTML entity.
LABELS = st.text(
    alphabet=st.characters(
        codec="iso-8859-15", exclude_categories=["Cc", "Zs"], exclude_characters="|?&"
    ),
    min_size=1,
    max_size=20,
).filter(is_plain)


@st.composite
def files(draw):
    """Rows and shape of a conforming file."""
    shape = draw(
        st.fixed_dictionaries(
            {
                "separator": st.sampled_from(["|", "\t"]),
                "encoding": st.sampled_from(["utf-8", "iso-8859-15"]),
                "end": st.sampled_from(["\r\n", "\n", "\r"]),
            }
        )
    )
    regime = draw(st.sampled_from(sorted(COLUMN_COUNTS)))
    signed = draw(st.booleans())
    words = draw(st.sampled_from([("D", "C"), ("+1", "-1")]))
    chance = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - amounts of no consequence
    label = draw(LABELS)
    rows = []
    for number in range(1, draw(st.integers(2, 25)) + 1):
        day = f"2024{1 + number // 4:02d}15"
        parts = [chance.randint(1, 10**7) for _ in range(chance.randint(1, 5))]
        amounts = [(part, 0) for part in parts] + [(0, sum(parts))]
        for debit, credit in amounts:
            account = "607000" if debit else "401000"
            row = line(number, account, text(debit), text(credit), EcritureDate=day)
            row |= {"PieceDate": day, "ValidDate": day, "EcritureLib": label}
            row |= {"Montant": text(debit or credit), "Sens": words[0 if debit else 1]}
            row |= {"DateRglt": day, "ModeRglt": "Virement"}
            rows.append(row)
    columns = [*COLUMNS, *CASH[: COLUMN_COUNTS[regime] - len(COLUMNS)]]
    if signed:
        columns[11:13] = ["Montant", "Sens"]
    return rows, columns, regime, shape


def text(cents):
    return f"{cents // 100},{cents % 100:02d}"


def check(content, regime, block_bytes=2000):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(content)
        options = CheckOptions(regime=regime, file_name=NAME)
        return check_file(path, options, settings=Settings(block_bytes=block_bytes))


def of_note(report):
    return {
        code: count for code, count in report.anomalies.counts.items() if code not in INFORMATION
    }


@settings(max_examples=150, deadline=None)
@given(files(), st.integers(300, 5000))
def test_a_conforming_file_of_any_shape_has_no_error_and_no_warning(made, block_bytes):
    rows, columns, regime, shape = made

    report = check(fec(rows, columns=columns, **shape), regime, block_bytes)

    assert of_note(report) == {}
    assert report.lines == len(rows)
    assert report.debit_cents == report.credit_cents


MUTATIONS = {
    "Debit": ["12.50", "1 000,00", "abc", "1,005", "--1,00"],
    "Credit": ["12.50", "1 000,00", "abc", "1,005", "--1,00"],
    "Montant": ["12.50", "abc", ","],
    "Sens": ["X", "", "1"],
    "EcritureDate": ["20240230", "2024-01-15", "", "15/01/2024"],
    "PieceDate": ["20240230", "2024-01-15", ""],
    "ValidDate": ["2024011", "x"],
    "EcritureNum": ["", " "],
    "CompteLib": ["", "  "],
    "PieceRef": [""],
    "EcritureLib": [""],
    "Montantdevise": ["1.5", "x"],
    "DateLet": ["20241340"],
}


@settings(max_examples=300, deadline=None)
@given(files(), st.data())
def test_one_mutation_is_found_at_its_line(made, data):
    rows, columns, regime, shape = made
    column = data.draw(st.sampled_from([name for name in columns if name in MUTATIONS]))
    index = data.draw(st.integers(0, len(rows) - 1))
    rows[index] = rows[index] | {column: data.draw(st.sampled_from(MUTATIONS[column]))}

    report = check(fec(rows, columns=columns, **shape), regime)

    frame = report.anomalies.frame()
    codes = report.anomalies.counts.keys()
    assert codes & ERRORS or "FEC-MNT-04" in codes
    assert index + 2 in frame["line"].to_list()


@settings(max_examples=100, deadline=None)
@given(files(), st.data())
def test_a_cent_moved_is_found_in_its_entry(made, data):
    rows, columns, regime, shape = made
    index = data.draw(st.integers(0, len(rows) - 1))
    name = "Montant" if "Montant" in columns else "Debit"
    units, cents = rows[index][name].split(",")
    moved = int(units) * 100 + int(cents) + 1
    rows[index] = rows[index] | {name: text(moved)}

    report = check(fec(rows, columns=columns, **shape), regime)

    number = rows[index]["EcritureNum"]
    found = report.anomalies.frame().filter(code="FEC-ECR-01")
    assert found["entry"].to_list() == [f"HA/{number}"]
    assert not report.importable


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=3000), st.booleans())
def test_no_bytes_whatever_make_the_reader_fail(content, with_header):
    """Bounded fuzzing: any bytes give a report, never a crash, and never a silent success."""
    header = fec([]) if with_header else b""

    report = check(header + content, None)

    assert report.importable == (not report.anomalies.counts.keys() & BLOCKING)
    assert report.lines or not report.importable


@settings(max_examples=200, deadline=None)
@given(files(), st.data())
def test_no_damage_to_a_file_makes_the_reader_fail(made, data):
    """Bounded fuzzing: bytes cut out, repeated or replaced somewhere in a good file."""
    rows, columns, regime, shape = made
    content = bytearray(fec(rows, columns=columns, **shape))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        until = at + data.draw(st.integers(0, 30))
        content[at:until] = data.draw(st.binary(max_size=10))

    report = check(bytes(content), regime)

    assert report.importable == (not report.anomalies.counts.keys() & BLOCKING)
    assert not report.importable or report.debit_cents == report.credit_cents
